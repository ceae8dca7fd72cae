// Context: who asks, from where, about which account and region, and until when. One for each
// request, message or internal call; handlers get it first and pass it on.
#pragma once

#include <cstdint>
#include <string>

namespace fairlead::platform {

struct Principal {
  enum class Kind { kAnonymous, kRoot, kUser, kRole, kService };
  Kind kind = Kind::kAnonymous;
  std::string account;     // 12 digits
  std::string arn;         // arn:aws:iam::000000000000:root, …:assumed-role/name/session
  std::string user_id;     // unique id as GetCallerIdentity prints it
  std::string access_key;  // empty for services
};

struct Context {
  std::string request_id;  // UUID, also x-amzn-requestid
  std::string account = "000000000000";
  std::string region = "us-east-1";
  Principal caller;
  std::int64_t now_ms = 0;               // wall clock when the request arrived
  std::int64_t deadline_ms = INT64_MAX;  // monotonic
  std::string host;                      // the Host header as sent, with its port
  std::string source_ip;
  std::string user_agent;
  std::string scheme = "http";  // "https" over TLS
  // execute-api requests: what the address named, empty where it did not.
  std::string api_id, stage;
};

}  // namespace fairlead::platform
