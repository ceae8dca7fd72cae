// Drives our own Node bootstrap as the server does: init, ready, then one invoke after the other.
#include <sys/socket.h>

#include <memory>

#include "invoke/modes.h"
#include "invoke/worker_process.h"
#include "net/descriptor.h"
#include "workers/frames.h"

namespace fairlead::bench {

namespace {

using workers::WorkerFrame;

class FrameChannel {
 public:
  explicit FrameChannel(int fd) : fd_(fd), buffer_(new char[kBufferBytes]) {}

  // The next frame that is no log line.
  WorkerFrame next() {
    for (;;) {
      if (rest_.empty()) rest_ = {buffer_.get(), read_some(fd_, buffer_.get(), kBufferBytes)};
      WorkerFrame frame = reader_.next(rest_);
      if (frame.kind != WorkerFrame::Kind::kNeedMore && frame.kind != WorkerFrame::Kind::kLog) {
        return frame;
      }
    }
  }

 private:
  static constexpr std::size_t kBufferBytes = 64 * 1024;
  int fd_;
  std::unique_ptr<char[]> buffer_;
  std::string_view rest_;
  workers::FrameReader reader_;
};

std::string init_json(const Work& work) {
  return R"({"handler":"index.handler","runtime":"nodejs20.x","layers":[],"taskRoot":")" +
         work.task_root +
         R"(","environment":{"PATH":"/usr/bin:/bin","AWS_REGION":"us-east-1",)"
         R"("_HANDLER":"index.handler"},"function":{"name":"trivial","version":"$LATEST",)"
         R"("arn":"arn:aws:lambda:us-east-1:000000000000:function:trivial","memoryMb":128,)"
         R"("timeoutMs":3000,"logGroup":"/aws/lambda/trivial","logStream":"bench"}})";
}

}  // namespace

void invoke_by_frames(const Work& work, Window& window) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) give_up("socketpair failed");
  net::Descriptor ours(ends[0]);
  net::Descriptor theirs(ends[1]);
  const WorkerProcess worker({work.node, work.script}, {"FAIRLEAD_FRAMES=1", "PATH=/usr/bin:/bin"},
                             theirs.get());
  theirs.close();

  FrameChannel channel(ours.get());
  std::string out;
  workers::append_frame(out, workers::FrameType::kInit, init_json(work));
  write_all(ours.get(), out);
  const WorkerFrame ready = channel.next();
  if (ready.kind != WorkerFrame::Kind::kReady) give_up("no ready frame: " + ready.payload);

  const std::string header =
      R"({"requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","deadlineMs":4102444800000,)"
      R"("invokedFunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:trivial",)"
      R"("traceId":"Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700"})";
  const std::string invoke = workers::invoke_frame_head(header, work.event.size()) + work.event;
  window.start();
  while (window.go_on()) {
    const std::int64_t sent_ns = now_ns();
    write_all(ours.get(), invoke);
    const WorkerFrame answer = channel.next();
    if (answer.kind != WorkerFrame::Kind::kResponse) give_up("no response: " + answer.payload);
    window.add_replies(1, now_ns() - sent_ns);
  }
}

}  // namespace fairlead::bench
