// The SigV4 cases of awslabs/aws-c-auth: canonical request, string to sign, signature, and that the
// signed request verifies.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/base64.h"
#include "base/clock.h"
#include "base/hashes.h"
#include "base/text.h"
#include "wire/sigv4.h"
#include "wire/test_model_fixture.h"

namespace fairlead::wire {
namespace {

namespace fs = std::filesystem;

struct ParsedRequest {
  std::string method, path, query, body;
  std::vector<HeaderPair> headers;
  HttpInput input() const { return {method, path, query, headers, body}; }
};

ParsedRequest parse_request(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
  ParsedRequest out;
  const std::size_t end = text.find("\n\n");
  if (end != std::string::npos) out.body = text.substr(end + 2);
  const std::string head = text.substr(0, end);
  const auto lines = split(head, '\n');
  const std::string_view first = lines[0];
  const std::size_t space = first.find(' '), last = first.rfind(' ');
  out.method = first.substr(0, space);
  const std::string target(first.substr(space + 1, last - space - 1));
  out.path = target.substr(0, target.find('?'));
  if (out.path.size() < target.size()) out.query = target.substr(out.path.size() + 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    if (lines[i][0] == ' ' && !out.headers.empty()) {
      out.headers.back().second += " " + std::string(trim(lines[i]));
      continue;
    }
    const std::size_t colon = lines[i].find(':');
    out.headers.emplace_back(lines[i].substr(0, colon), lines[i].substr(colon + 1));
  }
  return out;
}

struct Case {
  std::string folder;
  Json context;
  std::string file(const std::string& name) const {
    std::string text = read_whole_file(folder + "/" + name);
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
};

void check(const Case& c, const std::string& form) {
  const ParsedRequest request =
      parse_request(read_whole_file(c.folder + "/" + form + "-signed-request.txt"));
  const HttpInput input = request.input();
  const auto read = read_claim(input, AuthStyle::kRestJson);
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_TRUE(read->has_value());
  SignatureClaim claim = **read;
  EXPECT_EQ(claim.signature, c.file(form + "-signature.txt"));
  const bool normalise = c.context["normalize"].as_bool();
  const PathRule rule = normalise ? PathRule::kNormalisedEncodedTwice : PathRule::kEncodedTwice;
  const std::string expected = c.file(form + "-canonical-request.txt");
  const std::string hash = expected.substr(expected.rfind('\n') + 1);
  ParsedRequest signed_part = request;
  const bool late_token = c.context["credentials"].has("token") && form == "query" &&
                          c.context["omit_session_token"].bool_or(false);
  if (late_token) {  // added behind the signature: not part of what was signed
    const std::size_t at = signed_part.query.find("&X-Amz-Security-Token=");
    ASSERT_NE(at, std::string::npos);
    const std::size_t end = signed_part.query.find('&', at + 1);
    signed_part.query.erase(at, end == std::string::npos ? end : end - at);
  }
  const std::string canonical = canonical_request(claim, signed_part.input(), rule, hash);
  EXPECT_EQ(canonical, expected);
  EXPECT_EQ(string_to_sign(claim, canonical), c.file(form + "-string-to-sign.txt"));

  const std::string secret = c.context["credentials"]["secret_access_key"].as_string();
  const std::int64_t now = parse_iso8601(c.context["timestamp"].as_string());
  const auto verdict = verify(claim, input, secret, hex_encode(sha256(request.body)), now);
  const bool late = c.context["omit_session_token"].bool_or(false);
  const bool same_path = canonical_request(claim, input, PathRule::kNormalisedEncodedTwice, hash) ==
                         canonical_request(claim, input, rule, hash);
  EXPECT_EQ(verdict.ok(), !late && same_path) << (verdict.ok() ? "" : verdict.error().message);
  claim.signature[7] = claim.signature[7] == '0' ? '1' : '0';
  EXPECT_FALSE(verify(claim, input, secret, hex_encode(sha256(request.body)), now).ok());
}

TEST(SigV4Vectors, All) {
  const std::string root = std::string(FAIRLEAD_VECTORS_DIR) + "/sigv4";
  if (!fs::exists(root)) GTEST_SKIP() << "no vectors at " << root;
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(root)) {
    const Case c{entry.path(), parse_json(read_whole_file(entry.path() / "context.json")).value()};
    SCOPED_TRACE(c.folder);
    check(c, "header");
    check(c, "query");
    ++cases;
  }
  EXPECT_EQ(cases, 38);
}

}  // namespace
}  // namespace fairlead::wire
