// Reads expressions of the query language. Inside lang/logs.
#pragma once

#include <string>
#include <vector>

#include "lang/logs/query_command.h"
#include "lang/logs/query_reader.h"

namespace fairlead::logs {

class ExpressionParser {
 public:
  explicit ExpressionParser(QueryReader& reader) : reader_(reader) {}

  // Aggregates (count(*), avg(x)) are allowed where `slots` is given: they are put there.
  Result<Expression> read(std::vector<Aggregate>* slots = nullptr);
  // With "as name", or named by its own text.
  Result<Named> read_named(std::vector<Aggregate>* slots = nullptr);

 private:
  Result<Expression> binary(int least_rank);
  Result<Expression> suffixes(Expression left);  // like, =~, in, and their "not"
  Result<Expression> operand();
  Result<Expression> number();
  Result<Expression> name_or_call();
  Result<Expression> call(const std::string& name);
  Result<Expression> aggregate(Aggregate::Kind kind);
  Status enter();

  QueryReader& reader_;
  std::vector<Aggregate>* slots_ = nullptr;
  int depth_ = 0, operators_ = 0;
};

}  // namespace fairlead::logs
