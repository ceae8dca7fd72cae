// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, "Name formats".
#include "services/lambda/names.h"

#include <algorithm>
#include <vector>

#include "base/arn.h"
#include "base/text.h"
#include "services/lambda/errors.h"
#include "services/lambda/function.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxFullName = 140;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

bool is_qualifier(std::string_view text) {
  if (text == "$LATEST") return true;
  return !text.empty() && text.size() <= 128 && is_name(text.substr(0, kMaxName)) &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

Error no_name(std::string_view text) {
  return violates(text, "functionName",
                  "Member must satisfy regular expression pattern: "
                  "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?"
                  "(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?");
}

// pieces: name [qualifier]
bool take_tail(const std::vector<std::string_view>& pieces, std::size_t from, FunctionName& into) {
  if (pieces.size() != from + 1 && pieces.size() != from + 2) return false;
  if (!is_name(pieces[from])) return false;
  into.name = pieces[from];
  if (pieces.size() == from + 2) {
    if (!is_qualifier(pieces[from + 1])) return false;
    into.qualifier = pieces[from + 1];
  }
  return true;
}

// arn:aws:lambda:region:account:function:name[:qualifier]
bool take_arn(const std::vector<std::string_view>& pieces, FunctionName& into) {
  if (pieces.size() < 7 || pieces[0] != "arn" || pieces[2] != "lambda") return false;
  if (pieces[5] != "function") return false;
  into.region = pieces[3];
  into.account = pieces[4];
  return take_tail(pieces, 6, into);
}

}  // namespace

std::string FunctionName::arn() const {
  const std::string plain = function_arn(region, account, name);
  return qualifier.empty() ? plain : plain + ":" + qualifier;
}

Result<FunctionName> parse_function_name(const platform::Context& cx, std::string_view text,
                                         std::string_view qualifier) {
  FunctionName name{cx.account, cx.region, {}, {}};
  const std::vector<std::string_view> pieces = split(text, ':');
  if (text.size() > kMaxFullName) return no_name(text);
  if (pieces[0] == "arn") {
    if (!take_arn(pieces, name)) return no_name(text);
    if (name.region != cx.region) return wrong_region(name.region, cx.region);
  } else if (pieces.size() >= 3 && pieces[1] == "function") {
    if (pieces[0].size() != 12 || !is_digits(pieces[0])) return no_name(text);
    name.account = pieces[0];
    if (!take_tail(pieces, 2, name)) return no_name(text);
  } else if (pieces.size() >= 2 && pieces[0] == "function") {
    if (!take_tail(pieces, 1, name)) return no_name(text);
  } else if (!take_tail(pieces, 0, name)) {
    return no_name(text);
  }
  if (!qualifier.empty()) {
    if (!name.qualifier.empty() && name.qualifier != qualifier) return qualifier_mismatch();
    name.qualifier = qualifier;
  }
  return name;
}

Result<FunctionName> parse_function_arn(std::string_view arn) {
  FunctionName name;
  if (!take_arn(split(arn, ':'), name)) return no_name(arn);
  return name;
}

}  // namespace fairlead::lambda
