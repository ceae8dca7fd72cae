// Capacity units: what a request consumed, and how ReturnConsumedCapacity shows it.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
#pragma once

#include <cstddef>
#include <vector>

#include "base/json.h"
#include "services/dynamodb/table.h"

namespace fairlead::dynamodb {

enum class Consistency : std::uint8_t { kEventual, kStrong };

double write_units(std::size_t bytes);                          // 1 for each KB begun, at least 1
double read_units(std::size_t bytes, Consistency consistency);  // 1 or ½ for each 4 KB begun

struct Usage {
  struct OfIndex {
    const Index* index;
    double units;
  };
  double table = 0;
  std::vector<OfIndex> indexes;
  double total() const;
  void add(const Usage& other);
};

// A ConsumedCapacity, or null when `wanted` is NONE or absent.
Json consumed_capacity(const Json& wanted, const Table& table, const Usage& usage);

}  // namespace fairlead::dynamodb
