// Time formats: both ways, at the edges of the calendar.
#include "base/clock.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

struct Moment {
  std::int64_t ms;
  const char* millis;
  const char* http;
  const char* request;
  const char* sigv4;
};

const Moment kMoments[] = {
    {1'768'254'296'599, "2026-01-12T21:44:56.599Z", "Mon, 12 Jan 2026 21:44:56 GMT",
     "12/Jan/2026:21:44:56 +0000", "20260112T214456Z"},
    {0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT", "01/Jan/1970:00:00:00 +0000",
     "19700101T000000Z"},
    {-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT", "31/Dec/1969:23:59:59 +0000",
     "19691231T235959Z"},
    {951'782'400'000, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT",
     "29/Feb/2000:00:00:00 +0000", "20000229T000000Z"},
    {951'868'799'001, "2000-02-29T23:59:59.001Z", "Tue, 29 Feb 2000 23:59:59 GMT",
     "29/Feb/2000:23:59:59 +0000", "20000229T235959Z"},
    {4'107'542'399'000, "2100-02-28T23:59:59.000Z", "Sun, 28 Feb 2100 23:59:59 GMT",
     "28/Feb/2100:23:59:59 +0000", "21000228T235959Z"},
    {4'107'542'400'000, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT",
     "01/Mar/2100:00:00:00 +0000", "21000301T000000Z"},
    {784'111'777'000, "1994-11-06T08:49:37.000Z", "Sun, 06 Nov 1994 08:49:37 GMT",
     "06/Nov/1994:08:49:37 +0000", "19941106T084937Z"},
    {253'402'300'799'999, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 GMT",
     "31/Dec/9999:23:59:59 +0000", "99991231T235959Z"},
};

TEST(Clock, WritesAndReadsEveryFormat) {
  for (const Moment& moment : kMoments) {
    const std::int64_t second = moment.ms - ((moment.ms % 1000) + 1000) % 1000;
    EXPECT_EQ(iso8601_millis(moment.ms), moment.millis);
    EXPECT_EQ(iso8601_seconds(moment.ms), std::string(moment.millis).substr(0, 19) + "Z");
    EXPECT_EQ(http_date(moment.ms), moment.http);
    EXPECT_EQ(request_time(moment.ms), moment.request);
    EXPECT_EQ(sigv4_time(moment.ms), moment.sigv4);
    EXPECT_EQ(parse_iso8601(moment.millis), moment.ms);
    EXPECT_EQ(parse_http_date(moment.http), second);
    EXPECT_EQ(parse_sigv4_time(moment.sigv4), second);
  }
}

TEST(Clock, EveryDayOfFourCenturiesComesBack) {
  int days = 0;
  for (std::int64_t ms = -6'847'804'800'000; ms < 5'774'000'000'000; ms += 86'400'000, ++days) {
    ASSERT_EQ(parse_iso8601(iso8601_millis(ms + 45'296'789)), ms + 45'296'789);
    ASSERT_EQ(parse_http_date(http_date(ms)), ms);
  }
  EXPECT_GT(days, 146'000);
}

TEST(Clock, ClampsWhatNoFormatCanHold) {
  EXPECT_EQ(iso8601_millis(INT64_MAX), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso8601_millis(INT64_MIN), "0000-01-01T00:00:00.000Z");
}

TEST(Clock, EpochSecondsHasNoNeedlessDigits) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {1'768'254'296'599, "1768254296.599"},
      {1'768'254'296'000, "1768254296"},
      {1'768'254'296'500, "1768254296.5"},
      {1'768'254'296'050, "1768254296.05"},
      {1'768'254'296'001, "1768254296.001"},
      {0, "0"},
      {-1, "-0.001"},
      {-1'500, "-1.5"},
  };
  for (const auto& [ms, text] : cases) EXPECT_EQ(epoch_seconds(ms), text);
}

TEST(Clock, ReadsIso8601WithAnyFractionAndOffset) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"2026-01-12T21:44:56Z", 1'768'254'296'000},
      {"2026-01-12T21:44:56.5Z", 1'768'254'296'500},
      {"2026-01-12T21:44:56.59999999999999999Z", 1'768'254'296'599},
      {"2026-01-12T22:44:56+01:00", 1'768'254'296'000},
      {"2026-01-12T16:14:56.599-0530", 1'768'254'296'599},
  };
  for (const auto& [text, ms] : cases) EXPECT_EQ(parse_iso8601(text), ms) << text;
}

TEST(Clock, RefusesWhatIsNotATime) {
  for (const char* text :
       {"", "2026-01-12", "2026-01-12T21:44:56", "2026-01-12 21:44:56Z", "2026-13-12T21:44:56Z",
        "2026-00-12T21:44:56Z", "2026-02-29T21:44:56Z", "2100-02-29T00:00:00Z",
        "2026-01-32T21:44:56Z", "2026-01-12T24:00:00Z", "2026-01-12T21:60:56Z",
        "2016-12-31T23:59:60Z", "2026-01-12T21:44:56.Z", "2026-01-12T21:44:56ZZ",
        "2026-01-12T21:44:56+24:00", "26-01-12T21:44:56Z", "+2026-01-12T21:44:56Z"}) {
    EXPECT_EQ(parse_iso8601(text), -1) << text;
  }
  for (const char* text : {"", "Mon, 12 Jan 2026 21:44:56", "Mon, 12 Jan 2026 21:44:56 UTC",
                           "Mon, 32 Jan 2026 21:44:56 GMT", "Xon, 12 Jan 2026 21:44:56 GMT",
                           "Mon, 12 Jam 2026 21:44:56 GMT", "Mon, 1 Jan 2026 21:44:56 GMT"}) {
    EXPECT_EQ(parse_http_date(text), -1) << text;
  }
  for (const char* text : {"", "20260112T214456", "20260112214456Z", "20260112T214460Z",
                           "20260112T214456Z ", "2026011aT214456Z"}) {
    EXPECT_EQ(parse_sigv4_time(text), -1) << text;
  }
}

TEST(Clock, SystemClockGoesForwardInThisCentury) {
  const std::int64_t before = system_clock().monotonic_ms();
  EXPECT_GT(system_clock().now_ms(), 1'700'000'000'000);
  EXPECT_GE(system_clock().monotonic_ms(), before);
}

TEST(Clock, ManualClockMovesOnlyWhenTold) {
  ManualClock clock;
  const std::int64_t start = clock.now_ms();
  clock.advance_ms(1500);
  EXPECT_EQ(clock.now_ms(), start + 1500);
  EXPECT_EQ(clock.monotonic_ms(), start + 1500);
}

}  // namespace
}  // namespace fairlead
