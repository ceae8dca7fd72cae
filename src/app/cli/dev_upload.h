// What `fairlead dev` asks of the server: is a function there, take this code, take these files.
// Every call finds the server anew, so that a restart in between does not matter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/dev_description.h"
#include "base/result.h"

namespace fairlead::app {

struct DevServer {
  std::string data_folder;
  std::string region;
};

// Whether an error means that the server is away (and what failed is to be tried again later).
bool is_away(const Error& error);

enum class Sent { kChanged, kSame };

// Keeps one function's code as its folder has it.
class FunctionUpload {
 public:
  explicit FunctionUpload(const DevFunction& function) : function_(function) {}

  // Whether the server has the function; remembers which code it runs.
  Result<bool> look(const DevServer& server);
  // Packs the folder; kSame when the server runs exactly that. From the answer on, new invocations
  // run the new code; those that run finish on what they began with.
  Result<Sent> send(const DevServer& server);

 private:
  Status update(const DevServer& server, const std::string& zip);

  const DevFunction& function_;
  std::string running_;  // CodeSha256 of what runs; empty: not known
};

// Keeps a bucket's files as a folder has them. What it never saw in the folder it leaves alone: the
// deploy script may put files of its own beside them.
class WebsiteUpload {
 public:
  explicit WebsiteUpload(const DevWebsite& website) : website_(website) {}

  Result<bool> look(const DevServer& server);  // whether the bucket is there
  // Uploads what differs, removes what went; answers the names of both.
  Result<std::vector<std::string>> send(const DevServer& server);

 private:
  const DevWebsite& website_;
  std::map<std::string, std::string> uploaded_;  // name → MD5, as hexadecimal digits (S3's ETag)
};

// "text/html; charset=utf-8" for "index.html"; application/octet-stream for what is not known.
std::string content_type_of(const std::string& name);

}  // namespace fairlead::app
