// Bodies in pieces of every size, what is refused, and that our writer's bytes are read back.
#include "net/http_body.h"

#include <gtest/gtest.h>

#include "net/http_writer.h"

namespace fairlead::net {
namespace {

using State = BodyDecoder::State;

struct Decoded {
  State state = State::kNeedMore;
  std::string body;
  std::string rest;
  int status = 0;
  Headers trailers;
};

Decoded decode_in_pieces(BodyDecoder decoder, std::string_view bytes, std::size_t piece) {
  Decoded decoded;
  std::size_t used = 0;
  do {
    const auto step = decoder.next_into(bytes.substr(used, piece), decoded.body);
    used += step.consumed;
    decoded.state = step.state;
  } while (decoded.state == State::kNeedMore && used < bytes.size());
  if (decoded.state == State::kNeedMore) decoded.state = decoder.at_close();
  decoded.rest = bytes.substr(used);
  decoded.status = decoder.error().status;
  decoded.trailers = decoder.trailers();
  return decoded;
}

Decoded decode(const BodyDecoder& decoder, std::string_view bytes) {
  Decoded whole = decode_in_pieces(decoder, bytes, bytes.size());
  for (const std::size_t piece : {1, 2, 5}) {
    const Decoded pieces = decode_in_pieces(decoder, bytes, piece);
    EXPECT_EQ(pieces.state, whole.state) << bytes;
    if (whole.state != State::kDone) continue;
    EXPECT_EQ(pieces.body, whole.body) << bytes;
    EXPECT_EQ(pieces.rest, whole.rest) << bytes;
  }
  return whole;
}

BodyDecoder chunked(std::uint64_t max_bytes = 100) {
  RequestHead head;
  head.chunked = true;
  return BodyDecoder(head, max_bytes);
}

TEST(BodyDecoder, ContentLength) {
  RequestHead head;
  EXPECT_TRUE(BodyDecoder(head, 10).done());
  head.content_length = 0;
  EXPECT_TRUE(BodyDecoder(head, 10).done());
  head.content_length = 5;
  const Decoded decoded = decode(BodyDecoder(head, 5), "helloGET /");
  EXPECT_EQ(decoded.state, State::kDone);
  EXPECT_EQ(decoded.body, "hello");
  EXPECT_EQ(decoded.rest, "GET /");
  EXPECT_EQ(decode(BodyDecoder(head, 5), "hell").state, State::kError);
  const Decoded large = decode(BodyDecoder(head, 4), "hello");
  EXPECT_EQ(large.state, State::kError);
  EXPECT_EQ(large.status, 413);
}

TEST(BodyDecoder, Chunks) {
  const Decoded decoded = decode(
      chunked(), "5\r\nhello\r\n00b ;a=\"b\"\r\n world, all\r\n0\r\nX: 1\r\nY:2 \r\n\r\nnext");
  EXPECT_EQ(decoded.state, State::kDone);
  EXPECT_EQ(decoded.body, "hello world, all");
  EXPECT_EQ(decoded.rest, "next");
  ASSERT_EQ(decoded.trailers.size(), 2u);
  EXPECT_EQ(decoded.trailers[1].name, "Y");
  EXPECT_EQ(decoded.trailers[1].value, "2");
  EXPECT_EQ(decode(chunked(), "0\r\n\r\n").state, State::kDone);
}

TEST(BodyDecoder, ChunkRefusals) {
  const std::string long_extension = "1;" + std::string(300, 'a');
  const std::string long_trailer = "0\r\nX: " + std::string(9000, 'a');
  std::string many_trailers = "0\r\n";
  for (int i = 0; i < 40; ++i) many_trailers += "X: 1\r\n";
  const struct {
    std::string text;
    int status;
  } cases[] = {
      {"\r\n", 400},
      {"g\r\n", 400},
      {"0x5\r\n", 400},
      {" 5\r\n", 400},
      {"-1\r\n", 400},
      {"5 5\r\n", 400},
      {"5\n", 400},
      {"5\r\r\n", 400},
      {"1111111111111111\r\n", 400},
      {"5\r\nhello!\r\n", 400},
      {"5\r\nhello\n", 400},
      {"0\r\nbad trailer\r\n\r\n", 400},
      {"0\r\nX : 1\r\n\r\n", 400},
      {"0\r\n folded\r\n\r\n", 400},
      {long_extension, 400},
      {long_trailer, 431},
      {many_trailers, 431},
      {"65\r\n", 413},
      {"60\r\n" + std::string(96, 'a') + "\r\n5\r\n", 413},
  };
  for (const auto& c : cases) {
    const Decoded decoded = decode(chunked(), c.text);
    EXPECT_EQ(decoded.state, State::kError) << c.text;
    EXPECT_EQ(decoded.status, c.status) << c.text;
  }
}

TEST(BodyDecoder, Responses) {
  ResponseHead head;
  head.status = 200;
  Decoded decoded = decode(BodyDecoder(head, "GET", 100), "to the end");
  EXPECT_EQ(decoded.state, State::kDone);
  EXPECT_EQ(decoded.body, "to the end");
  EXPECT_EQ(decode(BodyDecoder(head, "GET", 3), "to the end").state, State::kError);
  head.content_length = 10;
  EXPECT_TRUE(BodyDecoder(head, "HEAD", 100).done());
  head.status = 304;
  EXPECT_TRUE(BodyDecoder(head, "GET", 100).done());
  head.status = 200;
  EXPECT_FALSE(BodyDecoder(head, "GET", 100).done());
}

TEST(BodyDecoder, ReadsWhatTheWriterWrites) {
  std::string text;
  append_chunk(text, "hello ");
  append_chunk(text, "");
  append_chunk(text, std::string(40, 'x'));
  append_last_chunk(text, {{"X-Sum", "1"}});
  const Decoded decoded = decode(chunked(), text);
  EXPECT_EQ(decoded.state, State::kDone);
  EXPECT_EQ(decoded.body, "hello " + std::string(40, 'x'));
  EXPECT_EQ(*find_header(decoded.trailers, "x-sum"), "1");
}

TEST(HttpWriter, HeadAndInjection) {
  std::string out;
  append_status_line(out, 404);
  append_status_line(out, 299, "Mine");
  append_status_line(out, 200, "a\r\nb: c");
  EXPECT_TRUE(append_header(out, "A", "b"));
  EXPECT_FALSE(append_header(out, "A", "b\r\nSet-Cookie: c"));
  EXPECT_FALSE(append_header(out, "A", "b\n"));
  EXPECT_FALSE(append_header(out, "A", std::string_view("b\0c", 3)));
  EXPECT_FALSE(append_header(out, "A: x\r\nB", "c"));
  EXPECT_FALSE(append_header(out, "", "c"));
  EXPECT_TRUE(append_header(out, "Content-Length", 18'446'744'073'709'551'615u));
  end_head(out);
  EXPECT_EQ(out,
            "HTTP/1.1 404 Not Found\r\nHTTP/1.1 299 Mine\r\nHTTP/1.1 200 OK\r\nA: b\r\n"
            "Content-Length: 18446744073709551615\r\n\r\n");
}

TEST(HttpWriter, DateIsCachedForASecond) {
  DateCache dates;
  EXPECT_EQ(dates.at(1'768'254'296'599), "Mon, 12 Jan 2026 21:44:56 GMT");
  EXPECT_EQ(dates.at(1'768'254'296'999), "Mon, 12 Jan 2026 21:44:56 GMT");
  EXPECT_EQ(dates.at(1'768'254'297'000), "Mon, 12 Jan 2026 21:44:57 GMT");
}

}  // namespace
}  // namespace fairlead::net
