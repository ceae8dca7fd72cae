// Headers that answers and errors have in common. Inside wire/.
#pragma once

#include <string>
#include <string_view>

#include "wire/protocol.h"

namespace fairlead::wire {

// x-amzn-RequestId; S3's x-amz-request-id and x-amz-id-2.
void add_request_id(HttpOutput& out, const Dialect& dialect, std::string_view request_id);
// S3's second id, which support wants beside the first one: here made of the first.
std::string host_id(std::string_view request_id);
std::string json_content_type(const ServiceModel& service);    // application/x-amz-json-1.0
void add_crc32(HttpOutput& out, const ServiceModel& service);  // DynamoDB only
// Leaves out what no header can carry: bytes below the space.
void add_header(HttpOutput& out, std::string_view name, std::string value);
std::string header_text(const MemberModel& member, const Json& value);

}  // namespace fairlead::wire
