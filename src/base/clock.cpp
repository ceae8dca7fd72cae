// The system's clock, and the time formats of AWS by plain arithmetic: no locale, no time zone, no
// leap seconds. Years outside 0000-9999 are clamped, since none of the formats can hold them.
#include "base/clock.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace fairlead {

namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;
constexpr std::int64_t kFirstMs = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr std::int64_t kLastMs = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

class SystemClock : public Clock {
 public:
  std::int64_t now_ms() const override { return read(CLOCK_REALTIME); }
  std::int64_t monotonic_ms() const override { return read(CLOCK_MONOTONIC); }
  std::int64_t monotonic_us() const override {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * std::int64_t{1'000'000} + now.tv_nsec / 1000;
  }

 private:
  static std::int64_t read(clockid_t id) {
    timespec now{};
    clock_gettime(id, &now);
    return now.tv_sec * std::int64_t{1000} + now.tv_nsec / 1'000'000;
  }
};

struct Civil {
  int year = 0;
  unsigned month = 0, day = 0;  // from 1
  unsigned hour = 0, minute = 0, second = 0, ms = 0;
  unsigned weekday = 0;  // Sunday is 0
};

Civil civil_of(std::int64_t ms) {
  ms = std::clamp(ms, kFirstMs, kLastMs);
  std::int64_t days = ms / kMsPerDay;
  std::int64_t rest = ms % kMsPerDay;
  if (rest < 0) {
    rest += kMsPerDay;
    --days;
  }
  const std::chrono::sys_days date{std::chrono::days{days}};
  const std::chrono::year_month_day ymd{date};
  const auto of_day = static_cast<unsigned>(rest);
  return {static_cast<int>(ymd.year()),
          static_cast<unsigned>(ymd.month()),
          static_cast<unsigned>(ymd.day()),
          of_day / 3'600'000,
          of_day / 60'000 % 60,
          of_day / 1000 % 60,
          of_day % 1000,
          std::chrono::weekday{date}.c_encoding()};
}

// -1 for what no calendar has.
std::int64_t ms_of(const Civil& c) {
  const std::chrono::year_month_day date{std::chrono::year{c.year}, std::chrono::month{c.month},
                                         std::chrono::day{c.day}};
  if (!date.ok() || c.hour > 23 || c.minute > 59 || c.second > 59) return -1;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return days * kMsPerDay + c.hour * 3'600'000ll + c.minute * 60'000ll + c.second * 1000ll + c.ms;
}

// Fills a layout from the left: 4 digits of a year, 2 of the rest, words and punctuation.
class Layout {
 public:
  explicit Layout(std::size_t size) { text_.reserve(size); }
  Layout& two(unsigned value) {
    text_ += static_cast<char>('0' + value / 10);
    text_ += static_cast<char>('0' + value % 10);
    return *this;
  }
  Layout& three(unsigned value) {
    text_ += static_cast<char>('0' + value / 100);
    return two(value % 100);
  }
  Layout& four(int value) {
    return two(static_cast<unsigned>(value) / 100).two(static_cast<unsigned>(value) % 100);
  }
  Layout& put(std::string_view word) {
    text_ += word;
    return *this;
  }
  std::string done() { return std::move(text_); }

 private:
  std::string text_;
};

Layout& put_iso8601(Layout& out, const Civil& c) {
  return out.four(c.year)
      .put("-")
      .two(c.month)
      .put("-")
      .two(c.day)
      .put("T")
      .two(c.hour)
      .put(":")
      .two(c.minute)
      .put(":")
      .two(c.second);
}

