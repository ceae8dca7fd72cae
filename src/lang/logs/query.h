// Queries in the language of CloudWatch Logs Insights: read (Query::parse), then run over events
// that are handed over newest first (QueryRun).
//
// Commands: fields, display, filter, stats, sort, limit (head), parse, dedup, joined by `|`.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "lang/logs/query_record.h"

namespace fairlead::logs {

struct Command;

class Query {
 public:
  // At most 10,000 bytes. MalformedQueryException, its detail telling where (queryCompileError).
  static Result<Query> parse(std::string_view text);
  const std::vector<Command>& commands() const { return *commands_; }

 private:
  std::shared_ptr<const std::vector<Command>> commands_;
};

using QueryRow = std::vector<std::pair<std::string, std::string>>;  // missing values are left out

class Step;

class QueryRun {
 public:
  // `limit`: rows of the result. Memory is bounded: what needs more fails.
  QueryRun(const Query& query, std::size_t limit);
  ~QueryRun();

  Status add(QueryEvent event);
  bool done() const;  // further events would change nothing
  Result<std::vector<QueryRow>> finish();
  std::int64_t matched() const;  // events that passed the filters before anything gathers them

 private:
  Query query_;
  std::vector<std::unique_ptr<Step>> steps_;
  std::vector<std::string> shown_;
};

}  // namespace fairlead::logs
