// java.lang.String. Places and lengths are in UTF-16 units; plain ASCII never leaves UTF-8.
#include <algorithm>

#include "base/text.h"
#include "lang/vtl/java_text.h"
#include "lang/vtl/methods.h"

namespace fairlead::vtl {
namespace {

constexpr std::uint64_t kCompileSteps = 5000;  // what compiling a regular expression counts as

bool is_text(const Call& call, std::size_t i) {
  return i < call.arguments.size() && call.arguments[i].is_string();
}

bool is_long(const Call& call, std::size_t i) {
  return i < call.arguments.size() && call.arguments[i].kind() == Value::Kind::kLong;
}

Error out_of_range(std::string_view name) {
  return failure(std::string(name) + ": the index lies outside of the text");
}

Result<Value> substring(const std::string& text, const Call& call, Work& work) {
  const std::size_t count = call.arguments.size();
  if (count == 0 || count > 2 || !is_long(call, 0) || (count == 2 && !is_long(call, 1))) {
    return Value();
  }
  const std::int64_t from = call.arguments[0].as_long();
  const bool plain = is_ascii(text);
  const std::u16string wide = plain ? std::u16string() : to_utf16(text);
  const auto size = static_cast<std::int64_t>(plain ? text.size() : wide.size());
  const std::int64_t to = count == 2 ? call.arguments[1].as_long() : size;
  if (from < 0 || to > size || from > to) return out_of_range("substring");
  const auto start = static_cast<std::size_t>(from);
  const auto length = static_cast<std::size_t>(to - from);
  if (plain) return new_text(text.substr(start, length), work);
  return new_text(to_utf8(std::u16string_view(wide).substr(start, length)), work);
}

Result<Value> char_at(const std::string& text, const Call& call, Work& work) {
  if (call.arguments.size() != 1 || !is_long(call, 0)) return Value();
  const std::int64_t place = call.arguments[0].as_long();
  const std::u16string wide = to_utf16(text);
  if (place < 0 || place >= static_cast<std::int64_t>(wide.size())) return out_of_range("charAt");
  return new_text(to_utf8({&wide[static_cast<std::size_t>(place)], 1}), work);
}

// indexOf and lastIndexOf, with or without a place to begin at.
Result<Value> index_of(const std::string& text, const Call& call) {
  const bool last = call.method == Method::kLastIndexOf;
  const std::size_t count = call.arguments.size();
  if (count == 0 || count > 2 || !is_text(call, 0) || (count == 2 && !is_long(call, 1))) {
    return Value();
  }
  const std::u16string wide = to_utf16(text);
  const std::u16string wanted = to_utf16(call.arguments[0].as_string());
  std::size_t from = last ? wide.size() : 0;
  if (count == 2) {
    const std::int64_t place = call.arguments[1].as_long();
    if (place < 0 && last) return Value::integer(-1);
    from = std::min(static_cast<std::size_t>(std::max<std::int64_t>(place, 0)), wide.size());
  }
  const std::size_t found = last ? wide.rfind(wanted, from) : wide.find(wanted, from);
  return Value::integer(found == wide.npos ? -1 : static_cast<std::int64_t>(found));
}

Result<Value> starts_or_ends(const std::string& text, const Call& call) {
  const std::size_t count = call.arguments.size();
  if (!is_text(call, 0)) return Value();
  const std::string& part = call.arguments[0].as_string();
  if (count == 1) {
    const bool yes =
        call.method == Method::kStartsWith ? text.starts_with(part) : text.ends_with(part);
    return Value::boolean(yes);
  }
  if (count != 2 || call.method != Method::kStartsWith || !is_long(call, 1)) return Value();
  const std::u16string wide = to_utf16(text);
  const std::int64_t from = call.arguments[1].as_long();
  if (from < 0 || from > static_cast<std::int64_t>(wide.size())) return Value::boolean(false);
  const auto rest = std::u16string_view(wide).substr(static_cast<std::size_t>(from));
  return Value::boolean(rest.starts_with(to_utf16(part)));
}

Result<Value> replace(const std::string& text, const Call& call, Work& work) {
  if (call.arguments.size() != 2 || !is_text(call, 0) || !is_text(call, 1)) return Value();
  const std::string& from = call.arguments[0].as_string();
  const std::string& to = call.arguments[1].as_string();
  if (from.empty()) return failure("replace: nothing to look for");
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, copied)) {
    out.append(text, copied, at - copied).append(to);
    copied = at + from.size();
    if (out.size() > work.memory()) return too_much_memory();
  }
  out.append(text, copied);
  return new_text(std::move(out), work);
}

// Case of ASCII, Latin-1, Greek and Cyrillic letters; others stay as they are.
char16_t upper(char16_t c) {
  if (c >= u'a' && c <= u'z') return static_cast<char16_t>(c - 32);
  if (c == 0xF7 || c == 0xFF) return c == 0xFF ? char16_t{0x178} : c;
  if ((c >= 0xE0 && c <= 0xFE) || (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2) ||
      (c >= 0x430 && c <= 0x44F)) {
    return static_cast<char16_t>(c - 32);
  }
  if (c >= 0x450 && c <= 0x45F) return static_cast<char16_t>(c - 80);
  if (c >= 0x100 && c <= 0x137 && c != 0x131) return static_cast<char16_t>(c & ~1);
  return c;
}

