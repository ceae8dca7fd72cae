// fairlead.json, the deploy description in an app's folder: what is deployed under which name from
// which folder, and the program that deploys it the first time. Described for users in docs/dev.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace fairlead::app {

struct DevFunction {
  std::string name;
  std::string folder;  // absolute; what goes into its package
  std::string shown;   // the folder as the description has it
};

struct DevWebsite {
  std::string bucket;
  std::string folder, shown;
  std::string acl = "public-read";  // of every object; empty: none is sent
};

struct DevDescription {
  std::string folder;  // absolute: where fairlead.json lies
  std::string region;  // empty: the server's own
  std::string deploy;  // a shell command, run in `folder`; empty: there is none
  std::vector<DevFunction> functions;
  std::optional<DevWebsite> website;
};

extern const ErrorCode kBadDescription;  // message: the file, the member and what to write there

// `account` takes the place of {account} in the bucket's name. The folders are not looked at.
Result<DevDescription> parse_description(const std::string& folder, std::string_view text,
                                         std::string_view account);
// Reads <folder>/fairlead.json and checks that the folders it names are there.
Result<DevDescription> read_description(const std::string& folder, std::string_view account);

}  // namespace fairlead::app
