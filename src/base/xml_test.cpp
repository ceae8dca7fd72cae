// XML: what requests look like, what is refused, and escaping that reads back.
#include "base/xml.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(Xml, ReadsAnS3Request) {
  const auto root = parse_xml(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <!-- where to start -->
  <IndexDocument><Suffix>index.html</Suffix></IndexDocument>
  <Rule/><Rule a="1" b="x &amp; y"/>
</WebsiteConfiguration>)");
  ASSERT_TRUE(root.ok()) << root.error().message;
  EXPECT_EQ(root->name, "WebsiteConfiguration");
  EXPECT_EQ(root->attributes[0].first, "xmlns");
  EXPECT_EQ(root->children.size(), 3u);
  EXPECT_EQ(root->child("IndexDocument")->child("Suffix")->text, "index.html");
  EXPECT_EQ(root->children[2].attributes[1].second, "x & y");
  EXPECT_EQ(root->child("Missing"), nullptr);
  EXPECT_TRUE(root->text.empty());
}

TEST(Xml, StripsPrefixesOfElementsOnly) {
  const auto root = parse_xml(R"(<s3:A xmlns:s3="u" s3:x="1"><s3:B>t</s3:B></s3:A>)");
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->name, "A");
  EXPECT_EQ(root->attributes[1].first, "s3:x");
  EXPECT_EQ(root->child("B")->text, "t");
}

TEST(Xml, JoinsTextAndKeepsSpaceThatIsAlone) {
  EXPECT_EQ(parse_xml("<a>one<b/>two<![CDATA[<three>]]>&#x20AC;&#33;</a>")->text,
            "onetwo<three>€!");
  EXPECT_EQ(parse_xml("<a> </a>")->text, " ");
  EXPECT_EQ(parse_xml("<a>x\r\ny</a>")->text, "x\ny");
}

TEST(Xml, Refuses) {
  for (const char* text :
       {"", " ", "text", "<a>", "<a></b>", "<a><b></a></b>", "</a>", "<a/><b/>", "<a", "<a b></a>",
        "<a b=1/>", R"(<a b="1" b="2"/>)", "<a>\xff</a>", "<a>\xed\xa0\x80</a>", "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<a><![CDATA[x</a>", "<a><!-- x</a>"}) {
    const auto root = parse_xml(text);
    ASSERT_FALSE(root.ok()) << text;
    EXPECT_EQ(root.error().code, &kInvalidXml);
  }
  EXPECT_FALSE(parse_xml(std::string("<a>\0</a>", 8)).ok());
}

TEST(Xml, BoundsTheDepth) {
  const auto nested = [](int n) {
    std::string text;
    for (int i = 0; i < n; ++i) text += "<a>";
    for (int i = 0; i < n; ++i) text += "</a>";
    return text;
  };
  EXPECT_TRUE(parse_xml(nested(64)).ok());
  EXPECT_FALSE(parse_xml(nested(65)).ok());
  EXPECT_FALSE(parse_xml(nested(200'000)).ok());
  EXPECT_FALSE(parse_xml("<a><b/></a>", 1).ok());
}

TEST(Xml, BoundsTheAttributesOfAnElement) {
  const auto with = [](int n) {
    std::string text = "<a";
    for (int i = 0; i < n; ++i) text += " b" + std::to_string(i) + "=\"\"";
    return text + "/>";
  };
  EXPECT_EQ(parse_xml(with(64))->attributes.size(), 64u);
  EXPECT_FALSE(parse_xml(with(65)).ok());
  EXPECT_FALSE(parse_xml(with(100'000)).ok());
}

TEST(Xml, EscapeReadsBack) {
  const std::string text = "<a & \"b\" 'c'>\r\n\té";
  EXPECT_EQ(xml_escape(text), "&lt;a &amp; &quot;b&quot; &apos;c&apos;&gt;&#13;\n\té");
  EXPECT_EQ(parse_xml("<a>" + xml_escape(text) + "</a>")->text, text);
  EXPECT_EQ(xml_escape("\x01"), "&#1;");
  EXPECT_EQ(parse_xml("<a b=\"" + xml_escape("x\"'<&>") + "\"/>")->attributes[0].second, "x\"'<&>");
}

}  // namespace
}  // namespace fairlead
