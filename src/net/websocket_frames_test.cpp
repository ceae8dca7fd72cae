// In the manner of Autobahn's sections 1 to 7, 9, 12 and 13: each case is fed whole, byte by byte
// and in odd pieces, and must give the same events.
#include "net/websocket_frames.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace fairlead::net {
namespace {

using Kind = FrameEvent::Kind;
constexpr FrameLimits kLimits{limits::kMaxFrame, limits::kMaxMessage};
constexpr std::uint32_t kMask = 0x9d3cf137;

struct Seen {
  Kind kind;
  std::uint16_t code;
  std::string payload;
  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << "kind " << static_cast<int>(seen.kind) << " code " << seen.code << " payload "
             << seen.payload.substr(0, 60) << "(" << seen.payload.size() << ")";
}

std::vector<Seen> run_in_pieces(FrameParser parser, std::string bytes, std::size_t piece) {
  std::vector<Seen> events;
  std::size_t at = 0;
  while (at < bytes.size()) {
    // A buffer of exactly this size, so that a sanitizer sees every byte too far.
    std::string buffer = bytes.substr(at, piece);
    std::size_t begin = 0;
    for (;;) {
      std::size_t used = 0;
      const FrameEvent event = parser.next(buffer.data() + begin, buffer.size() - begin, used);
      begin += used;
      if (event.kind == Kind::kNeedMore) break;
      events.push_back({event.kind, event.code, std::string(event.payload)});
    }
    EXPECT_EQ(begin, buffer.size());
    at += buffer.size();
  }
  return events;
}

struct Endpoint {
  WebSocketRole role = WebSocketRole::kServer;
  std::optional<DeflateAgreement> deflate;
  FrameLimits limits = kLimits;
};

std::vector<Seen> run(const std::string& bytes, const Endpoint& setup = {}) {
  const auto make = [&] {
    FrameParser parser(setup.role, setup.limits);
    if (setup.deflate) parser.enable_deflate(*setup.deflate);
    return parser;
  };
  auto whole = run_in_pieces(make(), bytes, bytes.size());
  for (const std::size_t piece : {1, 3, 997}) {
    if (piece == 1 && bytes.size() > 200'000) continue;
    EXPECT_EQ(run_in_pieces(make(), bytes, piece), whole) << "in pieces of " << piece;
  }
  return whole;
}

std::string masked(FrameHead head, std::string_view payload) {
  std::string out;
  append_masked_frame(out, head, payload, kMask);
  return out;
}
std::string text(std::string_view payload) { return masked({Opcode::kText}, payload); }
std::string first(std::string_view payload) { return masked({Opcode::kText, false}, payload); }
std::string more(std::string_view payload) {
  return masked({Opcode::kContinuation, false}, payload);
}
std::string last(std::string_view payload) {
  return masked({Opcode::kContinuation, true}, payload);
}
std::string control(Opcode opcode, std::string_view payload) { return masked({opcode}, payload); }
std::string close_payload(int code, std::string_view reason = {}) {
  std::string out{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return out.append(reason);
}

Seen text_of(std::string payload) { return {Kind::kText, 0, std::move(payload)}; }

void expect_error(const std::vector<Seen>& events, std::uint16_t code, const std::string& what) {
  ASSERT_FALSE(events.empty()) << what;
  EXPECT_EQ(events.back().kind, Kind::kError) << what;
  EXPECT_EQ(events.back().code, code) << what;
}

TEST(Frames, Section1Sizes) {
  for (const std::size_t size : {0, 1, 7, 8, 9, 125, 126, 127, 128, 32768}) {
    const std::string payload(size, '*');
    EXPECT_EQ(run(text(payload)), (std::vector<Seen>{text_of(payload)})) << size;
    EXPECT_EQ(run(masked({Opcode::kBinary}, payload)),
              (std::vector<Seen>{{Kind::kBinary, 0, payload}}));
  }
  const Endpoint large{WebSocketRole::kServer, {}, {1 << 20, 1 << 20}};
  for (const std::size_t size : {65535, 65536, 131072}) {
    const std::string payload(size, '*');
    EXPECT_EQ(run(text(payload), large), (std::vector<Seen>{text_of(payload)})) << size;
  }
}

TEST(Frames, Section2PingPong) {
  for (const std::size_t size : {0, 4, 125}) {
    const std::string payload(size, '\xfe');
    EXPECT_EQ(run(control(Opcode::kPing, payload)), (std::vector<Seen>{{Kind::kPing, 0, payload}}));
    EXPECT_EQ(run(control(Opcode::kPong, payload)), (std::vector<Seen>{{Kind::kPong, 0, payload}}));
  }
  expect_error(run(control(Opcode::kPing, std::string(126, 'a'))), 1002, "long ping");
  std::string many;
  for (int i = 0; i < 10; ++i) many += control(Opcode::kPing, std::to_string(i));
  EXPECT_EQ(run(many).size(), 10u);
}

TEST(Frames, Section3And4ReservedBitsAndOpcodes) {
  for (int bits = 1; bits < 8; ++bits) {
    std::string frame = text("a");
    frame[0] = static_cast<char>(static_cast<unsigned char>(frame[0]) | bits << 4);
    const auto events = run(text("before") + frame + text("after"));
    expect_error(events, 1002, "rsv");
    EXPECT_EQ(events.size(), 2u);
    std::string ping = control(Opcode::kPing, "a");
    ping[0] = static_cast<char>(static_cast<unsigned char>(ping[0]) | bits << 4);
    expect_error(run(ping, {WebSocketRole::kServer, DeflateAgreement{}, kLimits}), 1002,
                 "rsv ping");
  }
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    expect_error(run(masked({static_cast<Opcode>(opcode)}, "a")), 1002, "opcode");
    expect_error(run(masked({static_cast<Opcode>(opcode)}, "")), 1002, "opcode");
  }
}

TEST(Frames, Section5Fragmentation) {
  EXPECT_EQ(run(first("a") + last("b")), (std::vector<Seen>{text_of("ab")}));
  EXPECT_EQ(run(first("") + more("") + last("")), (std::vector<Seen>{text_of("")}));
  EXPECT_EQ(run(first("") + last("x")), (std::vector<Seen>{text_of("x")}));
  EXPECT_EQ(run(first("a") + control(Opcode::kPing, "p") + more("b") + control(Opcode::kPong, "q") +
                last("c") + text("d")),
            (std::vector<Seen>{
                {Kind::kPing, 0, "p"}, {Kind::kPong, 0, "q"}, text_of("abc"), text_of("d")}));
  EXPECT_EQ(run(masked({Opcode::kBinary, false}, "\xff") + last("\xfe")),
            (std::vector<Seen>{{Kind::kBinary, 0, "\xff\xfe"}}));
  expect_error(run(last("a")), 1002, "continuation without a start");
  expect_error(run(more("a")), 1002, "continuation without a start");
  expect_error(run(first("a") + text("b")), 1002, "text inside a message");
  expect_error(run(first("a") + first("b")), 1002, "text inside a message");
  expect_error(run(first("a") + last("b") + last("c")), 1002, "continuation after the end");
  expect_error(run(masked({Opcode::kPing, false}, "a")), 1002, "fragmented ping");
  expect_error(run(masked({Opcode::kClose, false}, "")), 1002, "fragmented close");
}

TEST(Frames, Section6Utf8) {
  const std::string good =
      "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5 \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf";
  EXPECT_EQ(run(text(good)), (std::vector<Seen>{text_of(good)}));
  std::string frames;
  for (std::size_t i = 0; i < good.size(); ++i) {
    const std::string byte = good.substr(i, 1);
    frames += i == 0 ? first(byte) : i + 1 == good.size() ? last(byte) : more(byte);
  }
  EXPECT_EQ(run(frames), (std::vector<Seen>{text_of(good)}));
  const char* bad[] = {"\xce",
                       "\x80",
                       "\xc0\xaf",
                       "\xe0\x80\xaf",
                       "\xed\xa0\x80",
                       "\xf4\x90\x80\x80",
                       "\xf8\x88\x80\x80\x80",
                       "\xfe",
                       "\xff",
                       "a\xce\xba\xe1\xbd"};
  for (const char* payload : bad) {
    expect_error(run(text(payload)), 1007, payload);
    expect_error(run(first("ok") + last(payload)), 1007, payload);
  }
  // Fails with the byte that is wrong, not at the end of the message.
  FrameParser parser(WebSocketRole::kServer, kLimits);
  std::string cut = first("\xf4\x90\x80\x80more to come");
  std::size_t used = 0;
  EXPECT_EQ(parser.next(cut.data(), 8, used).kind, Kind::kError);
}

TEST(Frames, Section7Close) {
  using Events = std::vector<Seen>;
  EXPECT_EQ(run(control(Opcode::kClose, "")), (Events{{Kind::kClose, 1005, ""}}));
  const std::string reason(123, '*');
  EXPECT_EQ(run(control(Opcode::kClose, close_payload(1000, reason))),
            (Events{{Kind::kClose, 1000, reason}}));
  // Nothing counts after a close frame.
  EXPECT_EQ(run(control(Opcode::kClose, close_payload(1000)) + text("x") + "garbage"),
            (Events{{Kind::kClose, 1000, ""}}));
  expect_error(run(control(Opcode::kClose, "a")), 1002, "one byte");
  expect_error(run(control(Opcode::kClose, close_payload(1000, std::string(124, '*')))), 1002,
               "long");
  expect_error(run(control(Opcode::kClose, close_payload(1000, "\xce\xba\xe1"))), 1007, "utf8");
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                         3000, 3999, 4000, 4999}) {
    EXPECT_EQ(run(control(Opcode::kClose, close_payload(code))),
              (Events{{Kind::kClose, static_cast<std::uint16_t>(code), ""}}));
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    expect_error(run(control(Opcode::kClose, close_payload(code))), 1002, std::to_string(code));
  }
}

