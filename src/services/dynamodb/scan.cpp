// Scan: the whole table or index in hash order, or one segment of it.
#include "services/dynamodb/errors.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/page.h"

namespace fairlead::dynamodb {

namespace {

Result<Segment> read_segment(const Json& input) {
  const bool segment = input.has("Segment"), total = input.has("TotalSegments");
  if (segment && !total) {
    return validation(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (total && !segment) {
    return validation(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (!segment) return Segment{};
  const std::int64_t number = input["Segment"].int_or(0), of = input["TotalSegments"].int_or(1);
  if (number >= of) {
    return validation(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        "Segment: " +
        std::to_string(number) + " is not less than TotalSegments: " + std::to_string(of));
  }
  return Segment{static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(of)};
}

}  // namespace

Result<Json> scan(DynamoDb& service, Context& cx, const Json& input) {
  const Segment segment = TRY(read_segment(input));
  const PageRequest request = TRY(read_page_request(service, cx, input, PageOf::kScan));
  PageRange range{segment_bounds(*request.table, request.index, segment)};
  if (request.start) {
    std::string from = TRY(start_key(request, PageOf::kScan)) + '\0';
    const bool beyond = !range.bounds.to.empty() && from >= range.bounds.to;
    if (from < range.bounds.from || beyond) {
      return invalid_start_key(
          "Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
          "TotalSegments: " +
          std::to_string(segment.total) + " Segment: " + std::to_string(segment.number));
    }
    range.bounds.from = std::move(from);
  }
  return read_page(service, request, range, input);
}

}  // namespace fairlead::dynamodb
