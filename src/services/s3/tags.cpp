// Reading tags from XML structures and header strings, and what a tag may be.
#include "services/s3/tags.h"

#include <set>

#include "base/text.h"
#include "base/utf8.h"
#include "services/s3/errors.h"

namespace fairlead::s3 {

Result<Json> read_tag_set(const Json& tag_set, std::size_t most) {
  if (tag_set.size() > most) {
    return bad_request(most == kMostObjectTags ? "Object tags cannot be greater than 10"
                                               : "Bucket tag count cannot be greater than 50");
  }
  std::set<std::string> seen;
  Json read = Json::array();
  for (const Json& tag : tag_set.items()) {
    if (!tag["Key"].is_string() || !tag["Value"].is_string()) return malformed_xml();
    const std::string &key = tag["Key"].as_string(), &value = tag["Value"].as_string();
    if (key.empty() || utf8_length(key) > 128) {
      return invalid_tag("The TagKey you have provided is invalid");
    }
    if (utf8_length(value) > 256) return invalid_tag("The TagValue you have provided is invalid");
    if (key.starts_with("aws:")) {
      return invalid_tag("System tags cannot be added/updated by requester");
    }
    if (!seen.insert(key).second) {
      return invalid_tag("Cannot provide multiple Tags with the same key");
    }
    read.push_back(Json::object({{"Key", key}, {"Value", value}}));
  }
  return read;
}

Result<Json> read_tagging_header(const std::string& header) {
  Json tag_set = Json::array();
  for (const auto& [key, value] : parse_query(header, QueryStyle::kForm)) {
    if (key.empty() && value.empty()) continue;
    if (!is_valid_utf8(key) || !is_valid_utf8(value)) {
      return invalid_argument(
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded "
          "URL query parameters without tag name duplicates.",
          "x-amz-tagging", header);
    }
    tag_set.push_back(Json::object({{"Key", key}, {"Value", value}}));
  }
  return read_tag_set(tag_set, kMostObjectTags);
}

}  // namespace fairlead::s3
