// Paths against a document, and texts that are no paths.
#include "lang/jsonpath/jsonpath.h"

#include <gtest/gtest.h>

#include "base/json_parse.h"

namespace fairlead::jsonpath {
namespace {

constexpr std::string_view kStore = R"({
  "store": {"book": [
      {"author": "Rees", "price": 8.95, "tags": ["a", "b"]},
      {"author": "Waugh", "price": 12.99},
      {"author": "Melville", "price": 8, "isbn": "0-553"}],
    "bicycle": {"color": "red", "price": 20}},
  "a.b": 1, "it's": 2, "none": null, "n": 10})";

std::string found(std::string_view path, const Json& root) {
  const auto parsed = JsonPath::parse(path);
  if (!parsed.ok()) return "error: " + parsed.error().message;
  std::string text;
  for (const Json* value : parsed->find(root)) {
    text.append(text.empty() ? "" : " ").append(write_json(*value));
  }
  return text;
}

TEST(JsonPath, Finds) {
  const Json root = parse_json(kStore).value();
  const std::pair<const char*, const char*> rows[] = {
      {"$.n", "10"},
      {"n", "10"},
      {"$['a.b']", "1"},
      {"$[\"it's\"]", "2"},
      {"$['it\\'s']", "2"},
      {"$.none", "null"},
      {"$.missing", ""},
      {"$.n.deeper", ""},
      {"$.store.bicycle.color", "\"red\""},
      {"$.store.book[0].author", "\"Rees\""},
      {"$.store.book[-1].author", "\"Melville\""},
      {"$.store.book[3]", ""},
      {"$.store.book[-4]", ""},
      {"$.store.book[0,2].author", "\"Rees\" \"Melville\""},
      {"$.store.book[1:].author", "\"Waugh\" \"Melville\""},
      {"$.store.book[:2].price", "8.95 12.99"},
      {"$.store.book[-2:].price", "12.99 8"},
      {"$.store.book[*].author", "\"Rees\" \"Waugh\" \"Melville\""},
      {"$.store.bicycle.*", "\"red\" 20"},
      {"$..author", "\"Rees\" \"Waugh\" \"Melville\""},
      {"$..tags[1]", "\"b\""},
      {"$..[0]", "{\"author\":\"Rees\",\"price\":8.95,\"tags\":[\"a\",\"b\"]} \"a\""},
      {"$.store.book[?(@.isbn)].author", "\"Melville\""},
      {"$.store.book[?(!@.isbn)].author", "\"Rees\" \"Waugh\""},
      {"$.store.book[?(@.price < 9)].author", "\"Rees\" \"Melville\""},
      {"$.store.book[?(@.price<9 && @.author=='Rees')].price", "8.95"},
      {"$.store.book[?(@.price > 10 || (@.isbn == \"0-553\"))].price", "12.99 8"},
      {"$.store.book[?(@.price == 8.0)].author", "\"Melville\""},
      {"$.store.book[?(@.isbn != '0-553')].author", "\"Rees\" \"Waugh\""},
      {"$.store.book[?(@.author >= 'S')].author", "\"Waugh\""},
      {"$.store.book[?(@.tags[0] == 'a')].author", "\"Rees\""},
      {"$['store']['bicycle']['color','price']", "\"red\" 20"},
  };
  for (const auto& [path, values] : rows) EXPECT_EQ(found(path, root), values) << path;
  EXPECT_EQ(found("$", root), write_json(root));
}

TEST(JsonPath, KnowsWhetherThereIsOneAnswer) {
  for (const char* path : {"$", "$.a", "$.a[0]['b']", "a[-1]"}) {
    EXPECT_TRUE(JsonPath::parse(path)->is_definite()) << path;
  }
  for (const char* path : {"$..a", "$.*", "$[*]", "$[0,1]", "$[1:]", "$[?(@.a)]", "$['a','b']"}) {
    EXPECT_FALSE(JsonPath::parse(path)->is_definite()) << path;
  }
}

TEST(JsonPath, RefusesWhatIsNone) {
  for (const char* path : {"", "  ", "$.", "$..", "$[", "$[]", "$[0", "$['a", "$['a'", "$.a)",
                           "$[?(@.a]", "$[?@.a]", "$[?(x == 1)]", "$[?(@.a == )]",
                           "$[?(@.a == {})]", "$.a.length()", "$[99999999999999999999]", "$$"}) {
    EXPECT_FALSE(JsonPath::parse(path).ok()) << path;
  }
  EXPECT_FALSE(
      JsonPath::parse("$[?(" + std::string(40, '(') + "@.a" + std::string(40, ')') + ")]"));
  EXPECT_FALSE(JsonPath::parse("$." + std::string(5000, 'a')).ok());
}

TEST(JsonPath, IsBounded) {
  std::string text = "[";
  for (int i = 0; i < 3000; ++i) text += i == 0 ? "[[1],[2]]" : ",[[1],[2]]";
  text += "]";
  const Json root = parse_json(text).value();
  std::string path = "$";
  for (int i = 0; i < 100; ++i) path += "..*";
  EXPECT_LE(JsonPath::parse(path)->find(root).size(), kMaxMatches);
}

}  // namespace
}  // namespace fairlead::jsonpath
