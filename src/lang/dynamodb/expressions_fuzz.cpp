// libFuzzer target: any bytes as an expression of every kind; what parses is evaluated too.
#include <cstddef>
#include <cstdint>

#include "base/json_parse.h"
#include "lang/dynamodb/apply.h"
#include "lang/dynamodb/compare.h"
#include "lang/dynamodb/key_condition.h"
#include "lang/dynamodb/value_json.h"

namespace {

using namespace fairlead;
using namespace fairlead::dynamodb;

Placeholders placeholders() {
  static const Json kNames = *parse_json(R"({"#a":"a","#b":"b.c"})");
  static const Json kValues = *parse_json(
      R"({":n":{"N":"1"},":s":{"S":"a"},":l":{"L":[{"N":"2"}]},":t":{"SS":["a","b"]}})");
  return *Placeholders::read(kNames, kValues);
}

const Item& item() {
  static const Item kItem = *read_item(*parse_json(
      R"({"a":{"M":{"b":{"L":[{"N":"1"},{"S":"a"}]}}},"n":{"N":"3"},"s":{"SS":["a"]}})"));
  return kItem;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  {
    Placeholders names = placeholders();
    auto node = parse_condition("ConditionExpression", text, names);
    if (node.ok()) {
      (void)holds(*node, &item());
      (void)holds(*node, nullptr);
      const KeyAttribute hash{"a", Type::kS}, range{"n", Type::kN};
      if (check_key_condition(*node).ok()) (void)key_condition(*node, hash, &range);
    }
  }
  {
    Placeholders names = placeholders();
    auto update = parse_update(text, names);
    if (update.ok()) {
      (void)apply_update(*update, item());
      (void)project(item(), paths_of(*update));
    }
  }
  {
    Placeholders names = placeholders();
    auto projection = parse_projection(text, names);
    if (projection.ok()) (void)project(item(), *projection);
  }
  auto json = parse_json(text);
  if (json.ok()) {
    auto value = read_value(*json);
    if (value.ok()) (void)write_value(*value);
  }
  (void)Number::parse(text);
  return 0;
}
