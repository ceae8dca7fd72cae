// Counters and their Prometheus text.
#include "base/metrics.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace fairlead {
namespace {

bool exposes(const std::string& lines) {
  return prometheus_text().find(lines) != std::string::npos;
}

TEST(Metrics, OneHeadForAllLabelsOfAName) {
  Counter put("t_requests_total", "Requests.", R"(operation="PutItem")");
  Counter get("t_requests_total", "Requests.", R"(operation="GetItem")");
  Counter other("t_another_total", "Line one\nwith \\ in it.");
  put.add();
  put.add(2);
  get.add();
  EXPECT_EQ(put.value(), 3u);
  EXPECT_TRUE(
      exposes("# HELP t_another_total Line one\\nwith \\\\ in it.\n"
              "# TYPE t_another_total counter\n"
              "t_another_total 0\n"
              "# HELP t_requests_total Requests.\n"
              "# TYPE t_requests_total counter\n"
              "t_requests_total{operation=\"GetItem\"} 1\n"
              "t_requests_total{operation=\"PutItem\"} 3\n"))
      << prometheus_text();
}

TEST(Metrics, OneSeriesMadeTwiceAddsUp) {
  Counter a("t_twice_total", "x"), b("t_twice_total", "x");
  a.add(2);
  b.add(3);
  EXPECT_TRUE(exposes("# TYPE t_twice_total counter\nt_twice_total 5\n"));
}

TEST(Metrics, ACounterThatIsGoneIsNotListed) {
  { Counter counter("t_gone_total", "x"); }
  EXPECT_FALSE(exposes("t_gone_total"));
}

TEST(Metrics, CountsFromManyThreads) {
  Counter counter("t_threads_total", "x");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < 10'000; ++i) counter.add();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40'000u);
}

}  // namespace
}  // namespace fairlead
