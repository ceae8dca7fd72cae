// Units and their JSON: TOTAL has the sum, INDEXES splits it.
#include "services/dynamodb/capacity.h"

#include <algorithm>

namespace fairlead::dynamodb {

namespace {

constexpr std::size_t kWriteUnitBytes = 1024, kReadUnitBytes = 4096;

double units_of(std::size_t bytes, std::size_t unit) {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + unit - 1) / unit));
}

Json capacity(double units) { return Json::object({{"CapacityUnits", units}}); }

}  // namespace

double write_units(std::size_t bytes) { return units_of(bytes, kWriteUnitBytes); }

double read_units(std::size_t bytes, Consistency consistency) {
  return units_of(bytes, kReadUnitBytes) * (consistency == Consistency::kStrong ? 1.0 : 0.5);
}

double Usage::total() const {
  double sum = table;
  for (const OfIndex& each : indexes) sum += each.units;
  return sum;
}

void Usage::add(const Usage& other) {
  table += other.table;
  for (const OfIndex& each : other.indexes) {
    auto same = std::find_if(indexes.begin(), indexes.end(),
                             [&](const OfIndex& mine) { return mine.index == each.index; });
    if (same == indexes.end()) {
      indexes.push_back(each);
    } else {
      same->units += each.units;
    }
  }
}

Json consumed_capacity(const Json& wanted, const Table& table, const Usage& usage) {
  const std::string mode = wanted.string_or("NONE");
  if (mode == "NONE") return Json();
  Json json = Json::object({{"TableName", table.name}, {"CapacityUnits", usage.total()}});
  if (mode != "INDEXES") return json;
  json.set("Table", capacity(usage.table));
  Json global = Json::object(), local = Json::object();
  for (const Usage::OfIndex& each : usage.indexes) {
    Json& group = each.index->kind == Index::Kind::kGlobal ? global : local;
    group.set(each.index->name, capacity(each.units));
  }
  if (!global.empty()) json.set("GlobalSecondaryIndexes", std::move(global));
  if (!local.empty()) json.set("LocalSecondaryIndexes", std::move(local));
  return json;
}

}  // namespace fairlead::dynamodb
