// JSON text to Json, in one pass over the bytes. Strings are found in runs of plain ASCII, eight
// bytes at a time; UTF-8 is checked once for each string that has any.
#include "base/json_parse.h"

#include <iterator>
#include <unordered_map>

#include "base/json_scan.h"
#include "base/utf8.h"

namespace fairlead {

const ErrorCode kInvalidJson{"SerializationException", 400};

namespace {

// Objects larger than this look their duplicate keys up in a map instead of walking the members.
constexpr std::size_t kMembersToWalk = 24;

// kKeep: values are made; otherwise the text is only checked.
template <bool kKeep>
class Reader {
 public:
  Reader(std::string_view text, JsonLimits limits)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), limits_(limits) {}

  Status read_all(Json& value) {
    if (read_value(value, 0)) {
      skip_space();
      if (at_ == end_) return {};
      fail("unexpected character after the value");
    }
    return Error{&kInvalidJson,
                 std::string(problem_) + " at offset " + std::to_string(problem_at_ - begin_)};
  }

 private:
  bool fail(const char* what) { return fail_at(at_, what); }
  bool fail_at(const char* where, const char* what) {
    if (!problem_) {
      problem_ = where >= end_ ? "unexpected end of text" : what;
      problem_at_ = where;
    }
    return false;
  }

  void skip_space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  bool next_is(char c) const { return at_ < end_ && *at_ == c; }
  bool digit_is_next() const { return at_ < end_ && *at_ >= '0' && *at_ <= '9'; }

  bool read_value(Json& into, int depth) {
    skip_space();
    if (at_ == end_) return fail("expected a value");
    switch (*at_) {
      case '{':
        return read_object(into, depth);
      case '[':
        return read_array(into, depth);
      case '"': {
        std::string text;
        if (!read_string(text)) return false;
        if constexpr (kKeep) into = Json(std::move(text));
        return true;
      }
      case 't':
        return read_word("true", into, Json(true));
      case 'f':
        return read_word("false", into, Json(false));
      case 'n':
        return read_word("null", into, Json());
      default:
        return read_number(into);
    }
  }

  bool read_word(std::string_view word, Json& into, Json value) {
    for (const char c : word) {
      if (!next_is(c)) return fail("unexpected character");
      ++at_;
    }
    if constexpr (kKeep) into = std::move(value);
    return true;
  }

  bool skip_digits() {
    if (!digit_is_next()) return fail("expected a digit");
    while (digit_is_next()) ++at_;
    return true;
  }

  bool read_number(Json& into) {
    const char* const from = at_;
    if (next_is('-'))
      ++at_;
    else if (!digit_is_next())
      return fail("unexpected character");
    if (next_is('0')) {
      ++at_;
      if (digit_is_next()) return fail("leading zero in a number");
    } else if (!skip_digits()) {
      return false;
    }
    if (next_is('.')) {
      ++at_;
      if (!skip_digits()) return false;
    }
    if (next_is('e') || next_is('E')) {
      ++at_;
      if (next_is('+') || next_is('-')) ++at_;
      if (!skip_digits()) return false;
    }
    if constexpr (kKeep) into = Json::number(std::string(from, at_));
    return true;
  }

  bool read_array(Json& into, int depth) {
    if (depth >= limits_.max_depth) return fail("nesting too deep");
    ++at_;
    const std::size_t first = items_.size();
    skip_space();
    if (!next_is(']')) {
      for (;;) {
        Json item;
        if (!read_value(item, depth + 1)) return false;
        if constexpr (kKeep) items_.push_back(std::move(item));
        skip_space();
        if (next_is(']')) break;
        if (!next_is(',')) return fail("expected ',' or ']'");
        ++at_;
      }
    }
    ++at_;
    if constexpr (kKeep) into = Json(take_from<Json::Array>(items_, first));
    return true;
  }

  bool read_object(Json& into, int depth) {
    if (depth >= limits_.max_depth) return fail("nesting too deep");
    ++at_;
    const std::size_t first = members_.size();
    [[maybe_unused]] std::unordered_map<std::string, std::size_t> places;  // of large objects
    skip_space();
    if (!next_is('}')) {
      for (;;) {
        skip_space();
        if (!next_is('"')) return fail("expected a member name");
        Json::Member member;
        if (!read_string(member.key)) return false;
        skip_space();
        if (!next_is(':')) return fail("expected ':'");
        ++at_;
        if (!read_value(member.value, depth + 1)) return false;
        if constexpr (kKeep) keep(std::move(member), first, places);
        skip_space();
        if (next_is('}')) break;
        if (!next_is(',')) return fail("expected ',' or '}'");
        ++at_;
      }
    }
    ++at_;
    if constexpr (kKeep) into = Json(take_from<Json::Object>(members_, first));
    return true;
  }

