// Random operations against the service and against a std::map: every answer must be the same, and
// so must every index, every order and every page size.
#include <map>
#include <random>

#include "services/dynamodb/test_service.h"

namespace fairlead::dynamodb {
namespace {

struct Row {
  int value = 0;
  int group = 0;  // 0: the attribute is absent, so the item is not in the index
};
using Model = std::map<std::pair<std::string, int>, Row>;

class AgainstModel : public ServiceTest {
 protected:
  static std::string number(int n) { return R"({"N":")" + std::to_string(n) + "\"}"; }
  static std::string text(const std::string& s) { return R"({"S":")" + s + "\"}"; }
  static std::string key(const std::string& pk, int sk) {
    return R"({"pk":)" + text(pk) + R"(,"sk":)" + number(sk) + "}";
  }

  void make() {
    answer("CreateTable", R"({"TableName":"tab","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
        {"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"g","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
      "GlobalSecondaryIndexes":[{"IndexName":"by-group","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}]})");
  }

  void put(const std::string& pk, int sk, Row row) {
    std::string item = key(pk, sk);
    item.pop_back();
    item += R"(,"v":)" + number(row.value);
    if (row.group != 0) item += R"(,"g":)" + number(row.group);
    const bool fresh = random_() % 4 == 0;
    const std::string condition =
        fresh ? R"j(,"ConditionExpression":"attribute_not_exists(pk)")j" : "";
    const std::string got =
        run("PutItem", R"({"TableName":"tab","Item":)" + item + "}" + condition + "}");
    if (fresh && model_.contains({pk, sk})) {
      EXPECT_EQ(got, "ConditionalCheckFailedException: The conditional request failed");
    } else {
      EXPECT_EQ(got, "{}");
      model_[{pk, sk}] = row;
    }
  }

  void add(const std::string& pk, int sk, int by) {
    const std::string got =
        run("UpdateItem",
            R"({"TableName":"tab","Key":)" + key(pk, sk) +
                R"(,"UpdateExpression":"ADD v :n REMOVE g","ReturnValues":"UPDATED_NEW",)" +
                R"("ExpressionAttributeValues":{":n":)" + number(by) + "}}");
    Row& row = model_[{pk, sk}];
    row.value += by;
    row.group = 0;
    EXPECT_EQ(got, R"({"Attributes":{"v":)" + number(row.value) + "}}");
  }

  void check_get(const std::string& pk, int sk) {
    auto row = model_.find({pk, sk});
    Json got = answer("GetItem", R"({"TableName":"tab","Key":)" + key(pk, sk) + "}");
    ASSERT_EQ(got.has("Item"), row != model_.end());
    if (row == model_.end()) return;
    EXPECT_EQ(got["Item"]["v"]["N"].string_or(""), std::to_string(row->second.value));
  }

  // All pages of a request, as "pk/sk/v" texts.
  std::vector<std::string> pages(const std::string& operation, const std::string& members) {
    std::vector<std::string> rows;
    std::string start;
    for (int turns = 0; turns < 1000; ++turns) {
      const int limit = 1 + static_cast<int>(random_() % 7);
      Json page = answer(operation, R"({"TableName":"tab",)" + members + R"("Limit":)" +
                                        std::to_string(limit) + start + "}");
      EXPECT_LE(page["Count"].int_or(0), limit);
      for (const Json& item : page["Items"].items()) {
        rows.push_back(item["pk"]["S"].string_or("") + "/" + item["sk"]["N"].string_or("") + "/" +
                       item["v"]["N"].string_or(""));
      }
      if (!page.has("LastEvaluatedKey")) return rows;
      start = R"(,"ExclusiveStartKey":)" + write_json(page["LastEvaluatedKey"]);
    }
    ADD_FAILURE() << "pages without end";
    return rows;
  }

  static std::string show(const Model::value_type& entry) {
    return entry.first.first + "/" + std::to_string(entry.first.second) + "/" +
           std::to_string(entry.second.value);
  }

  void check_query(const std::string& pk, int from, int to, bool forward) {
    std::vector<std::string> expected;
    for (const auto& entry : model_) {
      const auto& [name, sk] = entry.first;
      if (name == pk && sk >= from && sk <= to) expected.push_back(show(entry));
    }
    if (!forward) std::reverse(expected.begin(), expected.end());
    EXPECT_EQ(
        pages("Query", R"("KeyConditionExpression":"pk = :p AND sk BETWEEN :a AND :b",)" +
                           std::string(R"("ScanIndexForward":)") + (forward ? "true" : "false") +
                           R"(,"ExpressionAttributeValues":{":p":)" + text(pk) + R"(,":a":)" +
                           number(from) + R"(,":b":)" + number(to) + "},"),
        expected);
  }

  void check_index(int group) {
    std::vector<std::string> expected;
    for (const auto& entry : model_) {
      if (entry.second.group == group) expected.push_back(show(entry));
    }
    auto got = pages("Query", R"("IndexName":"by-group","KeyConditionExpression":"g = :g",)" +
                                  std::string(R"("ExpressionAttributeValues":{":g":)") +
                                  number(group) + "},");
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(got, expected);
  }

  void check_scan() {
    std::vector<std::string> expected, got;
    for (const auto& entry : model_) expected.push_back(show(entry));
    const int segments = 1 + static_cast<int>(random_() % 5);
    for (int i = 0; i < segments; ++i) {
      auto part = pages("Scan", R"("Segment":)" + std::to_string(i) + R"(,"TotalSegments":)" +
                                    std::to_string(segments) + ",");
      got.insert(got.end(), part.begin(), part.end());
    }
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(got, expected);
  }

  std::mt19937 random_{20260112};
  Model model_;
};

TEST_F(AgainstModel, RandomOperationsAgree) {
  make();
  for (int step = 0; step < 3000 && !HasFailure(); ++step) {
    const std::string pk = "p" + std::to_string(random_() % 6);
    const int sk = static_cast<int>(random_() % 40) - 20;
    switch (random_() % 8) {
      case 0:
      case 1:
      case 2:
        put(pk, sk, {static_cast<int>(random_() % 100), static_cast<int>(random_() % 4)});
        break;
      case 3:
        add(pk, sk, static_cast<int>(random_() % 9) - 4);
        break;
      case 4:
        run("DeleteItem", R"({"TableName":"tab","Key":)" + key(pk, sk) + "}");
        model_.erase({pk, sk});
        break;
      case 5:
        check_get(pk, sk);
        break;
      case 6:
        check_query(pk, sk - 10, sk + 10, random_() % 2 == 0);
        break;
      case 7:
        check_index(1 + static_cast<int>(random_() % 3));
        break;
    }
    if (step % 200 == 0) check_scan();
    if (step % 500 == 499) restart();
  }
  Json table = answer("DescribeTable", R"({"TableName":"tab"})")["Table"];
  EXPECT_GE(table["ItemCount"].int_or(-1), 0);
}

}  // namespace
}  // namespace fairlead::dynamodb
