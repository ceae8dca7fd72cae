// A worker that takes its work as frames on descriptor 3 (docs/formats/worker-frames.md).
#pragma once

#include <optional>
#include <string>

#include "workers/frames.h"
#include "workers/worker_process.h"

namespace fairlead::workers {

class FrameProcess final : public WorkerProcess, private net::Watcher {
 public:
  // `api`: when it has extensions.
  FrameProcess(Setup setup, const Json& init, std::shared_ptr<RuntimeApi> api = nullptr);

  void begin() override;
  void init(const Answer& answer) override;
  void invoke(const platform::Invocation& invocation, const Answer& answer) override;

 private:
  enum class State { kNew, kStarting, kIdle, kInvoking, kFailed, kEnded };

  bool working() const override { return answer_.has_value(); }
  void take_rest() override;
  void ended(int exit_code) override;
  void on_room_for_output() override;
  void init_failed(platform::WorkerOutcome outcome) override;

  void on_ready(std::uint32_t events) override;
  void read_channel(int turns);
  void on_frame(WorkerFrame frame);
  void on_answer(WorkerFrame frame);
  void on_ready_frame();
  void on_init_error(WorkerFrame frame);
  void violation(const std::string& what);
  void give(platform::WorkerOutcome outcome);
  void send(std::string_view head, std::string_view payload);
  void flush();
  void stop_hearing();
  void close_channel();
  bool refuse_dead(const Answer& answer);
  // Runs `then` when no extension is busy, on the loop.
  void after_extensions(std::function<void(FrameProcess&)> then);

  const std::string init_body_;
  State state_ = State::kNew;
  FrameReader reader_;
  std::optional<Answer> answer_;  // owed to whoever called init or invoke
  std::string unsent_;
  std::size_t sent_ = 0;  // of unsent_
  bool wants_write_ = false;
  bool hearing_ = false;   // the channel is watched
  net::Timer exit_grace_;  // it closed the channel; it has this long to exit by itself
};

}  // namespace fairlead::workers
