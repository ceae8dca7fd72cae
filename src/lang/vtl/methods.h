// The methods of Java's strings, lists, maps, numbers and booleans that templates call. The name is
// looked up once, when the template is parsed. As in Velocity, a method that does not exist, or not
// with such arguments, gives null; one that throws in Java ends the render. Java methods that we do
// not have are refused by name rather than answered with null.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "lang/vtl/regex.h"
#include "lang/vtl/value.h"
#include "lang/vtl/work.h"

namespace fairlead::vtl {

enum class Method : std::uint8_t {
  kUnknown,
  kRefused,
  kAdd,
  kAddAll,
  kBooleanValue,
  kCharAt,
  kClear,
  kCompareTo,
  kCompareToIgnoreCase,
  kConcat,
  kContains,
  kContainsAll,
  kContainsKey,
  kContainsValue,
  kCount,
  kDoubleValue,
  kEndsWith,
  kEntrySet,
  kEquals,
  kEqualsIgnoreCase,
  kGet,
  kGetKey,
  kGetOrDefault,
  kGetValue,
  kHashCode,
  kIndexOf,
  kIntValue,
  kIsEmpty,
  kJoin,
  kKeySet,
  kLastIndexOf,
  kLength,
  kLongValue,
  kMatches,
  kParseDouble,
  kParseInt,
  kParseLong,
  kPut,
  kPutAll,
  kPutIfAbsent,
  kRemove,
  kReplace,
  kReplaceAll,
  kReplaceFirst,
  kSet,
  kSize,
  kSplit,
  kStartsWith,
  kSubList,
  kSubstring,
  kToLowerCase,
  kToString,
  kToUpperCase,
  kTrim,
  kValueOf,
  kValues,
};

Method method_named(std::string_view name);
bool takes_regex(Method method);  // its first argument is a regular expression

struct Call {
  Method method = Method::kUnknown;
  std::string_view name;
  std::span<const Value> arguments;
  const Regex* regex = nullptr;  // the first argument compiled, where it was a constant
};

// `receiver` is no null and no Object.
Result<Value> call_method(const Value& receiver, const Call& call, Work& work);

// One for each type; call_method chooses.
Result<Value> call_text(const std::string& text, const Call& call, Work& work);
Result<Value> call_text_regex(const std::string& text, const Call& call, Work& work);
Result<Value> call_list(const Value& receiver, const Call& call, Work& work);
Result<Value> call_map(const Value& receiver, const Call& call, Work& work);
Result<Value> call_number(const Value& receiver, const Call& call, Work& work);

// What methods make.
Result<Value> new_text(std::string text, Work& work);
Result<Value> new_list(List items, Work& work);
// The text of a key: strings, numbers and booleans have one.
std::string key_text(const Value& key);

}  // namespace fairlead::vtl
