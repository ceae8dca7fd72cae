// What golden cases cannot show: bounds, stacks, sharing, the embedder's side.
#include "lang/vtl/vtl.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <map>
#include <thread>

#include "base/json_parse.h"

namespace fairlead::vtl {
namespace {

class Roots : public Scope {
 public:
  Result<Value> find(std::string_view name) override {
    ++asked[std::string(name)];
    if (name == "broken") return Error{&kBroken, "out of order", {}};
    const auto found = values.find(std::string(name));
    return found == values.end() ? Value() : found->second;
  }

  static constexpr ErrorCode kBroken{"Broken", 500};
  std::map<std::string, Value> values;
  std::map<std::string, int> asked;
};

std::string shown(const Result<std::string>& result) {
  return result.ok() ? *result : "! " + result.error().message;
}

std::string run(std::string_view text, const Limits& limits = {}) {
  const auto parsed = parse(text);
  if (!parsed.ok()) return "! " + parsed.error().message;
  Roots roots;
  return shown(render(*parsed, roots, limits));
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Vtl, EmptyTemplate) {
  Roots roots;
  EXPECT_EQ(shown(render(Template(), roots)), "");
  EXPECT_EQ(run(""), "");
}

TEST(Vtl, ErrorsCarryCodeAndPlace) {
  const auto parsed = parse("a\n  #set(x)");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, &kParseError);
  EXPECT_EQ(write_json(parsed.error().detail), R"({"line":2,"column":8})");
  Roots roots;
  const auto rendered = render(*parse("\n$s.substring(9)#set($s = 'x')$s.substring(9)"), roots);
  ASSERT_FALSE(rendered.ok());
  EXPECT_EQ(rendered.error().code, &kRenderError);
  EXPECT_EQ(write_json(rendered.error().detail), R"({"line":2,"column":32})");
}

TEST(Vtl, ErrorsOfTheEmbedderPassThrough) {
  Roots roots;
  const auto rendered = render(*parse("$broken.x"), roots);
  ASSERT_FALSE(rendered.ok());
  EXPECT_EQ(rendered.error().code, &Roots::kBroken);
  EXPECT_EQ(rendered.error().message, "out of order");
}

TEST(Vtl, RootsAreAskedOnceAndOnlyWhenUsed) {
  const auto parsed = parse("#if($a)$a$a#{else}$c.b#end");
  EXPECT_TRUE(parsed->mentions("a"));
  EXPECT_TRUE(parsed->mentions("c"));
  EXPECT_FALSE(parsed->mentions("b"));
  EXPECT_FALSE(Template().mentions("a"));
  Roots roots;
  roots.values["a"] = Value::string("x");
  EXPECT_EQ(shown(render(*parsed, roots)), "xx");
  EXPECT_EQ(roots.asked, (std::map<std::string, int>{{"a", 1}}));
}

TEST(Vtl, LoopsEndSilentlyAfterAThousandRounds) {
  EXPECT_EQ(run("#set($n = 0)#foreach($i in [1..5000])#set($n = $n + 1)#end$n"), "1000");
  EXPECT_EQ(run("#foreach($i in [1..5])$i#end", {.loop_rounds = 2}), "12");
}

TEST(Vtl, EveryBoundHolds) {
  const std::string loops =
      "#set($n = 0)#foreach($i in [1..999])#foreach($j in [1..999])#foreach($k in [1..999])"
      "#set($n = $n + 1)#end#end#end";
  EXPECT_NE(run(loops).find("does more than a render may"), std::string::npos);
  const std::string doubling = "#set($s = 'x')#foreach($i in [1..60])#set($s = \"$s$s\")#end";
  EXPECT_NE(run(doubling).find("! line 1"), std::string::npos);
  const std::string doubling_list = "#set($s = [1])#foreach($i in [1..60])#set($s = [$s, $s])#end";
  EXPECT_NE(run(doubling_list + "$s").find("prints larger"), std::string::npos);
  EXPECT_NE(run(doubling_list + "#if($s == $s)a#end").find("does more"), std::string::npos);
  EXPECT_EQ(run(doubling_list + " ok"), " ok");
  EXPECT_NE(run("#set($s = [1..2000000000])").find("more memory"), std::string::npos);
  EXPECT_NE(run("#set($s = [-9000000000000000000..9000000000000000000])").find("more memory"),
            std::string::npos);
  EXPECT_NE(run("abcdef", {.output_bytes = 5}).find("the output is larger"), std::string::npos);
  EXPECT_EQ(run("abcde", {.output_bytes = 5}), "abcde");
  EXPECT_FALSE(parse(std::string(kMaxTemplateBytes + 1, 'x')).ok());
  EXPECT_TRUE(parse(std::string(kMaxTemplateBytes, 'x')).ok());
  const std::string growing =
      "#set($s = 'aaaaaaaaaa')#foreach($i in [1..60])#set($s = $s.replaceAll('a', $s))#end";
  EXPECT_NE(run(growing).find("! line 1"), std::string::npos);
}

TEST(Vtl, ManyOperatorsAndCallsAreFlat) {
  EXPECT_EQ(run("#set($n = 1" + repeated(" + 1", 20000) + ")$n"), "20001");
  EXPECT_EQ(run("#set($s = 'x')$s" + repeated(".toString()", 20000)), "x");
  EXPECT_EQ(run("#set($b = " + repeated("!", 20001) + "true)$b"), "false");
  EXPECT_EQ(run("#if($a)" + repeated("#elseif($a)", 20000) + "#{else}x#end"), "x");
}

// As on a fiber: 96 KiB of stack, with the deepest templates that parsing lets in.
void* run_deep(void*) {
  const auto is_refused = [](const std::string& text) {
    EXPECT_EQ(run(text).substr(0, 6), "! line") << text.substr(0, 40);
  };
  for (const int depth : {60, 63, 64, 65, 1000, 20000}) {
    const auto nested = [depth](std::string_view open, std::string_view inner,
                                std::string_view close) {
      return repeated(open, depth) + std::string(inner) + repeated(close, depth);
    };
    const std::string all[] = {
        nested("#if(true)", "x", "#end"),
        "#set($x = " + nested("(", "1", ")") + ")",
        "#set($x = " + nested("[", "1", "]") + ")$x",
        "#set($x = " + nested("{'a':", "1", "}") + ")$x",
        "#set($l = [0])$l" + nested("[$l", "[0]", "]"),
        "#set($l = ['a'])" + nested("$l.contains(", "1", ")"),
    };
    for (const std::string& text : all) {
      if (depth > 64) {
        is_refused(text);
      } else {
        run(text);
      }
    }
  }
  EXPECT_EQ(run("#foreach($i in [1..1000])#foreach($j in [1..100])#set($x = [$x])#end#end.",
                {.memory_bytes = 1u << 30}),
            ".");
  EXPECT_EQ(run("#foreach($i in [1..1000])#foreach($j in [1..100])#foreach($k in [1])"
                "#set($keep = $foreach)#end#set($foreach = $keep)#end#end."),
            ".");
  is_refused("#foreach($i in [1..1000])#set($x = [$x])#end$x");
  is_refused("#macro(a $x)#if($x)#if($x)#if($x)#if($x)#a([$x])#end#end#end#end#end#a(1)");
  is_refused("#define($d)#if(true)#if(true)\"#set($z = \"$d\")\"#end#end#end$d");
  return nullptr;
}

TEST(Vtl, FitsOnAFibersStack) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  pthread_attr_setstacksize(&attributes, 1024 * 1024);
#else
  pthread_attr_setstacksize(&attributes, 96 * 1024);
#endif
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, run_deep, nullptr), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

