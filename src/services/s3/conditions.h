// Conditional requests and ranges (RFC 9110), for objects and for the website endpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/operation.h"
#include "services/s3/records.h"

namespace fairlead::s3 {

enum class Freshness { kServe, kNotModified };

// `prefix` is "" for IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince in `input`, or
// "CopySource". PreconditionFailed; for copies a 304 is a PreconditionFailed too.
Result<Freshness> check_read_conditions(const Json& input, const Object& object);
Status check_copy_conditions(const Json& input, const Object& object);

// IfMatch and IfNoneMatch of a write. `before`: what is there now, or nullptr.
Status check_write_conditions(const Json& input, const Object* before);
bool has_write_conditions(const Json& input);

// The same members from plain HTTP headers.
Json conditions_from_headers(const platform::HeaderList* headers);

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};
// Nothing: the whole (also for what is no valid range). InvalidRange when none of it exists.
Result<std::optional<ByteRange>> read_range(std::string_view header, std::uint64_t size);
std::string content_range(const ByteRange& range, std::uint64_t size);

}  // namespace fairlead::s3