// Reads a layout from the left; the first thing that does not fit makes everything after it fail.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  unsigned digits(std::size_t count) {
    unsigned value = 0;
    if (rest_.size() < count) ok_ = false;
    for (std::size_t i = 0; ok_ && i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') ok_ = false;
      value = value * 10 + static_cast<unsigned>(rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(count);
    return ok_ ? value : 0;
  }
  Scanner& expect(std::string_view word) {
    ok_ = ok_ && rest_.starts_with(word);
    if (ok_) rest_.remove_prefix(word.size());
    return *this;
  }
  bool accept(std::string_view word) {
    if (!ok_ || !rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  template <std::size_t N>
  unsigned one_of(const std::string_view (&words)[N]) {
    for (unsigned i = 0; i < N; ++i) {
      if (accept(words[i])) return i;
    }
    ok_ = false;
    return 0;
  }
  bool next_is_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

unsigned read_fraction_ms(Scanner& in) {
  unsigned ms = 0;
  for (unsigned scale = 100;; scale /= 10) {
    ms += in.digits(1) * scale;  // past the third digit the scale is zero
    if (!in.next_is_digit()) return ms;
  }
}

void read_time(Scanner& in, Civil& c) {
  c.hour = in.digits(2);
  c.minute = in.expect(":").digits(2);
  c.second = in.expect(":").digits(2);
}

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

std::string iso8601_seconds(std::int64_t ms) {
  Layout out(20);
  return put_iso8601(out, civil_of(ms)).put("Z").done();
}

std::string iso8601_millis(std::int64_t ms) {
  const Civil c = civil_of(ms);
  Layout out(24);
  return put_iso8601(out, c).put(".").three(c.ms).put("Z").done();
}

std::string http_date(std::int64_t ms) {
  const Civil c = civil_of(ms);
  Layout out(29);
  out.put(kDays[c.weekday]).put(", ").two(c.day).put(" ").put(kMonths[c.month - 1]).put(" ");
  out.four(c.year).put(" ").two(c.hour).put(":").two(c.minute).put(":").two(c.second);
  return out.put(" GMT").done();
}

std::string request_time(std::int64_t ms) {
  const Civil c = civil_of(ms);
  Layout out(26);
  out.two(c.day).put("/").put(kMonths[c.month - 1]).put("/").four(c.year).put(":").two(c.hour);
  return out.put(":").two(c.minute).put(":").two(c.second).put(" +0000").done();
}

std::string sigv4_time(std::int64_t ms) {
  const Civil c = civil_of(ms);
  Layout out(16);
  out.four(c.year).two(c.month).two(c.day).put("T").two(c.hour).two(c.minute).two(c.second);
  return out.put("Z").done();
}

std::string epoch_seconds(std::int64_t ms) {
  const std::uint64_t size =
      ms < 0 ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
  std::string text = (ms < 0 ? "-" : "") + std::to_string(size / 1000);
  if (size % 1000 == 0) return text;
  Layout fraction(4);
  text += fraction.put(".").three(static_cast<unsigned>(size % 1000)).done();
  text.resize(text.find_last_not_of('0') + 1);
  return text;
}

std::int64_t parse_iso8601(const std::string& text) {
  Scanner in(text);
  Civil c;
  c.year = static_cast<int>(in.digits(4));
  c.month = in.expect("-").digits(2);
  c.day = in.expect("-").digits(2);
  in.expect("T");
  read_time(in, c);
  if (in.accept(".")) c.ms = read_fraction_ms(in);
  std::int64_t offset_ms = 0;
  if (!in.accept("Z")) {
    const bool west = in.accept("-");
    if (!west) in.expect("+");
    const unsigned hours = in.digits(2);
    in.accept(":");
    const unsigned minutes = in.digits(2);
    if (hours > 23 || minutes > 59) return -1;
    offset_ms = (hours * 60 + minutes) * (west ? -60'000ll : 60'000ll);
  }
  if (!in.done()) return -1;
  const std::int64_t ms = ms_of(c);
  return ms == -1 ? -1 : ms - offset_ms;
}

std::int64_t parse_http_date(const std::string& text) {
  Scanner in(text);
  Civil c;
  in.one_of(kDays);
  c.day = in.expect(", ").digits(2);
  in.expect(" ");
  c.month = in.one_of(kMonths) + 1;
  c.year = static_cast<int>(in.expect(" ").digits(4));
  in.expect(" ");
  read_time(in, c);
  in.expect(" GMT");
  return in.done() ? ms_of(c) : -1;
}

std::int64_t parse_sigv4_time(const std::string& text) {
  Scanner in(text);
  Civil c;
  c.year = static_cast<int>(in.digits(4));
  c.month = in.digits(2);
  c.day = in.digits(2);
  c.hour = in.expect("T").digits(2);
  c.minute = in.digits(2);
  c.second = in.digits(2);
  in.expect("Z");
  return in.done() ? ms_of(c) : -1;
}

}  // namespace fairlead
