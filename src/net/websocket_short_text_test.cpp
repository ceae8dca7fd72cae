// The short way of the frame parser must say the same as the long way, or nothing.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "net/websocket_frames.h"

namespace fairlead::net {
namespace {

std::string random_frame(int kind) {
  std::string payload(static_cast<std::size_t>(std::rand() % 140), ' ');
  for (char& c : payload) c = static_cast<char>('a' + std::rand() % 26);
  if (kind == 1 && payload.size() > 2) payload.replace(payload.size() / 2, 2, "\xc3\xa9");
  if (kind == 2 && !payload.empty()) payload[payload.size() / 2] = '\xff';
  std::string frame;
  const FrameHead head{kind == 3 ? Opcode::kBinary : Opcode::kText, kind != 4, false};
  append_masked_frame(frame, head, payload, static_cast<std::uint32_t>(std::rand()));
  if (kind == 5) frame[1] = static_cast<char>(frame[1] & 0x7f);  // says that it is not masked
  return frame;
}

TEST(ShortText, AgreesWithTheLongWay) {
  std::srand(11);
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string frame = random_frame(std::rand() % 6);
    const FrameLimits limits{static_cast<std::size_t>(std::rand() % 200),
                             static_cast<std::size_t>(std::rand() % 200)};
    FrameParser brief(WebSocketRole::kServer, limits), full(WebSocketRole::kServer, limits);
    std::string one = frame + "tail", two = frame + "tail";
    const std::size_t size = std::rand() % 4 ? frame.size() : std::rand() % (frame.size() + 4);
    std::size_t used_one = 0, used_two = 0;
    std::string_view text;
    if (!brief.next_short_text(one.data(), size, used_one, text)) {
      EXPECT_EQ(used_one, 0u);
      EXPECT_EQ(one, two);  // untouched
      continue;
    }
    ++taken;
    const FrameEvent event = full.next(two.data(), size, used_two);
    ASSERT_EQ(event.kind, FrameEvent::Kind::kText);
    ASSERT_EQ(event.payload, text);
    ASSERT_EQ(used_one, used_two);
    ASSERT_EQ(one, two);
  }
  EXPECT_GT(taken, 2000);
}

TEST(ShortText, NotInTheMiddleOfAnything) {
  FrameParser parser(WebSocketRole::kServer, {1000, 1000});
  std::string first, whole;
  append_masked_frame(first, {.opcode = Opcode::kText, .fin = false}, "begun", 3);
  append_masked_frame(whole, {.opcode = Opcode::kText}, "whole", 3);
  std::size_t used = 0;
  std::string_view text;
  EXPECT_EQ(parser.next(first.data(), first.size(), used).kind, FrameEvent::Kind::kNeedMore);
  EXPECT_FALSE(parser.next_short_text(whole.data(), whole.size(), used, text));
  EXPECT_EQ(parser.next(whole.data(), whole.size(), used).kind, FrameEvent::Kind::kError);
  EXPECT_FALSE(parser.next_short_text(whole.data(), whole.size(), used, text));  // it is closed

  FrameParser cut(WebSocketRole::kServer, {1000, 1000});
  std::string other;
  append_masked_frame(other, {.opcode = Opcode::kText}, std::string("\x81\x80mask", 6), 3);
  EXPECT_EQ(cut.next(other.data(), 6, used).kind, FrameEvent::Kind::kNeedMore);
  EXPECT_FALSE(cut.next_short_text(other.data() + 6, other.size() - 6, used, text));

  FrameParser client(WebSocketRole::kClient, {1000, 1000});
  whole.clear();
  append_masked_frame(whole, {.opcode = Opcode::kText}, "", 3);
  EXPECT_FALSE(client.next_short_text(whole.data(), whole.size(), used, text));
}

}  // namespace
}  // namespace fairlead::net
