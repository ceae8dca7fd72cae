// Runs tests/golden/logs/queries_*.txt: events, a query, the rows that it gives. A new case needs
// no C++; the format stands in tests/golden/logs/README.md.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "lang/logs/query.h"

namespace fairlead::logs {
namespace {

class Cases {
 public:
  void line(const std::string& line, const std::string& place) {
    const std::string sign = line.substr(0, line.find(' '));
    const std::string text = line.size() > sign.size() ? line.substr(sign.size() + 1) : "";
    if (sign == "clear") {
      events_.clear();
    } else if (sign == "group") {
      group_ = text;
    } else if (sign == "event") {
      add_event(text);
    } else if (sign == "query") {
      query_ = text;
      expected_.clear();
    } else if (sign == "row") {
      expected_ += text + "\n";
    } else if (sign == "end") {
      ++count;
      EXPECT_EQ(result(), expected_) << place << ": " << query_;
    } else if (sign == "refused") {
      ++count;
      const auto query = Query::parse(query_);
      const std::string got = query.ok() ? "accepted" : query.error().message;
      EXPECT_NE(got.find(text), std::string::npos) << place << ": " << got;
    } else {
      ADD_FAILURE() << place << ": unknown line";
    }
  }
  int count = 0;

 private:
  void add_event(const std::string& text) {
    QueryEvent event;
    const std::size_t space = text.find(' ');
    event.time_ms = std::stoll(text.substr(0, space));
    event.ingested_ms = event.time_ms + 1;
    event.message = space == std::string::npos ? "" : text.substr(space + 1);
    for (std::size_t at; (at = event.message.find("\\t")) != std::string::npos;) {
      event.message.replace(at, 2, "\t");
    }
    event.stream = "stream";
    event.log = "123456789012:" + group_;
    event.pointer = "p";
    event.of_function = group_.starts_with("/aws/lambda/");
    events_.insert(events_.begin(), event);  // newest first
  }
  std::string result() {
    const auto query = Query::parse(query_);
    if (!query.ok()) return query.error().message;
    QueryRun run(*query, 10'000);
    for (const QueryEvent& event : events_) {
      if (run.done()) break;
      if (const Status added = run.add(event); !added.ok()) return added.error().message;
    }
    const auto rows = run.finish();
    if (!rows.ok()) return rows.error().message;
    std::string out;
    for (const QueryRow& row : *rows) {
      std::string line;
      for (const auto& [name, value] : row) {
        if (name != "@ptr") line += (line.empty() ? "" : "; ") + name + "=" + value;
      }
      out += line + "\n";
    }
    return out;
  }

  std::vector<QueryEvent> events_;
  std::string group_ = "/g", query_, expected_;
};

TEST(Queries, EveryCaseGivesWhatItSays) {
  const std::filesystem::path folder =
      std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/golden/logs";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with("queries_")) continue;
    std::ifstream in(entry.path());
    std::string line;
    Cases cases;
    for (int number = 1; std::getline(in, line); ++number) {
      if (line.empty() || line[0] == '#') continue;
      cases.line(line, entry.path().filename().string() + ":" + std::to_string(number));
    }
    count += cases.count;
  }
  EXPECT_GT(count, 40);
}

TEST(Queries, AreBounded) {
  EXPECT_FALSE(Query::parse("filter " + std::string(500, '(') + "a" + std::string(500, ')')).ok());
  std::string sum = "fields 1";
  for (int i = 0; i < 1000; ++i) sum += "+1";
  EXPECT_FALSE(Query::parse(sum).ok());
  std::string any = "filter a=1";
  for (int i = 0; i < 140; ++i) any += " or a=1";
  EXPECT_TRUE(Query::parse(any).ok());
  EXPECT_FALSE(Query::parse("fields " + std::string(20'000, 'a')).ok());
}

TEST(Queries, ALimitEndsTheReading) {
  const auto query = Query::parse("fields @message | limit 2");
  QueryRun run(*query, 100);
  int read = 0;
  for (; read < 100 && !run.done(); ++read) ASSERT_TRUE(run.add({}).ok());
  EXPECT_EQ(read, 2);
  EXPECT_EQ(run.finish()->size(), 2u);
}

TEST(Queries, TheNewestEventsAreFoundWithoutReadingAll) {
  struct {
    const char* text;
    bool ends_early;
  } const cases[] = {
      {"fields @timestamp, @message | sort @timestamp desc | limit 20", true},
      {"sort @timestamp desc | filter @message like \"a\" | limit 2", true},
      {"fields @timestamp | sort @timestamp asc | limit 2", false},
      {"fields 5 as @timestamp | sort @timestamp desc | limit 2", false},
      {"stats count(*) by @timestamp | sort @timestamp desc | limit 2", false},
  };
  for (const auto& c : cases) {
    QueryRun run(*Query::parse(c.text), 100);
    for (int i = 100; i > 0 && !run.done(); --i) {
      QueryEvent event;
      event.time_ms = i;
      event.message = "a";
      ASSERT_TRUE(run.add(std::move(event)).ok());
    }
    EXPECT_EQ(run.done(), c.ends_early) << c.text;
    const auto rows = *run.finish();
    EXPECT_LE(rows.size(), 20u) << c.text;
    EXPECT_FALSE(rows.empty()) << c.text;
  }
}

TEST(Queries, MemoryIsBounded) {
  const auto query = Query::parse("sort @message desc");
  QueryRun run(*query, 10'000);
  bool refused = false;
  for (int i = 0; i < 2000 && !refused; ++i) {
    QueryEvent event;
    event.message = std::string(100'000, 'x');
    refused = !run.add(std::move(event)).ok();
  }
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace fairlead::logs
