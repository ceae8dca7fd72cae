// The queue of waiting batches and the loop that drains it.
#include "storage/commit_thread.h"

namespace fairlead::storage {

namespace {

std::size_t size_of(const Batch& batch) {
  std::size_t bytes = 0;
  for (const Batch::Change& change : batch.changes()) {
    bytes += sizeof change + change.key.size() + change.value.size();
  }
  return bytes;
}

Status copy_of(const Status& status) {
  if (status.ok()) return {};
  return status.error();
}

}  // namespace

CommitThread::CommitThread(Write write)
    : write_(std::move(write)), bounds_(), thread_([this] { run(); }) {}

CommitThread::~CommitThread() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    queued_.notify_one();
  }
  thread_.join();
}

Status CommitThread::commit(const Batch& batch) {
  Waiter self{&batch, size_of(batch), Parker::current(), {}, false, nullptr};
  {
    std::lock_guard lock(mutex_);
    if (first_ && queued_bytes_ + self.bytes > bounds_.queued_bytes) {
      return Error{&kStoreFailed, "Too many writes wait for the disk.", {}};
    }
    (last_ ? last_->next : first_) = &self;
    last_ = &self;
    queued_bytes_ += self.bytes;
    queued_.notify_one();
  }
  while (!self.done.load(std::memory_order_acquire)) self.parker->park();
  return std::move(self.status);
}

std::vector<CommitThread::Waiter*> CommitThread::take_group() {
  std::vector<Waiter*> group;
  std::unique_lock lock(mutex_);
  queued_.wait(lock, [this] { return first_ || stopping_; });
  std::size_t bytes = 0;
  while (first_ && group.size() < bounds_.group_batches) {
    if (!group.empty() && bytes + first_->bytes > bounds_.group_bytes) break;
    bytes += first_->bytes;
    group.push_back(first_);
    first_ = first_->next;
  }
  if (!first_) last_ = nullptr;
  queued_bytes_ -= bytes;
  return group;
}

void CommitThread::run() {
  std::vector<const Batch*> batches;
  for (;;) {
    const std::vector<Waiter*> group = take_group();
    if (group.empty()) return;
    batches.clear();
    for (const Waiter* waiter : group) batches.push_back(waiter->batch);
    const Status status = write_(batches);
    for (Waiter* waiter : group) {
      waiter->status = copy_of(status);
      const std::shared_ptr<Parker> parker =
          waiter->parker;                                   // a copy: it may be parking on its own
      waiter->done.store(true, std::memory_order_release);  // `waiter` is gone from here on
      parker->unpark();
    }
  }
}

}  // namespace fairlead::storage
