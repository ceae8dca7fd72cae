// What every kind of Blobs shares.
#include "storage/blobs.h"

namespace fairlead::storage {

const ErrorCode kBlobMissing{"BlobMissing", 500};

}  // namespace fairlead::storage
