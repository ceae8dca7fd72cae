// Documents come back as they went in, and nothing that was altered is believed.
#include "storage/documents.h"

#include <gtest/gtest.h>

namespace fairlead::storage {
namespace {

TEST(Documents, RoundTrip) {
  const Json document =
      Json::object({{"Name", "chat"}, {"Price", Json::number("1.50")}, {"Tags", Json::array({1})}});
  const auto read = decode_document(encode_document(document));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(write_json(*read), write_json(document));
}

TEST(Documents, EveryFlippedBitIsNoticed) {
  const std::string good = encode_document(Json::object({{"a", 1}, {"b", "text"}}));
  for (std::size_t byte = 1; byte < good.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[byte] = static_cast<char>(bad[byte] ^ (1 << bit));
      const auto read = decode_document(bad);
      ASSERT_FALSE(read.ok()) << byte << "." << bit;
      EXPECT_EQ(read.error().code, &kStoreDamaged);
    }
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(decode_document(std::string_view(good).substr(0, length)).ok()) << length;
  }
}

TEST(Documents, NewerVersionsAreNamedAsSuch) {
  std::string newer = encode_document(Json::object({}));
  newer[0] = 2;
  EXPECT_EQ(decode_document(newer).error().code, &kStoreTooNew);
  newer[0] = 0;
  EXPECT_EQ(decode_document(newer).error().code, &kStoreDamaged);
}

TEST(Documents, ListsAPrefixInOrder) {
  const auto store = make_memory_store();
  Batch batch;
  for (const char* name : {"b", "a", "c"}) {
    put_document(batch, std::string("x/") + name, Json::object({{"n", name}}));
  }
  put_document(batch, "w/z", Json::object({}));
  put_document(batch, "y/a", Json::object({}));
  ASSERT_TRUE(store->commit(std::move(batch)).ok());

  const auto all = list_documents(*store, "x/");
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].first, "x/a");
  EXPECT_EQ((*all)[2].second["n"].as_string(), "c");
  EXPECT_EQ(list_documents(*store, "x/", 2)->size(), 2u);

  EXPECT_TRUE(get_document(*store, "x/a")->has_value());
  EXPECT_FALSE(get_document(*store, "x/none")->has_value());

  Batch bad;
  bad.put(Family::kMeta, "x/bad", "garbage");
  ASSERT_TRUE(store->commit(std::move(bad)).ok());
  EXPECT_FALSE(list_documents(*store, "x/").ok());
  EXPECT_FALSE(get_document(*store, "x/bad").ok());
}

}  // namespace
}  // namespace fairlead::storage