TEST(Frames, Section9Limits) {
  const std::string frame(limits::kMaxFrame, 'a');
  EXPECT_EQ(run(first(frame) + more(frame) + more(frame) + last(frame)),
            (std::vector<Seen>{text_of(frame + frame + frame + frame)}));
  expect_error(run(text(frame + "a")), 1009, "frame");
  expect_error(run(first(frame) + more(frame) + more(frame) + more(frame) + last("a")), 1009,
               "message");
  // Announced is enough.
  std::string huge("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14);
  expect_error(run(huge), 1009, "2^63 - 1");
  EXPECT_EQ(run(huge).front().payload, "Message too big");
}

TEST(Frames, HeaderRules) {
  const auto bytes = [](std::initializer_list<int> list) {
    std::string out;
    for (const int byte : list) out.push_back(static_cast<char>(byte));
    return out;
  };
  expect_error(run(bytes({0x81, 0x01, 'a'})), 1002, "unmasked");
  expect_error(run(bytes({0x81, 0xfe, 0, 125, 0, 0, 0, 0})), 1002, "16 bits for 125");
  expect_error(run(bytes({0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0})), 1002,
               "64 for 65535");
  expect_error(run(bytes({0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})), 1002, "top bit");
  const Endpoint client{WebSocketRole::kClient, {}, kLimits};
  EXPECT_EQ(run(bytes({0x81, 0x01, 'a'}), client), (std::vector<Seen>{text_of("a")}));
  EXPECT_EQ(run(bytes({0x81, 0x00, 0x81, 0x01, 'b'}), client),
            (std::vector<Seen>{text_of(""), text_of("b")}));
  expect_error(run(text("a"), client), 1002, "masked by a server");
}

// A sender's whole path: deflate, cut into frames, parse.
std::string compressed_frames(Deflater& deflater, std::string_view payload, std::size_t max_frame) {
  std::string packed;
  deflater.append(payload, packed);
  std::string out;
  std::string_view rest = packed;
  FrameHead head{Opcode::kText, false, true};
  while (rest.size() > max_frame) {
    out += masked(head, rest.substr(0, max_frame));
    rest.remove_prefix(max_frame);
    head = {Opcode::kContinuation, false, false};
  }
  head.fin = true;
  return out + masked(head, rest);
}

TEST(Frames, Section12Compression) {
  const Endpoint setup{WebSocketRole::kServer, DeflateAgreement{}, kLimits};
  std::string line;
  for (int i = 0; line.size() < 5000; ++i) line += "{\"id\":" + std::to_string(i * 7919) + "},";
  for (const std::size_t max_frame : {1, 7, 32768}) {
    Deflater deflater(ContextTakeover::kYes, 15);
    std::string bytes;
    std::vector<Seen> wanted;
    for (const std::size_t size : {0, 1, 64, 256, 1024, 4096, 1024, 0, 5000}) {
      bytes += compressed_frames(deflater, line.substr(0, size), max_frame);
      bytes += text("plain between");  // a sender may leave any message uncompressed
      wanted.push_back(text_of(line.substr(0, size)));
      wanted.push_back(text_of("plain between"));
    }
    EXPECT_EQ(run(bytes, setup), wanted) << max_frame;
  }
}

TEST(Frames, CompressedLimitsAndDamage) {
  const Endpoint setup{WebSocketRole::kServer, DeflateAgreement{}, kLimits};
  Deflater fits(ContextTakeover::kYes, 15);
  const std::string whole(limits::kMaxMessage, 'a');
  EXPECT_EQ(run(compressed_frames(fits, whole, 32768), setup), (std::vector<Seen>{text_of(whole)}));
  Deflater bomb(ContextTakeover::kYes, 15);
  const std::string bytes = compressed_frames(bomb, std::string(10'000'000, 'a'), 32768);
  EXPECT_LT(bytes.size(), 100'000u);
  expect_error(run(bytes, setup), 1009, "bomb");
  expect_error(run(masked({Opcode::kText, true, true}, "\xff\xff\xff\xff"), setup), 1007,
               "garbage");
  Deflater utf8(ContextTakeover::kYes, 15);
  expect_error(run(compressed_frames(utf8, "\xff\xfe", 100), setup), 1007, "not UTF-8");
  // RSV1 only on a message's first frame.
  expect_error(run(first("a") + masked({Opcode::kContinuation, true, true}, "b"), setup), 1002,
               "rsv1");
  expect_error(run(masked({Opcode::kText, true, true}, "a")), 1002, "not negotiated");
}

TEST(Frames, WrittenFramesAreRead) {
  const Endpoint client{WebSocketRole::kClient, {}, {1 << 20, 1 << 20}};
  const std::string payload(100'000, 'x');
  for (const std::size_t max_frame : {1000, 8192, 100'000, 200'000}) {
    std::string out;
    append_message(out, {Opcode::kText}, payload, max_frame);
    EXPECT_EQ(run(out, client), (std::vector<Seen>{text_of(payload)}));
  }
  std::string out;
  append_message(out, {Opcode::kText}, "", 8192);
  append_close(out, 1001, "Going away");
  EXPECT_EQ(out, std::string("\x81\0\x88\x0c\x03\xe9Going away", 16));
  out.clear();
  append_close(out, close_code::kNoStatus, "ignored");
  EXPECT_EQ(out, std::string("\x88\0", 2));
  out.clear();
  std::string reason(122, 'a');
  append_close(out, 1000, reason + "\xc3\xa4");  // the character does not fit whole
  EXPECT_EQ(run(out, client), (std::vector<Seen>{{Kind::kClose, 1000, reason}}));
}

TEST(Frames, MaskAtEveryOffset) {
  const char mask[4] = {1, 2, 4, 8};
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t offset = 0; offset < 5; ++offset) {
      std::string data(size, 'a');
      apply_mask(data.data(), size, mask, offset);
      for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(data[i], 'a' ^ mask[(offset + i) % 4]);
    }
  }
}

TEST(Frames, IdleParserIsSmall) { EXPECT_LE(sizeof(FrameParser), 80u); }

}  // namespace
}  // namespace fairlead::net
