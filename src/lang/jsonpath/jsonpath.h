// JsonPath: the paths of API Gateway's $input.path, $input.json and parameter mappings, as Jayway's
// library reads them: `$.a['b'][0]`, `[-1]`, `[1:3]`, `[0,2]`, `*`, `..name`, and filters
// `[?(@.price < 10 && @.name == 'x')]`. Functions (`length()`) are not known: a parse error.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fairlead::jsonpath {

extern const ErrorCode kInvalidPath;  // message: what is wrong with it

struct Step;  // steps.h

// Immutable and cheap to copy.
class JsonPath {
 public:
  // Without `$` in front, `$.` is meant. At most 4,096 bytes.
  static Result<JsonPath> parse(std::string_view text);

  // Names and single indices only: then there is one value or none, else a list of any length.
  bool is_definite() const;

  // What is at the path, in the order of the document; pointers into `root`. Bounded: at most
  // kMaxMatches values are kept and kMaxVisits looked at.
  std::vector<const Json*> find(const Json& root) const;
  const Json* first(const Json& root) const;  // nullptr: nothing there

 private:
  std::shared_ptr<const std::vector<Step>> steps_;
};

inline constexpr std::size_t kMaxMatches = 100'000;
inline constexpr std::size_t kMaxVisits = 1'000'000;

}  // namespace fairlead::jsonpath
