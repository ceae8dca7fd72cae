// Identifiers in the shapes that AWS gives them, and the randomness behind them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead {

void random_bytes(void* into, std::size_t n);  // the system's entropy, buffered for each thread
std::uint64_t random_u64();

std::string uuid_v4();                          // x-amzn-requestid, Lambda request ids
std::string random_lower_alnum(std::size_t n);  // API Gateway's resource ids: a1b2c3d4e5
std::string random_upper_alnum(std::size_t n);  // IAM's unique ids, after their prefix
std::string random_hex(std::size_t n);          // n hexadecimal digits

// The 16-character ids of API Gateway's data plane: 11 bytes as url-safe base64 with its padding,
// byte 8 telling which kind it is (reference/websocket-api.md §5).
std::string new_connection_id(std::int64_t now_ms);  // also message ids
std::string new_gateway_request_id(std::int64_t now_ms);
bool is_connection_id(std::string_view text);  // shape and marker

}  // namespace fairlead