  // The members of this object are those from `first` on: a key given twice keeps its first place.
  void keep(Json::Member member, std::size_t first,
            std::unordered_map<std::string, std::size_t>& places) {
    if (members_.size() - first < kMembersToWalk) {
      for (std::size_t i = first; i < members_.size(); ++i) {
        if (members_[i].key != member.key) continue;
        members_[i].value = std::move(member.value);
        return;
      }
    } else {
      if (places.empty()) {
        for (std::size_t i = first; i < members_.size(); ++i) places.emplace(members_[i].key, i);
      }
      const auto [place, is_new] = places.emplace(member.key, members_.size());
      if (!is_new) {
        members_[place->second].value = std::move(member.value);
        return;
      }
    }
    members_.push_back(std::move(member));
  }

  template <class List>
  static List take_from(List& stack, std::size_t first) {
    const auto from = stack.begin() + static_cast<std::ptrdiff_t>(first);
    List taken(std::make_move_iterator(from), std::make_move_iterator(stack.end()));
    stack.erase(from, stack.end());
    return taken;
  }

  bool read_string(std::string& into) {
    ++at_;
    for (;;) {
      const char* const run = at_;
      bool not_ascii = false;
      at_ = json_plain_until(at_, end_, not_ascii);
      const std::string_view plain(run, static_cast<std::size_t>(at_ - run));
      if (not_ascii && !is_valid_utf8(plain)) return fail_at(run, "invalid UTF-8 in the string");
      if constexpr (kKeep) into.append(plain);
      if (at_ == end_) return fail_at(end_, "unterminated string");
      if (*at_ == '"') break;
      if (*at_ != '\\') return fail("control character in a string");
      if (!read_escape(into)) return false;
      if constexpr (!kKeep) into.clear();
    }
    ++at_;
    return true;
  }

  bool read_escape(std::string& into) {
    const char* const from = at_++;
    if (at_ == end_) return fail("unterminated string");
    switch (*at_++) {
      case '"':
        into += '"';
        return true;
      case '\\':
        into += '\\';
        return true;
      case '/':
        into += '/';
        return true;
      case 'b':
        into += '\b';
        return true;
      case 'f':
        into += '\f';
        return true;
      case 'n':
        into += '\n';
        return true;
      case 'r':
        into += '\r';
        return true;
      case 't':
        into += '\t';
        return true;
      case 'u':
        break;
      default:
        return fail_at(from, "unknown escape");
    }
    std::uint32_t unit = 0;
    if (!read_hex4(unit)) return false;
    if (unit >= 0xdc00 && unit <= 0xdfff) return fail_at(from, "lone surrogate");
    if (unit >= 0xd800 && unit <= 0xdbff) {
      std::uint32_t low = 0;
      if (!next_is('\\')) return fail_at(from, "lone surrogate");
      ++at_;
      if (!next_is('u')) return fail_at(from, "lone surrogate");
      ++at_;
      if (!read_hex4(low)) return false;
      if (low < 0xdc00 || low > 0xdfff) return fail_at(from, "lone surrogate");
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(into, unit);
    return true;
  }

  bool read_hex4(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ == end_) return fail("unterminated string");
      const char c = *at_;
      std::uint32_t digit = 0;
      if (c >= '0' && c <= '9')
        digit = static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f')
        digit = static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F')
        digit = static_cast<std::uint32_t>(c - 'A' + 10);
      else
        return fail("expected a hexadecimal digit");
      unit = unit * 16 + digit;
    }
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  JsonLimits limits_;
  // What open arrays and objects hold so far, one behind the other: each list is then made once,
  // in its final size.
  Json::Array items_;
  Json::Object members_;
  const char* problem_ = nullptr;
  const char* problem_at_ = nullptr;
};

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  Json value;
  TRY(Reader<true>(text, limits).read_all(value));
  return value;
}

Status check_json(std::string_view text, JsonLimits limits) {
  Json nothing;
  return Reader<false>(text, limits).read_all(nothing);
}

}  // namespace fairlead
