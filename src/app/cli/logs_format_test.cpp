// Log lines as `fairlead logs` shows them.
#include "app/cli/logs_format.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace fairlead::app {
namespace {

constexpr std::int64_t kTime = 1'768'254'296'599;  // 2026-01-12T21:44:56.599Z
const std::string kId = "11111111-2222-3333-4444-555555555555";

class LogsFormat : public testing::Test {
 protected:
  LogsFormat() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  static std::string shown(const std::string& message) {
    return format_log_event(kTime, message, kTime, Colours::kOff);
  }
};

TEST_F(LogsFormat, Lines) {
  struct {
    std::string message, shown;
  } const cases[] = {
      {"plain text\n", "21:44:56.599 plain text\n"},
      {"2026-01-12T21:44:56.599Z\t" + kId + "\tINFO\thello\tworld\n",
       "21:44:56.599 11111111 hello\tworld\n"},
      {"2026-01-12T21:44:56.599Z\t" + kId + "\tERROR\ta\nb\n",
       "21:44:56.599 11111111 ERROR a\n    b\n"},
      {"[WARNING]\t2026-01-12T21:44:56.599Z\t" + kId + "\tcareful\n",
       "21:44:56.599 11111111 WARNING careful\n"},
      {"t\t" + kId +
           "\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"stack\":[\"Error: no\",\" at "
           "f\"]}\n",
       "21:44:56.599 11111111 ERROR Error: no\n     at f\n"},
      {"START RequestId: " + kId + " Version: $LATEST\n", "21:44:56.599 11111111 start $LATEST\n"},
      {"END RequestId: " + kId + "\n", ""},
      {"REPORT RequestId: " + kId +
           "\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 66 "
           "MB\tInit Duration: 140.02 ms\t\n",
       "21:44:56.599 11111111 done in 12.34 ms, billed 13 ms, 66 of 128 MB, cold start 140.02 "
       "ms\n"},
      {"REPORT RequestId: " + kId +
           "\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory "
           "Used: "
           "30 MB\tStatus: timeout\n",
       "21:44:56.599 11111111 done in 3000.00 ms, billed 3000 ms, 30 of 128 MB, timeout\n"},
      {"INIT_START Runtime Version: nodejs:20.v1\tRuntime Version ARN: arn\n",
       "21:44:56.599 init Runtime Version: nodejs:20.v1\n"},
      {R"({"timestamp":"2026-01-12T21:44:56.599Z","level":"WARN","requestId":")" + kId +
           R"(","message":"low","left":3})",
       "21:44:56.599 11111111 WARN low {\"left\":3}\n"},
      {R"({"time":"t","type":"platform.report","record":{"requestId":")" + kId +
           R"(","metrics":{"durationMs":1.5,"billedDurationMs":2,"memorySizeMB":128,)" +
           R"("maxMemoryUsedMB":40},"status":"success"}})",
       "21:44:56.599 11111111 done in 1.5 ms, billed 2 ms, 40 of 128 MB\n"},
      {R"({"any":"json"})", "21:44:56.599 {\"any\":\"json\"}\n"},
  };
  for (const auto& c : cases) EXPECT_EQ(shown(c.message), c.shown) << c.message;
}

TEST_F(LogsFormat, Colours) {
  const auto coloured = [](const std::string& message) {
    return format_log_event(kTime, message, kTime, Colours::kOn);
  };
  EXPECT_NE(coloured("x\tERROR").find("\x1b[31m"), std::string::npos);
  EXPECT_EQ(coloured("fine").find("\x1b[31m"), std::string::npos);
  // What a function prints does not reach the terminal as an order.
  EXPECT_EQ(coloured("a\x1b]0;title\x07z").find("\x1b]"), std::string::npos);
  EXPECT_NE(coloured("START RequestId: " + kId + " Version: 1").find("\x1b[2mstart 1"),
            std::string::npos);
}

TEST_F(LogsFormat, OtherDaysHaveTheirDate) {
  EXPECT_EQ(format_time(kTime, kTime + 86'400'000), "2026-01-12 21:44:56.599");
}

TEST_F(LogsFormat, Since) {
  EXPECT_EQ(read_since("10m", kTime), kTime - 600'000);
  EXPECT_EQ(read_since("1h30m", kTime), kTime - 5'400'000);
  EXPECT_EQ(read_since("2d", kTime), kTime - 2 * 86'400'000);
  EXPECT_EQ(read_since("2026-01-12T21:44:56Z", kTime), kTime - 599);
  for (const char* bad : {"", "10", "m", "10x", "-5m", "m10"}) {
    EXPECT_EQ(read_since(bad, kTime), -1) << bad;
  }
}

TEST_F(LogsFormat, SizesAndAges) {
  EXPECT_EQ(format_size(999), "999 B");
  EXPECT_EQ(format_size(1500), "1.5 KB");
  EXPECT_EQ(format_size(2'000'000), "2.0 MB");
  EXPECT_EQ(format_age(500), "just now");
  EXPECT_EQ(format_age(180'000), "3m ago");
  EXPECT_EQ(format_age(86'400'000 * 3), "3d ago");
}

}  // namespace
}  // namespace fairlead::app
