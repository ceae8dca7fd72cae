// Lambda's and S3's REST calls, signed by server_call.
#include "app/cli/dev_upload.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "app/cli/dev_tree.h"
#include "app/cli/dev_zip.h"
#include "app/cli/server_call.h"
#include "base/base64.h"
#include "base/hashes.h"
#include "base/json_parse.h"
#include "base/text.h"

namespace fairlead::app {

namespace {

constexpr int kOk = 200, kNoContent = 204, kNotFound = 404, kConflict = 409;
constexpr int kTriesWhileBusy = 200;
constexpr std::chrono::milliseconds kBusyPause{25};

Error refused(const std::string& what, const net::HttpResponse& answer) {
  constexpr std::size_t kShown = 300;
  const auto json = parse_json(answer.body);
  std::string why = json.ok() ? (*json)["message"].string_or((*json)["Message"].string_or("")) : "";
  if (why.empty()) why = answer.body.substr(0, kShown);
  return {&kRefused, what + " was refused (" + std::to_string(answer.status) + "): " + why, {}};
}

ServerRequest lambda_request(const DevServer& server, const std::string& function,
                             const char* what) {
  ServerRequest request;
  request.service = "lambda";
  request.region = server.region;
  request.method = "GET";
  request.path = "/2015-03-31/functions/" + percent_encode(function) + "/" + what;
  return request;
}

ServerRequest object_request(const DevServer& server, const DevWebsite& website, const char* method,
                             const std::string& name) {
  ServerRequest request;
  request.service = "s3";
  request.region = server.region;
  request.method = method;
  request.path = "/" + percent_encode(website.bucket) + "/" + percent_encode(name, "/");
  return request;
}

// CodeSha256 of the function, or empty when there is no such function.
Result<Json> configuration_of(const DevServer& server, const std::string& function) {
  const auto answer =
      TRY(call_server(server.data_folder, lambda_request(server, function, "configuration")));
  if (answer.status == kNotFound) return Json();
  if (answer.status != kOk) return refused("Asking for function " + function, answer);
  return parse_json(answer.body);
}

}  // namespace

bool is_away(const Error& error) { return error.code == &kNoServer || error.code == &kCallFailed; }

Result<bool> FunctionUpload::look(const DevServer& server) {
  const Json configuration = TRY(configuration_of(server, function_.name));
  running_ = configuration["CodeSha256"].string_or("");
  return !configuration.is_null();
}

Result<Sent> FunctionUpload::send(const DevServer& server) {
  const std::string zip = TRY(pack_folder(function_.folder));
  const std::string digest = base64_encode(sha256(zip));
  if (digest == running_) return Sent::kSame;
  running_.clear();  // should the answer get lost, nobody knows
  TRY(update(server, zip));
  running_ = digest;
  return Sent::kChanged;
}

Status FunctionUpload::update(const DevServer& server, const std::string& zip) {
  ServerRequest request = lambda_request(server, function_.name, "code");
  request.method = "PUT";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = write_json(Json::object({{"ZipFile", base64_encode(zip)}}));
  net::HttpResponse answer;
  for (int tries = 0; tries < kTriesWhileBusy; ++tries) {  // another update may still be under way
    answer = TRY(call_server(server.data_folder, request));
    if (answer.status != kConflict) break;
    std::this_thread::sleep_for(kBusyPause);
  }
  if (answer.status != kOk) return refused("The code of " + function_.name, answer);
  Json configuration = TRY(parse_json(answer.body));
  for (int tries = 0; tries < kTriesWhileBusy; ++tries) {
    if (configuration["LastUpdateStatus"].string_or("") != "InProgress") return {};
    std::this_thread::sleep_for(kBusyPause);
    configuration = TRY(configuration_of(server, function_.name));
  }
  return {};
}

Result<bool> WebsiteUpload::look(const DevServer& server) {
  ServerRequest bucket = object_request(server, website_, "HEAD", "");
  const auto answer = TRY(call_server(server.data_folder, bucket));
  if (answer.status == kNotFound) return false;
  if (answer.status != kOk) return refused("Asking for bucket " + website_.bucket, answer);
  for (const TreeFile& file : TRY(list_tree(website_.folder))) {
    const auto object =
        TRY(call_server(server.data_folder, object_request(server, website_, "HEAD", file.name)));
    const std::string* tag = object.find("ETag");
    if (object.status == kOk && tag && tag->size() > 2) {
      uploaded_[file.name] = tag->substr(1, tag->size() - 2);
    }
  }
  return true;
}

Result<std::vector<std::string>> WebsiteUpload::send(const DevServer& server) {
  std::vector<std::string> changed;
  auto gone = uploaded_;
  for (const TreeFile& file : TRY(list_tree(website_.folder))) {
    const auto bytes = read_whole(file.path);
    if (!bytes.ok()) continue;  // gone since it was listed
    gone.erase(file.name);
    const std::string digest = hex_encode(md5(*bytes));
    if (uploaded_[file.name] == digest) continue;
    ServerRequest request = object_request(server, website_, "PUT", file.name);
    request.headers = {{"Content-Type", content_type_of(file.name)}};
    if (!website_.acl.empty()) request.headers.push_back({"x-amz-acl", website_.acl});
    request.body = *bytes;
    const auto answer = TRY(call_server(server.data_folder, request));
    if (answer.status != kOk) return refused("The file " + file.name, answer);
    uploaded_[file.name] = digest;
    changed.push_back(file.name);
  }
  for (const auto& [name, digest] : gone) {
    const auto answer =
        TRY(call_server(server.data_folder, object_request(server, website_, "DELETE", name)));
    if (answer.status != kNoContent) return refused("Deleting " + name, answer);
    uploaded_.erase(name);
    if (!digest.empty()) changed.push_back(name);
  }
  return changed;
}

std::string content_type_of(const std::string& name) {
  static constexpr std::array<std::pair<const char*, const char*>, 20> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".htm", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"},
      {".md", "text/markdown; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".wasm", "application/wasm"},
      {".woff2", "font/woff2"},
      {".pdf", "application/pdf"},
  }};
  const std::string lower = to_lower(name);
  for (const auto& [ending, type] : kTypes) {
    if (lower.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace fairlead::app
