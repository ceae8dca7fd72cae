// Pages of a list: every element once, whatever the page size; foreign tokens refused.
#include "platform/paging.h"

#include <gtest/gtest.h>

namespace fairlead::platform {
namespace {

const Json kLetters = Json::array({"a", "b", "c", "d", "e"});

TEST(Paging, EveryElementOnce) {
  for (const std::size_t most : {1u, 2u, 5u, 6u}) {
    Json seen = Json::array(), token;
    for (int pages = 1;; ++pages) {
      const auto page = page_of(kLetters, token, most);
      ASSERT_TRUE(page);
      EXPECT_LE(page->items.size(), most);
      for (const Json& item : page->items.items()) seen.push_back(item);
      if (page->next.empty()) break;
      ASSERT_LT(pages, 6);
      token = page->next;
    }
    EXPECT_EQ(seen, kLetters) << most;
  }
}

TEST(Paging, PlacesBeyondTheEndAndPagesOfNothing) {
  const auto beyond = page_of(kLetters, "999999999", 2);
  ASSERT_TRUE(beyond);
  EXPECT_TRUE(beyond->items.empty());
  EXPECT_EQ(beyond->next, "");
  const auto none = page_of(Json::array(), Json(), 2);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->items.empty());
  EXPECT_EQ(page_of(kLetters, Json(), 0)->items.size(), 1u);  // a page always gets on
  EXPECT_EQ(page_of(kLetters, "3", SIZE_MAX)->items.size(), 2u);
}

TEST(Paging, ForeignTokens) {
  for (const Json& token : {Json(""), Json("x"), Json("-1"), Json("1 "), Json("1000000000"),
                            Json(std::string(100, '9')), Json(3), Json(true)}) {
    EXPECT_FALSE(page_of(kLetters, token, 2)) << write_json(token);
  }
}

}  // namespace
}  // namespace fairlead::platform
