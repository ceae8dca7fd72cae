// Function: everything that is known about one Lambda function, as stored and as AWS shows it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace fairlead::lambda {

// A layer version as a function uses it: all that running needs, since the layer version itself
// may be deleted while functions go on.
struct LayerUse {
  std::string arn;             // with the version
  std::string sha256, blob;    // base64 of the zip's digest; the zip, in storage::Blobs
  std::uint64_t size = 0;      // of the zip
  std::uint64_t unpacked = 0;  // bytes of its files
};

struct LoggingConfig {
  std::string format = "Text";                  // or "JSON"
  std::string application_level, system_level;  // JSON: "TRACE" … "FATAL"; "DEBUG", "INFO", "WARN"
  std::string group;                            // empty: /aws/lambda/<name>
};

struct Function {
  std::string account, region, name;
  std::string version = "$LATEST";  // or a number: a published version, which never changes
  std::string runtime, role, handler, description;
  int timeout_s = 3;
  int memory_mb = 128;
  int ephemeral_mb = 512;
  std::string architecture = "x86_64";
  std::vector<std::pair<std::string, std::string>> environment;
  std::string code_sha256;  // base64, as AWS shows it
  std::string code_blob;    // the zip, in storage::Blobs
  std::uint64_t code_size = 0;
  std::uint64_t code_unpacked = 0;  // bytes of its files; 0: from before this was counted
  std::vector<LayerUse> layers;     // the later wins
  std::string dead_letter_arn;
  std::string tracing = "PassThrough";  // or "Active": kept and shown
  LoggingConfig logging;
  std::string revision_id;  // UUID, new with every change
  // UUID, new when code or configuration change: warm environments belong to one generation.
  std::string generation;
  std::int64_t last_modified_ms = 0;
  Json tags = Json::object();
  Json policy = Json::array();  // statements of the resource policy, as AWS writes them
  std::string policy_revision;
  // Of the function as a whole, only in $LATEST's record:
  std::optional<int> reserved_concurrency;
  std::uint64_t last_version = 0;  // the highest number that was ever published
  std::string recursive_loop;      // "Allow", or empty for AWS's own "Terminate"

  bool is_latest() const { return version == "$LATEST"; }
  std::string arn() const;            // without a qualifier
  std::string qualified_arn() const;  // with ":$LATEST" or ":<number>"
  std::string log_group() const;
  std::int64_t timeout_ms() const { return timeout_s * std::int64_t{1000}; }
};

using FunctionPtr = std::shared_ptr<const Function>;

std::string function_arn(const std::string& region, const std::string& account,
                         std::string_view name);

// What INIT_START and RuntimeVersionConfig name; the same for every function of a runtime.
std::string runtime_version_arn(std::string_view region, std::string_view runtime);

Json to_document(const Function& function);
Result<Function> from_document(const Json& document);
Result<FunctionPtr> shared_from_document(const Json& document);

// Would a version published of both be the same? Code and configuration, without descriptions.
bool same_content(const Function& a, const Function& b);

// The model's FunctionConfiguration. A qualifier that is not empty ends the FunctionArn.
Json configuration(const Function& function, std::string_view qualifier = {});

}  // namespace fairlead::lambda
