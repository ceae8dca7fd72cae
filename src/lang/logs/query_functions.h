// The functions of the query language. Inside lang/logs.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lang/logs/query_command.h"
#include "lang/logs/query_record.h"

namespace fairlead::logs {

struct Function {
  const char* name;
  std::size_t least, most;  // arguments
  Value (*call)(const std::vector<Value>& arguments);
};

// Letters of either case; nullptr: there is none of that name.
const Function* find_function(std::string_view name);

// "5m" in milliseconds; nothing for what is no period of a fixed length.
std::optional<double> period_ms(double count, std::string_view unit);

// `slots`: the values of the stats command's aggregates, where there are some.
Value evaluate(const Expression& expression, const Record& record,
               const std::vector<Value>* slots = nullptr);

}  // namespace fairlead::logs
