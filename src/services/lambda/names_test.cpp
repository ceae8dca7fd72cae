// Forms of function names, and which interpreter serves which runtime.
#include "services/lambda/names.h"

#include <gtest/gtest.h>

#include "services/lambda/runtimes.h"

namespace fairlead::lambda {
namespace {

platform::Context context() {
  platform::Context cx;
  cx.account = "111122223333";
  cx.region = "eu-west-1";
  return cx;
}

TEST(NamesTest, EveryForm) {
  const std::string arn = "arn:aws:lambda:eu-west-1:111122223333:function:chat";
  struct Case {
    const char *text, *qualifier, *expected;
  };
  const Case cases[] = {
      {"chat", "", ""},
      {"chat:$LATEST", "", ":$LATEST"},
      {"chat", "$LATEST", ":$LATEST"},
      {"chat:$LATEST", "$LATEST", ":$LATEST"},
      {"chat:prod", "", ":prod"},
      {"function:chat", "", ""},
      {"111122223333:function:chat", "", ""},
      {"111122223333:function:chat:7", "", ":7"},
      {"arn:aws:lambda:eu-west-1:111122223333:function:chat", "", ""},
      {"arn:aws:lambda:eu-west-1:111122223333:function:chat:$LATEST", "", ":$LATEST"},
  };
  for (const Case& c : cases) {
    const auto name = parse_function_name(context(), c.text, c.qualifier);
    ASSERT_TRUE(name.ok()) << c.text;
    EXPECT_EQ(name->arn(), arn + c.expected) << c.text;
  }
}

TEST(NamesTest, Refusals) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "ValidationException"},
      {"a b", "ValidationException"},
      {"chat:", "ValidationException"},
      {"chat:a:b", "ValidationException"},
      {"1:function:chat", "ValidationException"},
      {"arn:aws:lambda:eu-west-1:111122223333:layer:chat", "ValidationException"},
      {"arn:aws:sqs:eu-west-1:111122223333:function:chat", "ValidationException"},
      {"arn:aws:lambda:us-east-1:111122223333:function:chat", "ResourceNotFoundException"},
  };
  for (const auto& [text, code] : cases) {
    const auto name = parse_function_name(context(), text);
    ASSERT_FALSE(name.ok()) << text;
    EXPECT_STREQ(name.error().code->name, code) << text;
  }
  EXPECT_FALSE(parse_function_name(context(), std::string(65, 'a')).ok());
  const auto differs = parse_function_name(context(), "chat:a", "b");
  ASSERT_FALSE(differs.ok());
  EXPECT_EQ(differs.error().message,
            "The derived qualifier from the function name does not match the specified qualifier.");
}

TEST(RuntimesTest, TheNearestInterpreterServes) {
  const auto pick = [](const char* runtime, std::vector<Interpreter> found) {
    const auto interpreter = interpreter_for(*find_runtime(runtime), found);
    return interpreter ? interpreter->executable : "none";
  };
  const Interpreter n16{"nodejs16.x", "16"}, n20{"nodejs20.x", "20"}, n24{"nodejs24.x", "24"};
  const Interpreter python{"python3.12", "py"};
  EXPECT_EQ(pick("nodejs20.x", {n24, n20, n16}), "20");
  EXPECT_EQ(pick("nodejs18.x", {n24, n20, n16}), "20");  // newer before older
  EXPECT_EQ(pick("nodejs22.x", {n20, n16}), "20");
  EXPECT_EQ(pick("nodejs10.x", {n24, n16}), "16");
  EXPECT_EQ(pick("nodejs20.x", {python}), "none");
  EXPECT_EQ(find_runtime("nodejs21.x"), nullptr);
}

}  // namespace
}  // namespace fairlead::lambda
