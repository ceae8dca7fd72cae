// Frames byte by byte and at once, their exact limits, what breaks the rules; and lines cut from
// pipes.
#include "workers/frames.h"

#include <gtest/gtest.h>

#include "workers/log_lines.h"
#include "workers/test_frames.h"

namespace fairlead::workers {
namespace {

using Kind = WorkerFrame::Kind;

std::vector<WorkerFrame> read(std::string_view bytes) {
  auto whole = read_in_pieces(bytes, bytes.size());
  if (bytes.size() > 1'000'000) return whole;
  for (const std::size_t piece : {1, 2, 3, 100}) {
    const auto pieces = read_in_pieces(bytes, piece);
    EXPECT_EQ(pieces.size(), whole.size());
    for (std::size_t i = 0; i < std::min(pieces.size(), whole.size()); ++i) {
      EXPECT_EQ(pieces[i].kind, whole[i].kind);
      EXPECT_EQ(pieces[i].header, whole[i].header);
      EXPECT_EQ(pieces[i].payload, whole[i].payload);
    }
  }
  return whole;
}

std::string frame(FrameType type, std::string_view body) {
  std::string out;
  append_frame(out, type, body);
  return out;
}

std::string u32(std::uint32_t value) {
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
  return out;
}

TEST(WorkerFrames, TheExampleOfThePage) {
  const std::string header = R"({"requestId":"a"})";
  std::string bytes = invoke_frame_head(header, 2) + "{}";
  EXPECT_EQ(bytes, std::string("\x18\0\0\0\x02\x11\0\0\0", 9) + header + "{}");
}

TEST(WorkerFrames, EachKind) {
  const std::string time("\x40\x42\x0f\0\0\0\0\0", 8);  // 1,000,000
  const auto frames =
      read(frame(FrameType::kReady, "") + frame(FrameType::kLog, time + "two\nlines") +
           frame(FrameType::kResponse, "null") + frame(FrameType::kResponse, "") +
           frame(FrameType::kFunctionError, u32(2) + "{}" + "[1]") +
           frame(FrameType::kInitError, "{\"errorType\":\"X\"}"));
  ASSERT_EQ(frames.size(), 6u);
  EXPECT_EQ(frames[0].kind, Kind::kReady);
  EXPECT_EQ(frames[1].kind, Kind::kLog);
  EXPECT_EQ(frames[1].time_us, 1'000'000);
  EXPECT_EQ(frames[1].payload, "two\nlines");
  EXPECT_EQ(frames[2].kind, Kind::kResponse);
  EXPECT_EQ(frames[2].payload, "null");
  EXPECT_EQ(frames[3].payload, "");
  EXPECT_EQ(frames[4].kind, Kind::kFunctionError);
  EXPECT_EQ(frames[4].header, "{}");
  EXPECT_EQ(frames[4].payload, "[1]");
  EXPECT_EQ(frames[5].kind, Kind::kInitError);
}

TEST(WorkerFrames, LimitsAreExact) {
  const std::string largest(limits::kMaxLambdaResponse, 'a');
  const auto frames =
      read(frame(FrameType::kResponse, largest) + frame(FrameType::kResponse, largest + "a") +
           frame(FrameType::kFunctionError, u32(2) + "{}" + largest) +
           frame(FrameType::kFunctionError, u32(2) + "{}" + largest + "a") +
           frame(FrameType::kResponse, "still here"));
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_EQ(frames[0].payload.size(), largest.size());
  EXPECT_EQ(frames[1].kind, Kind::kTooLarge);
  EXPECT_EQ(frames[2].payload.size(), largest.size());
  EXPECT_EQ(frames[3].kind, Kind::kTooLarge);
  EXPECT_EQ(frames[4].payload, "still here");
}

TEST(WorkerFrames, Violations) {
  const std::string cases[] = {
      u32(0),
      u32(kMaxAnyFrame + 1) + "\x12",
      u32(0xffffffff) + "\x12",
      frame(static_cast<FrameType>(0), ""),
      frame(static_cast<FrameType>(21), "x"),
      frame(FrameType::kInvoke, "x"),
      frame(FrameType::kReady, "x"),
      frame(FrameType::kLog, "short"),
      frame(FrameType::kFunctionError, "abc"),
      frame(FrameType::kFunctionError, u32(5) + "{}"),
      frame(FrameType::kFunctionError, u32(0xffffffff) + "{}"),
      frame(FrameType::kInitError, std::string(kMaxFrameHeader + 1, 'a')),
      "HTTP/1.1 200 OK\r\n",
  };
  for (const std::string& bytes : cases) {
    const auto frames = read(bytes + frame(FrameType::kReady, ""));
    ASSERT_EQ(frames.size(), 1u) << bytes.substr(0, 20);
    EXPECT_EQ(frames[0].kind, Kind::kViolation);
  }
}

TEST(WorkerFrames, LongLogsAreCut) {
  const auto frames =
      read(frame(FrameType::kLog, std::string(8, '\0') + std::string(300'000, 'a')));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].payload.size(), kMaxLogText);
}

TEST(LogLines, WholeLinesOnly) {
  const std::string text = "one\ntwo\r\n\nthree \xff\nno end";
  for (std::size_t piece = 1; piece < 10; ++piece) {
    std::vector<std::string> lines;
    LogLines cutter([&](std::string_view line) { lines.emplace_back(line); });
    for (std::size_t at = 0; at < text.size(); at += piece) cutter.feed(text.substr(at, piece));
    EXPECT_EQ(lines.size(), 3u);
    cutter.finish();
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three \xef\xbf\xbd", "no end"}));
  }
}

TEST(LogLines, ALineWithoutAnEndIsBounded) {
  std::size_t total = 0;
  std::size_t longest = 0;
  LogLines cutter([&](std::string_view line) {
    total += line.size();
    longest = std::max(longest, line.size());
  });
  for (int i = 0; i < 100; ++i) cutter.feed(std::string(10'000, 'a'));
  cutter.finish();
  EXPECT_LE(longest, kMaxLogText);
  EXPECT_GT(total, 900'000u);
}

TEST(LogLines, CutsBetweenCharacters) {
  const std::string text = std::string(kMaxLogText - 1, 'a') + "\xf0\x9f\x98\x80 and more";
  EXPECT_EQ(clean_log_text(text), std::string(kMaxLogText - 1, 'a'));
}

}  // namespace
}  // namespace fairlead::workers
