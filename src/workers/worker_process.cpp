// The shutdown event and its time limit; a failed extension takes its environment along.
#include "workers/worker_process.h"

#include "base/log.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kLastWordsMs = 2'000;

}  // namespace

WorkerProcess::WorkerProcess(Setup setup, std::shared_ptr<RuntimeApi> api)
    : WatchedProcess(std::move(setup)),
      api_(std::move(api)),
      last_words_(this, [](void* self) { static_cast<WorkerProcess*>(self)->kill(); }) {}

void WorkerProcess::begin() {
  WatchedProcess::begin();
  if (!api_) return;
  api_->extensions().on_failure(
      [weak = weak_from_this(), &loop = loop()](std::string type, std::string payload) {
        loop.post([weak, type = std::move(type), payload = std::move(payload)]() mutable {
          const auto self = std::static_pointer_cast<WorkerProcess>(weak.lock());
          if (self) self->extension_failed(std::move(type), std::move(payload));
        });
      });
}

void WorkerProcess::extension_failed(std::string error_type, std::string payload) {
  log_info("an extension has failed, its environment ends",
           {{"function", name()}, {"error", error_type}});
  platform::WorkerOutcome outcome;
  outcome.kind = platform::WorkerOutcome::Kind::kFunctionError;
  outcome.error_type = std::move(error_type);
  outcome.payload = payload.empty() ? write_json(Json::object({{"errorType", outcome.error_type}}))
                                    : std::move(payload);
  kill();
  init_failed(std::move(outcome));
}

void WorkerProcess::retire() {
  const std::int64_t until_ms = loop().clock().now_ms() + kLastWordsMs;
  if (!alive() || !api_ || !api_->extensions().send_shutdown("spindown", until_ms)) return kill();
  loop().post([self = shared_from_this(), this] {
    if (alive()) loop().arm(last_words_, kLastWordsMs);
  });
}

void WorkerProcess::ended(int) {
  loop().cancel(last_words_);
  if (api_) api_->extensions().end();
}

}  // namespace fairlead::workers