// The leak checker of the sanitizer build is the judge of the first two.
TEST(Vtl, RingsOfListsAndMapsAreFreed) {
  EXPECT_EQ(run("#set($l = [])#set($z = $l.add($l))#set($m = {})#set($m.m = $m)"
                "#set($m.l = $l)#set($l[0] = $m)ok"),
            "ok");
  EXPECT_EQ(run("#set($m = {})#set($z = $m.put('e', $m.entrySet()))"
                "#set($z = $m.put('v', [$m]))ok"),
            "ok");
  Roots roots;
  roots.values["given"] = Value::from_json(*parse_json(R"({"a":[1],"b":[2]})"));
  const Value kept = roots.values["given"];
  EXPECT_EQ(shown(render(*parse("#set($given.c = 3)$given"), roots)), "{a=[1], b=[2], c=3}");
  EXPECT_EQ(kept.text(), "{a=[1], b=[2], c=3}");
  EXPECT_EQ(shown(render(*parse("#set($given.b = $given)ok"), roots)), "ok");
  EXPECT_EQ(kept.text(), "{}");
}

TEST(Vtl, OneTemplateOnManyThreads) {
  const auto parsed =
      parse("#foreach($i in [1..50])#set($s = \"${s}-$i\")#end$s.replaceAll('-', '').length()");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([copy = *parsed] {
      for (int k = 0; k < 50; ++k) {
        Roots roots;
        EXPECT_EQ(shown(render(copy, roots)), "91");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(VtlValue, ReadsJson) {
  const auto json = parse_json(
      R"({"i":1,"f":1.0,"e":1e2,"b":true,"n":null,"s":"x","a":[1,{"k":"v"}],"u":18446744073709551616})");
  const Value value = Value::from_json(*json);
  const Map& map = value.as_map();
  EXPECT_EQ(map.find("i")->kind(), Value::Kind::kLong);
  EXPECT_EQ(map.find("f")->kind(), Value::Kind::kDouble);
  EXPECT_EQ(map.find("e")->as_double(), 100.0);
  EXPECT_EQ(map.find("u")->kind(), Value::Kind::kDouble);
  EXPECT_TRUE(map.find("n")->is_null());
  EXPECT_EQ(map.find("nosuch"), nullptr);
  EXPECT_EQ(
      value.text(),
      R"({i=1, f=1.0, e=100.0, b=true, n=null, s=x, a=[1,{"k":"v"}], u=1.8446744073709552E19})");
  EXPECT_EQ(map.find("a")->json_text(), R"([1,{"k":"v"}])");
  EXPECT_EQ(
      value.json_text(),
      R"({"i":1,"f":1.0,"e":100.0,"b":true,"n":null,"s":"x","a":[1,{"k":"v"}],"u":1.8446744073709552E19})");
}

TEST(VtlValue, TextsAndJson) {
  EXPECT_EQ(Value().text(), "");
  EXPECT_EQ(Value().json_text(), "null");
  EXPECT_EQ(Value::string("a\"b").text(), "a\"b");
  EXPECT_EQ(Value::string("a\"b").json_text(), "\"a\\\"b\"");
  const Value list = Value::list({Value::integer(1), Value::string("x"), Value()});
  EXPECT_EQ(list.text(), "[1, x, null]");
  EXPECT_EQ(list.json_text(), "[1,\"x\",null]");
  Map members;
  members.put("l", list);
  EXPECT_EQ(Value::map(std::move(members)).json_text(), "{\"l\":[1,\"x\",null]}");
}

TEST(VtlValue, MapsKeepTheirOrderAndFindWhatTheyHold) {
  Map map;
  for (int i = 0; i < 100; ++i) map.put("k" + std::to_string(i), Value::integer(i));
  EXPECT_EQ(map.put("k7", Value::integer(-7)).as_long(), 7);
  EXPECT_EQ(map.remove("k0").as_long(), 0);
  EXPECT_TRUE(map.remove("k0").is_null());
  EXPECT_EQ(map.size(), 99u);
  EXPECT_EQ(map.members()[0].key, "k1");
  EXPECT_EQ(map.find("k7")->as_long(), -7);
  EXPECT_EQ(map.find("k99")->as_long(), 99);
  for (int i = 1; i < 95; ++i) map.remove("k" + std::to_string(i));
  EXPECT_EQ(map.size(), 5u);
  EXPECT_EQ(map.find("k94"), nullptr);
  EXPECT_EQ(map.find("k95")->as_long(), 95);
  map.clear();
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.find("k95"), nullptr);
}

}  // namespace
}  // namespace fairlead::vtl