char16_t lower(char16_t c) {
  if (c >= u'A' && c <= u'Z') return static_cast<char16_t>(c + 32);
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
      (c >= 0x410 && c <= 0x42F)) {
    return static_cast<char16_t>(c + 32);
  }
  if (c >= 0x400 && c <= 0x40F) return static_cast<char16_t>(c + 80);
  if (c >= 0x100 && c <= 0x137 && c != 0x130) return static_cast<char16_t>(c | 1);
  return c == 0x178 ? char16_t{0xFF} : c;
}

std::string with_case(const std::string& text, char16_t (*change)(char16_t)) {
  std::u16string wide = to_utf16(text);
  std::transform(wide.begin(), wide.end(), wide.begin(), change);
  return to_utf8(wide);
}

Result<Value> trimmed(const std::string& text, Work& work) {
  std::size_t from = 0;
  std::size_t to = text.size();
  while (from < to && static_cast<unsigned char>(text[from]) <= ' ') ++from;
  while (to > from && static_cast<unsigned char>(text[to - 1]) <= ' ') --to;
  return new_text(text.substr(from, to - from), work);
}

std::int64_t compared(std::u16string_view a, std::u16string_view b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] != b[i]) return std::int64_t{a[i]} - std::int64_t{b[i]};
  }
  return static_cast<std::int64_t>(a.size()) - static_cast<std::int64_t>(b.size());
}

// String.join(between, list) or String.join(between, a, b, …).
Result<Value> join(const Call& call, Work& work) {
  if (call.arguments.size() < 2 || !is_text(call, 0)) return Value();
  const bool listed = call.arguments[1].kind() == Value::Kind::kList;
  if (listed && call.arguments.size() > 2) return Value();
  const auto parts =
      listed ? std::span<const Value>(call.arguments[1].as_list()) : call.arguments.subspan(1);
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += call.arguments[0].as_string();
    if (parts[i].is_null()) out += "null";
    if (!parts[i].append_text(out, work.memory())) return too_much_memory();
  }
  return new_text(std::move(out), work);
}

Result<Value> with_other_text(const std::string& text, const Call& call, Work& work) {
  const std::string& other = call.arguments[0].as_string();
  switch (call.method) {
    case Method::kConcat:
      if (!work.take(text.size() + other.size())) return too_much_memory();
      return Value::string(text + other);
    case Method::kContains:
      return Value::boolean(text.find(other) != text.npos);
    case Method::kEqualsIgnoreCase:
      return Value::boolean(with_case(text, lower) == with_case(other, lower));
    case Method::kCompareTo:
      return Value::integer(compared(to_utf16(text), to_utf16(other)));
    case Method::kCompareToIgnoreCase:
      return Value::integer(
          compared(to_utf16(with_case(text, lower)), to_utf16(with_case(other, lower))));
    default:
      return Value();
  }
}

Result<Value> without_arguments(const std::string& text, const Call& call, Work& work) {
  switch (call.method) {
    case Method::kLength:
      return Value::integer(utf16_length(text));
    case Method::kIsEmpty:
      return Value::boolean(text.empty());
    case Method::kHashCode:
      return Value::integer(java_hash(text));
    case Method::kTrim:
      return trimmed(text, work);
    case Method::kToUpperCase:
      return new_text(with_case(text, upper), work);
    case Method::kToLowerCase:
      return new_text(with_case(text, lower), work);
    default:
      return Value();
  }
}

}  // namespace

Result<Value> call_text(const std::string& text, const Call& call, Work& work) {
  if (!work.spend(text.size() / 16)) return too_many_steps();
  switch (call.method) {
    case Method::kSubstring:
      return substring(text, call, work);
    case Method::kCharAt:
      return char_at(text, call, work);
    case Method::kIndexOf:
    case Method::kLastIndexOf:
      return index_of(text, call);
    case Method::kStartsWith:
    case Method::kEndsWith:
      return starts_or_ends(text, call);
    case Method::kReplace:
      return replace(text, call, work);
    case Method::kJoin:
      return join(call, work);
    case Method::kValueOf:
      if (call.arguments.size() != 1) return Value();
      return new_text(call.arguments[0].is_null() ? "null" : call.arguments[0].text(), work);
    default:
      break;
  }
  if (call.arguments.empty()) return without_arguments(text, call, work);
  if (call.arguments.size() == 1 && is_text(call, 0)) return with_other_text(text, call, work);
  if (call.arguments.size() == 1 && call.method == Method::kEqualsIgnoreCase) {
    return Value::boolean(false);
  }
  return Value();
}

Result<Value> call_text_regex(const std::string& text, const Call& call, Work& work) {
  if (!is_text(call, 0) || !work.spend(text.size() / 16)) {
    return is_text(call, 0) ? Result<Value>(too_many_steps()) : Result<Value>(Value());
  }
  if (!call.regex && !work.spend(kCompileSteps)) return too_many_steps();
  const Regex regex = call.regex ? *call.regex : TRY(Regex::compile(call.arguments[0].as_string()));
  const std::size_t count = call.arguments.size();
  if (call.method == Method::kMatches && count == 1) return Value::boolean(regex.matches(text));
  if (call.method == Method::kSplit && (count == 1 || (count == 2 && is_long(call, 1)))) {
    const std::int64_t limit = count == 2 ? call.arguments[1].as_long() : 0;
    if (!work.take(text.size())) return too_much_memory();
    return new_list(TRY(regex.split(text, limit, work)), work);
  }
  if (count != 2 || !is_text(call, 1)) return Value();
  const auto which = call.method == Method::kReplaceAll ? Regex::Which::kAll : Regex::Which::kFirst;
  return new_text(TRY(regex.replace(text, call.arguments[1].as_string(), which, work)), work);
}

}  // namespace fairlead::vtl
