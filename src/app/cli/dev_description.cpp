// Reading fairlead.json; every complaint names the member, since people write this file by hand.
#include "app/cli/dev_description.h"

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string_view>

#include "base/json_parse.h"

namespace fairlead::app {

const ErrorCode kBadDescription{"BadDescription", 400};

namespace {

constexpr const char* kFileName = "fairlead.json";
constexpr std::size_t kMaxFunctions = 200;

Error bad(const std::string& what) { return {&kBadDescription, "fairlead.json: " + what, {}}; }

Status known_members(const Json& value, std::string_view where,
                     std::initializer_list<std::string_view> known) {
  for (const auto& member : value.members()) {
    bool found = false;
    for (const std::string_view name : known) found |= member.key == name;
    if (found) continue;
    std::string names;
    for (const std::string_view name : known)
      names += (names.empty() ? "" : ", ") + std::string(name);
    return bad("\"" + member.key + "\" is not known" + std::string(where) + "; there are " + names +
               ".");
  }
  return {};
}

Result<std::string> text_of(const Json& value, const std::string& name) {
  if (!value.is_string() || value.as_string().empty()) {
    return bad("\"" + name + "\" must be a text that is not empty.");
  }
  return value.as_string();
}

Result<std::string> optional_text(const Json& parent, const std::string& name) {
  const Json* value = parent.find(name);
  return value ? text_of(*value, name) : Result<std::string>(std::string());
}

std::string below(const std::string& folder, const std::string& path) {
  auto joined = (std::filesystem::path(folder) / path).lexically_normal();
  if (!joined.has_filename() && joined.has_parent_path()) joined = joined.parent_path();
  return joined;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

Result<std::vector<DevFunction>> read_functions(const std::string& folder, const Json& value) {
  std::vector<DevFunction> functions;
  if (value.is_null()) return functions;
  if (!value.is_object()) {
    return bad("\"functions\" must be an object of names and folders: {\"my-function\": \"src\"}.");
  }
  if (value.size() > kMaxFunctions) return bad("there are too many functions.");
  for (const auto& member : value.members()) {
    if (member.key.empty()) return bad("a function's name is empty.");
    const std::string shown = TRY(text_of(member.value, member.key));
    functions.push_back({member.key, below(folder, shown), shown});
  }
  return functions;
}

Result<std::optional<DevWebsite>> read_website(const std::string& folder, const Json& value,
                                               std::string_view account) {
  if (value.is_null()) return std::optional<DevWebsite>();
  if (!value.is_object()) {
    return bad("\"website\" must be an object: {\"bucket\": \"my-bucket\", \"folder\": \"web\"}.");
  }
  TRY(known_members(value, " in \"website\"", {"bucket", "folder", "acl"}));
  DevWebsite website;
  website.bucket = TRY(text_of(value["bucket"], "bucket"));
  replace_all(website.bucket, "{account}", account);
  website.shown = TRY(text_of(value["folder"], "folder"));
  website.folder = below(folder, website.shown);
  if (const Json* acl = value.find("acl")) {
    if (!acl->is_string()) return bad("\"acl\" must be a text, such as \"public-read\" or \"\".");
    website.acl = acl->as_string();
  }
  return std::optional<DevWebsite>(std::move(website));
}

Status folder_is_there(const std::string& name, const std::string& folder) {
  std::error_code ignored;
  if (std::filesystem::is_directory(folder, ignored)) return {};
  return bad("the folder of \"" + name + "\" is not there: " + folder);
}

}  // namespace

Result<DevDescription> parse_description(const std::string& folder, std::string_view text,
                                         std::string_view account) {
  const auto json = parse_json(text);
  if (!json.ok()) return bad("not JSON: " + json.error().message + ".");
  if (!json->is_object()) return bad("must be a JSON object.");
  TRY(known_members(*json, "", {"region", "deploy", "functions", "website"}));
  DevDescription description;
  description.folder = folder;
  description.region = TRY(optional_text(*json, "region"));
  description.deploy = TRY(optional_text(*json, "deploy"));
  description.functions = TRY(read_functions(folder, (*json)["functions"]));
  description.website = TRY(read_website(folder, (*json)["website"], account));
  if (description.functions.empty() && !description.website) {
    return bad("names neither functions nor a website; there is nothing to watch.");
  }
  return description;
}

Result<DevDescription> read_description(const std::string& folder, std::string_view account) {
  std::error_code failed;
  const auto absolute = std::filesystem::canonical(folder, failed);
  if (failed) return Error{&kBadDescription, "There is no folder " + folder + ".", {}};
  std::ifstream in(absolute / kFileName);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) {
    return Error{&kBadDescription,
                 "There is no fairlead.json in " + absolute.string() +
                     ". It says what is deployed from where, at its smallest: "
                     "{\"functions\": {\"my-function\": \"src\"}}. docs/dev.md has the rest.",
                 {}};
  }
  DevDescription description = TRY(parse_description(absolute, text.str(), account));
  for (const auto& function : description.functions) {
    TRY(folder_is_there(function.name, function.folder));
  }
  if (description.website) TRY(folder_is_there("website", description.website->folder));
  return description;
}

}  // namespace fairlead::app
