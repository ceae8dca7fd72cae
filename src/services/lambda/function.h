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
  std::string revision_id;  // UUID, new with every change
  // UUID, new when code or configuration change: warm environments belong to one generation.
  std::string generation;
  std::int64_t last_modified_ms = 0;
  Json tags = Json::object();
  Json policy = Json::array();  // statements of the resource policy, as AWS writes them
  std::string policy_revision;
  std::optional<int> reserved_concurrency;

  std::string arn() const;        // without a qualifier
  std::string log_group() const;  // /aws/lambda/<name>
  std::int64_t timeout_ms() const { return timeout_s * std::int64_t{1000}; }
};

using FunctionPtr = std::shared_ptr<const Function>;

std::string function_arn(const std::string& region, const std::string& account,
                         std::string_view name);

Json to_document(const Function& function);
Result<Function> from_document(const Json& document);

// The model's FunctionConfiguration. `qualified`: FunctionArn ends with ":$LATEST".
enum class ArnStyle { kPlain, kQualified };
Json configuration(const Function& function, ArnStyle style = ArnStyle::kPlain);

}  // namespace fairlead::lambda
