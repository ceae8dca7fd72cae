// Names of methods, and what all types have.
#include "lang/vtl/methods.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fairlead::vtl {
namespace {

using Row = std::pair<std::string_view, Method>;

constexpr auto kNames = std::to_array<Row>({
    {"add", Method::kAdd},
    {"addAll", Method::kAddAll},
    {"booleanValue", Method::kBooleanValue},
    {"charAt", Method::kCharAt},
    {"clear", Method::kClear},
    {"compareTo", Method::kCompareTo},
    {"compareToIgnoreCase", Method::kCompareToIgnoreCase},
    {"concat", Method::kConcat},
    {"contains", Method::kContains},
    {"containsAll", Method::kContainsAll},
    {"containsKey", Method::kContainsKey},
    {"containsValue", Method::kContainsValue},
    {"count", Method::kCount},
    {"doubleValue", Method::kDoubleValue},
    {"endsWith", Method::kEndsWith},
    {"entrySet", Method::kEntrySet},
    {"equals", Method::kEquals},
    {"equalsIgnoreCase", Method::kEqualsIgnoreCase},
    {"get", Method::kGet},
    {"getKey", Method::kGetKey},
    {"getOrDefault", Method::kGetOrDefault},
    {"getValue", Method::kGetValue},
    {"hashCode", Method::kHashCode},
    {"indexOf", Method::kIndexOf},
    {"intValue", Method::kIntValue},
    {"isEmpty", Method::kIsEmpty},
    {"join", Method::kJoin},
    {"keySet", Method::kKeySet},
    {"lastIndexOf", Method::kLastIndexOf},
    {"length", Method::kLength},
    {"longValue", Method::kLongValue},
    {"matches", Method::kMatches},
    {"parseDouble", Method::kParseDouble},
    {"parseInt", Method::kParseInt},
    {"parseLong", Method::kParseLong},
    {"put", Method::kPut},
    {"putAll", Method::kPutAll},
    {"putIfAbsent", Method::kPutIfAbsent},
    {"remove", Method::kRemove},
    {"replace", Method::kReplace},
    {"replaceAll", Method::kReplaceAll},
    {"replaceFirst", Method::kReplaceFirst},
    {"set", Method::kSet},
    {"size", Method::kSize},
    {"split", Method::kSplit},
    {"startsWith", Method::kStartsWith},
    {"subList", Method::kSubList},
    {"substring", Method::kSubstring},
    {"toLowerCase", Method::kToLowerCase},
    {"toString", Method::kToString},
    {"toUpperCase", Method::kToUpperCase},
    {"trim", Method::kTrim},
    {"valueOf", Method::kValueOf},
    {"values", Method::kValues},
});

// Java has them; we do not.
constexpr auto kRefusedNames = std::to_array<std::string_view>({"chars",
                                                                "codePointAt",
                                                                "codePointBefore",
                                                                "codePointCount",
                                                                "codePoints",
                                                                "compute",
                                                                "computeIfAbsent",
                                                                "computeIfPresent",
                                                                "contentEquals",
                                                                "copyValueOf",
                                                                "ensureCapacity",
                                                                "floatValue",
                                                                "forEach",
                                                                "format",
                                                                "formatted",
                                                                "getBytes",
                                                                "getChars",
                                                                "indent",
                                                                "intern",
                                                                "isBlank",
                                                                "iterator",
                                                                "lines",
                                                                "listIterator",
                                                                "merge",
                                                                "parallelStream",
                                                                "regionMatches",
                                                                "removeAll",
                                                                "removeIf",
                                                                "repeat",
                                                                "retainAll",
                                                                "shortValue",
                                                                "sort",
                                                                "spliterator",
                                                                "stream",
                                                                "strip",
                                                                "stripLeading",
                                                                "stripTrailing",
                                                                "subSequence",
                                                                "toArray",
                                                                "toBinaryString",
                                                                "toCharArray",
                                                                "toHexString",
                                                                "translateEscapes",
                                                                "trimToSize",
                                                                "byteValue"});

constexpr bool sorted_names() {
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    if (!(kNames[i - 1].first < kNames[i].first)) return false;
  }
  return true;
}
static_assert(sorted_names());

Result<Value> call_boolean(bool value, const Call& call, Work& work) {
  if (call.method == Method::kBooleanValue && call.arguments.empty()) return Value::boolean(value);
  if (call.method != Method::kCompareTo || call.arguments.size() != 1) return Value();
  (void)work;
  if (call.arguments[0].kind() != Value::Kind::kBool) return Value();
  return Value::integer(int{value} - int{call.arguments[0].as_bool()});
}

}  // namespace

Method method_named(std::string_view name) {
  const auto found =
      std::lower_bound(kNames.begin(), kNames.end(), name,
                       [](const Row& row, std::string_view wanted) { return row.first < wanted; });
  if (found != kNames.end() && found->first == name) return found->second;
  const bool refused =
      std::find(kRefusedNames.begin(), kRefusedNames.end(), name) != kRefusedNames.end();
  return refused ? Method::kRefused : Method::kUnknown;
}

bool takes_regex(Method method) {
  return method == Method::kMatches || method == Method::kReplaceAll ||
         method == Method::kReplaceFirst || method == Method::kSplit;
}

Result<Value> new_text(std::string text, Work& work) {
  if (!work.take(text.size() + 48)) return too_much_memory();
  return Value::string(std::move(text));
}

Result<Value> new_list(List items, Work& work) {
  if (!work.take(items.size() * sizeof(Value) + 64)) return too_much_memory();
  return Value::list(std::move(items));
}

std::string key_text(const Value& key) { return key.is_string() ? key.as_string() : key.text(); }

Result<Value> call_method(const Value& receiver, const Call& call, Work& work) {
  if (call.method == Method::kUnknown) return Value();
  if (call.method == Method::kRefused) {
    return failure("the method " + std::string(call.name) + " of Java cannot be called here");
  }
  if (!work.spend(1)) return too_many_steps();
  if (call.method == Method::kToString && call.arguments.empty()) {
    std::string text;
    if (!receiver.append_text(text, work.memory())) return too_much_memory();
    return new_text(std::move(text), work);
  }
  if (call.method == Method::kEquals && call.arguments.size() == 1) {
    const Value& other = call.arguments[0];
    // Java's Integer equals no Double, and no String.
    const bool same = receiver.kind() == other.kind() && receiver.equals(other, work.steps());
    if (work.steps() == 0) return too_many_steps();
    return Value::boolean(same);
  }
  switch (receiver.kind()) {
    case Value::Kind::kString:
      if (takes_regex(call.method)) return call_text_regex(receiver.as_string(), call, work);
      return call_text(receiver.as_string(), call, work);
    case Value::Kind::kList:
      return call_list(receiver, call, work);
    case Value::Kind::kMap:
      return call_map(receiver, call, work);
    case Value::Kind::kLong:
    case Value::Kind::kDouble:
      return call_number(receiver, call, work);
    case Value::Kind::kBool:
      return call_boolean(receiver.as_bool(), call, work);
    default:
      return Value();
  }
}

}  // namespace fairlead::vtl
