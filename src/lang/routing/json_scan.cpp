// A strict RFC 8259 scanner that remembers where one path led.
#include "lang/routing/json_scan.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/base64.h"
#include "base/json_parse.h"

namespace fairlead::routing {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;

std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }

// A high bit in each byte that ends or interrupts a run of plain string bytes. Of the bits that are
// set the lowest is always right; borrows can only add false ones above it.
std::uint64_t interruptions(std::uint64_t word) {
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return control | zero_bytes(word ^ (kOnes * '"')) | zero_bytes(word ^ (kOnes * '\\'));
}

class Scanner {
 public:
  Scanner(std::string_view text, const JsonPath& path)
      : at_(text.data()), end_(at_ + text.size()), path_(path) {}

  Scan scan(std::string_view& found) {
    if (!value(0, 0)) return Scan::kNotJson;
    space();
    if (at_ != end_) return Scan::kNotJson;
    found = found_;
    return found_.data() ? Scan::kFound : Scan::kMissing;
  }

 private:
  // `step`: how many steps of the path lead to this value; kOff when it is not on the path.
  static constexpr std::size_t kOff = static_cast<std::size_t>(-1);

  bool is(char c) const { return at_ < end_ && *at_ == c; }
  bool digit() const { return at_ < end_ && *at_ >= '0' && *at_ <= '9'; }
  void space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool value(std::size_t step, int depth) {
    space();
    if (at_ == end_) return false;
    const char* const from = at_;
    if (step != kOff) found_ = {};  // a repeated member replaces what its first value led to
    if (!any(step, depth)) return false;
    if (step == path_.size()) found_ = std::string_view(from, static_cast<std::size_t>(at_ - from));
    return true;
  }

  bool any(std::size_t step, int depth) {
    switch (*at_) {
      case '{':
        return object(step, depth);
      case '[':
        return array(step, depth);
      case '"': {
        bool escaped;
        return string(escaped);
      }
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  bool word(std::string_view expected) {
    if (static_cast<std::size_t>(end_ - at_) < expected.size()) return false;
    if (std::memcmp(at_, expected.data(), expected.size()) != 0) return false;
    at_ += expected.size();
    return true;
  }

  bool digits() {
    if (!digit()) return false;
    while (digit()) ++at_;
    return true;
  }

  bool number() {
    if (is('-')) ++at_;
    if (is('0')) {
      ++at_;
      if (digit()) return false;
    } else if (!digits()) {
      return false;
    }
    if (is('.')) {
      ++at_;
      if (!digits()) return false;
    }
    if (is('e') || is('E')) {
      ++at_;
      if (is('+') || is('-')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  bool four_hex(std::uint32_t& unit) {
    if (end_ - at_ < 4) return false;
    unit = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit_value = hex_value(*at_++);
      if (digit_value < 0) return false;
      unit = unit << 4 | static_cast<std::uint32_t>(digit_value);
    }
    return true;
  }

  // After the backslash. Half of a surrogate pair is refused, as base's reader does.
  bool escape() {
    if (at_ == end_) return false;
    const char c = *at_++;
    if (c != 'u') return c != '\0' && std::strchr("\"\\/bfnrt", c) != nullptr;
    std::uint32_t unit;
    if (!four_hex(unit)) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return false;
    if (unit < 0xD800 || unit > 0xDBFF) return true;
    if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return false;
    at_ += 2;
    return four_hex(unit) && unit >= 0xDC00 && unit <= 0xDFFF;
  }

  bool string(bool& escaped) {
    escaped = false;
    ++at_;
    for (;;) {
      std::uint64_t eight;
      while (end_ - at_ >= 8) {
        std::memcpy(&eight, at_, 8);
        if (const std::uint64_t found = interruptions(eight)) {
          at_ += std::countr_zero(found) / 8;  // little-endian: the lowest is the first
          break;
        }
        at_ += 8;
      }
      if (at_ == end_) return false;
      const char c = *at_++;
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') continue;
      escaped = true;
      if (!escape()) return false;
    }
  }

  bool names_step(std::string_view quoted, bool escaped, std::size_t step) const {
    const PathStep& wanted = path_[step];
    if (wanted.index != PathStep::kMember) return false;
    if (!escaped) return quoted.substr(1, quoted.size() - 2) == wanted.name;
    const auto name = parse_json(quoted);  // rare: a member name with escapes in it
    return name.ok() && name.value().is_string() && name.value().as_string() == wanted.name;
  }

  bool object(std::size_t step, int depth) {
    if (depth >= JsonLimits{}.max_depth) return false;
    ++at_;
    space();
    if (is('}')) return ++at_, true;
    const bool on_path = step != kOff && step < path_.size();
    for (;;) {
      space();
      if (!is('"')) return false;
      const char* const from = at_;
      bool escaped;
      if (!string(escaped)) return false;
      const std::string_view quoted(from, static_cast<std::size_t>(at_ - from));
      const bool next = on_path && names_step(quoted, escaped, step);
      space();
      if (!is(':')) return false;
      ++at_;
      if (!value(next ? step + 1 : kOff, depth + 1)) return false;
      space();
      if (is('}')) return ++at_, true;
      if (!is(',')) return false;
      ++at_;
    }
  }

  bool array(std::size_t step, int depth) {
    if (depth >= JsonLimits{}.max_depth) return false;
    ++at_;
    space();
    if (is(']')) return ++at_, true;
    const bool on_path = step != kOff && step < path_.size();
    for (std::size_t index = 0;; ++index) {
      const bool next = on_path && path_[step].index == index;
      if (!value(next ? step + 1 : kOff, depth + 1)) return false;
      space();
      if (is(']')) return ++at_, true;
      if (!is(',')) return false;
      ++at_;
    }
  }

  const char* at_;
  const char* const end_;
  const JsonPath& path_;
  std::string_view found_;
};

}  // namespace

Scan find_value(std::string_view text, const JsonPath& path, std::string_view& found) {
  return Scanner(text, path).scan(found);
}

}  // namespace fairlead::routing
