// fairlead.json: what is read from it, and that every mistake is named.
#include "app/cli/dev_description.h"

#include <gtest/gtest.h>

namespace fairlead::app {
namespace {

TEST(DevDescription, ReadsEverything) {
  const auto read = parse_description("/home/me/app", R"({
    "region": "eu-north-1", "deploy": "./deploy",
    "functions": {"one": "functions/one", "two": "./two/", "all": "."},
    "website": {"bucket": "web-{account}-{account}", "folder": "web", "acl": ""}})",
                                      "123456789012");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->region, "eu-north-1");
  EXPECT_EQ(read->deploy, "./deploy");
  ASSERT_EQ(read->functions.size(), 3u);
  EXPECT_EQ(read->functions[0].name, "one");
  EXPECT_EQ(read->functions[0].folder, "/home/me/app/functions/one");
  EXPECT_EQ(read->functions[0].shown, "functions/one");
  EXPECT_EQ(read->functions[1].folder, "/home/me/app/two");
  EXPECT_EQ(read->functions[2].folder, "/home/me/app");
  ASSERT_TRUE(read->website);
  EXPECT_EQ(read->website->bucket, "web-123456789012-123456789012");
  EXPECT_EQ(read->website->folder, "/home/me/app/web");
  EXPECT_EQ(read->website->acl, "");
}

TEST(DevDescription, WhatMayBeLeftOut) {
  const auto functions = parse_description("/a", R"({"functions": {"f": "src"}})", "1");
  ASSERT_TRUE(functions.ok());
  EXPECT_EQ(functions->region, "");
  EXPECT_FALSE(functions->website);
  const auto website =
      parse_description("/a", R"({"website": {"bucket": "b", "folder": "w"}})", "1");
  ASSERT_TRUE(website.ok());
  EXPECT_EQ(website->website->acl, "public-read");
}

TEST(DevDescription, MistakesAreNamed) {
  const struct {
    const char* text;
    const char* says;
  } kCases[] = {
      {"", "not JSON"},
      {"{\"functions\": {", "not JSON"},
      {"[]", "must be a JSON object"},
      {"{}", "neither functions nor a website"},
      {R"({"functions": {}})", "neither functions nor a website"},
      {R"({"function": {"f": "src"}})", "\"function\" is not known; there are region, deploy"},
      {R"({"functions": ["f"]})", "\"functions\" must be an object"},
      {R"({"functions": {"f": 5}})", "\"f\" must be a text"},
      {R"({"functions": {"f": ""}})", "\"f\" must be a text that is not empty"},
      {R"({"functions": {"": "src"}})", "name is empty"},
      {R"({"functions": {"f": "src"}, "region": 7})", "\"region\" must be a text"},
      {R"({"functions": {"f": "src"}, "deploy": ""})", "\"deploy\" must be a text"},
      {R"({"website": "web"})", "\"website\" must be an object"},
      {R"({"website": {"bucket": "b"}})", "\"folder\" must be a text"},
      {R"({"website": {"folder": "w"}})", "\"bucket\" must be a text"},
      {R"({"website": {"bucket": "b", "folder": "w", "acl": 1}})", "\"acl\" must be a text"},
      {R"({"website": {"bucket": "b", "files": "w"}})", "\"files\" is not known in \"website\""},
  };
  for (const auto& each : kCases) {
    const auto read = parse_description("/a", each.text, "1");
    ASSERT_FALSE(read.ok()) << each.text;
    EXPECT_TRUE(read.error().message.starts_with("fairlead.json: ")) << read.error().message;
    EXPECT_NE(read.error().message.find(each.says), std::string::npos) << read.error().message;
  }
}

TEST(DevDescription, NoFolderAndNoFile) {
  const auto nowhere = read_description("/nowhere/at/all", "1");
  ASSERT_FALSE(nowhere.ok());
  EXPECT_NE(nowhere.error().message.find("There is no folder /nowhere"), std::string::npos);
  const auto none = read_description("/proc/self/fd", "1");
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("There is no fairlead.json in"), std::string::npos);
}

}  // namespace
}  // namespace fairlead::app
