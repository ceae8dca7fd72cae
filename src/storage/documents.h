// Documents: control-plane records as Json in the store, with a version and a checksum. What most
// services need of a store, in five calls.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace fairlead::storage {

std::string encode_document(const Json& document);
Result<Json> decode_document(std::string_view bytes);  // kStoreDamaged, kStoreTooNew

Result<std::optional<Json>> get_document(const Snapshot& from, std::string_view key);
// Every document whose key starts with `prefix`, in key order, with its key; at most `limit`.
Result<std::vector<std::pair<std::string, Json>>> list_documents(const Snapshot& from,
                                                                 std::string_view prefix,
                                                                 std::size_t limit = SIZE_MAX);
void put_document(Batch& batch, std::string key, const Json& document);

}  // namespace fairlead::storage
