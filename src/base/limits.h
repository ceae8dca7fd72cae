// Every bound of the house that is not a setting, in one place, with the AWS quota it follows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fairlead::limits {

// HTTP
inline constexpr std::size_t kMaxRequestHead = 64 * 1024;  // request line and headers
inline constexpr std::size_t kMaxHeaders = 200;
inline constexpr std::size_t kMaxRequestLine = 16 * 1024;
inline constexpr std::size_t kDefaultMaxBody = 1024 * 1024;           // control planes
inline constexpr std::size_t kMaxDynamoDbBody = 16 * 1024 * 1024;     // as DynamoDB
inline constexpr std::size_t kMaxLambdaPayload = 6 * 1024 * 1024;     // synchronous invoke
inline constexpr std::size_t kMaxLambdaResponse = 6'291'556;          // 6 MiB + 100 bytes
inline constexpr std::size_t kMaxLambdaZip = 50 * 1024 * 1024;        // uploaded directly
inline constexpr std::size_t kMaxLambdaZipBody = 70 * 1024 * 1024;    // the same as base64 in JSON
inline constexpr std::size_t kMaxLambdaUnzipped = 250 * 1024 * 1024;  // code and layers
inline constexpr std::uint64_t kMaxObject = 5ull * 1024 * 1024 * 1024;

// WebSocket APIs (reference/websocket-api.md §13)
inline constexpr std::size_t kMaxFrame = 32 * 1024;
inline constexpr std::size_t kMaxMessage = 128 * 1024;
inline constexpr std::int64_t kIdleTimeoutMs = 10 * 60 * 1000;
inline constexpr std::int64_t kConnectionDurationMs = 2 * 60 * 60 * 1000;
inline constexpr std::int64_t kIntegrationTimeoutMs = 29'000;
inline constexpr std::size_t kMaxSocketBacklog = 1024 * 1024;  // bytes a slow reader may owe
inline constexpr std::int64_t kStalledReaderMs = 30'000;       // owing without taking a byte

}  // namespace fairlead::limits
