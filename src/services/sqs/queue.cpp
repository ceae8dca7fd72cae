// The order of a queue in memory, and what of it is read from the store.
#include "services/sqs/queue.h"

#include <algorithm>

#include "base/arn.h"
#include "services/sqs/errors.h"
#include "storage/keys.h"

namespace fairlead::sqs {

namespace {

using storage::Family;

constexpr std::uint64_t kPerMillisecond = 10'000;
constexpr std::int64_t kPurgeEveryMs = 60'000;
constexpr std::string_view kMessages = "sqs/message/", kDeliveries = "sqs/delivery/";

std::optional<MessageNumber> number_of_key(std::string_view key, std::string_view prefix) {
  storage::KeyReader reader(key, prefix);
  reader.number();
  return reader.number();
}

std::optional<Delivery> decode_delivery(std::string_view bytes) {
  storage::KeyReader reader(bytes, "");
  const auto visible = reader.number(), first = reader.number(), receives = reader.number();
  if (!visible || !first || !receives) return std::nullopt;
  return Delivery{static_cast<std::int64_t>(*visible), static_cast<std::int64_t>(*first),
                  static_cast<std::uint32_t>(*receives)};
}

}  // namespace

MessageNumber number_at(std::int64_t now_ms) {
  return now_ms <= 0 ? 0 : static_cast<MessageNumber>(now_ms) * kPerMillisecond;
}

std::string message_prefix(std::uint64_t queue) {
  return storage::KeyWriter(kMessages).number(queue).take();
}
std::string message_key(std::uint64_t queue, MessageNumber number) {
  return storage::KeyWriter(kMessages).number(queue).number(number).take();
}
std::string delivery_prefix(std::uint64_t queue) {
  return storage::KeyWriter(kDeliveries).number(queue).take();
}
std::string delivery_key(std::uint64_t queue, MessageNumber number) {
  return storage::KeyWriter(kDeliveries).number(queue).number(number).take();
}

std::string encode_delivery(const Delivery& delivery) {
  return storage::KeyWriter("")
      .number(static_cast<std::uint64_t>(delivery.visible_ms))
      .number(static_cast<std::uint64_t>(delivery.first_received_ms))
      .number(delivery.receives)
      .take();
}

Queue::Queue(QueueFacts facts, Settings settings)
    : facts_(std::move(facts)), settings_(std::make_shared<const Settings>(std::move(settings))) {}

std::string Queue::arn() const {
  return format_arn("sqs", facts_.region, facts_.account, facts_.name);
}

SettingsPointer Queue::settings() const {
  std::lock_guard lock(mutex_);
  return settings_;
}

void Queue::change_settings(Settings settings) {
  auto changed = std::make_shared<const Settings>(std::move(settings));
  std::lock_guard lock(mutex_);
  settings_ = std::move(changed);
}

Status Queue::load(const storage::Snapshot& store) {
  std::lock_guard lock(mutex_);
  if (loaded_) return {};
  const std::string messages = message_prefix(facts_.number);
  auto cursor = store.range(Family::kMeta, messages, storage::after_prefix(messages));
  for (; cursor->valid(); cursor->next()) {
    const auto number = number_of_key(cursor->key(), kMessages);
    if (!number) return message_damaged();
    messages_[*number].visible_ms = static_cast<std::int64_t>(*number / kPerMillisecond);
    last_ = *number;
  }
  TRY(cursor->status());
  const std::string deliveries = delivery_prefix(facts_.number);
  cursor = store.range(Family::kMeta, deliveries, storage::after_prefix(deliveries));
  for (; cursor->valid(); cursor->next()) {
    const auto number = number_of_key(cursor->key(), kDeliveries);
    const auto delivery = decode_delivery(cursor->value());
    if (!number || !delivery) return message_damaged();
    auto found = messages_.find(*number);
    if (found != messages_.end()) found->second = *delivery;
  }
  TRY(cursor->status());
  for (const auto& [number, delivery] : messages_) due_.emplace(delivery.visible_ms, number);
  loaded_ = true;
  return {};
}

std::optional<MessageNumber> Queue::reserve(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  if (messages_.size() >= kMaxMessages) return std::nullopt;
  return last_ = std::max(last_ + 1, number_at(now_ms));
}

MessageNumber Queue::skip(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  return last_ = std::max(last_ + 1, number_at(now_ms));
}

void Queue::wake(std::unique_lock<std::mutex> lock) {
  Waiters woken;
  woken.swap(waiters_);
  lock.unlock();
  for (auto& [id, future] : woken) future.set(true);
}

void Queue::add(MessageNumber number, const Delivery& delivery) {
  std::unique_lock lock(mutex_);
  messages_[number] = delivery;
  due_.emplace(delivery.visible_ms, number);
  wake(std::move(lock));
}

void Queue::forget(std::map<MessageNumber, Delivery>::iterator message) {
  due_.erase({message->second.visible_ms, message->first});
  messages_.erase(message);
}

void Queue::remove(MessageNumber number) {
  std::lock_guard lock(mutex_);
  auto found = messages_.find(number);
  if (found != messages_.end()) forget(found);
}

void Queue::remove_before(MessageNumber number) {
  std::lock_guard lock(mutex_);
  while (!messages_.empty() && messages_.begin()->first < number) forget(messages_.begin());
}

std::vector<Queue::Lease> Queue::lease(std::size_t most, std::int64_t visibility_ms,
                                       std::int64_t now_ms) {
  std::vector<Lease> leases;
  std::lock_guard lock(mutex_);
  while (leases.size() < most && !due_.empty() && due_.begin()->first <= now_ms) {
    const MessageNumber number = due_.begin()->second;
    due_.erase(due_.begin());
    Delivery& delivery = messages_[number];
    ++delivery.receives;
    if (delivery.first_received_ms == 0) delivery.first_received_ms = now_ms;
    delivery.visible_ms = now_ms + visibility_ms;
    leases.push_back({number, delivery});
  }
  // Afterwards: with a visibility of 0 they would be found again at once.
  for (const Lease& lease : leases) due_.emplace(lease.delivery.visible_ms, lease.number);
  return leases;
}

std::optional<Delivery> Queue::find(MessageNumber number) const {
  std::lock_guard lock(mutex_);
  auto found = messages_.find(number);
  if (found == messages_.end()) return std::nullopt;
  return found->second;
}

void Queue::set_delivery(MessageNumber number, const Delivery& delivery) {
  std::unique_lock lock(mutex_);
  auto found = messages_.find(number);
  if (found == messages_.end()) return;
  due_.erase({found->second.visible_ms, number});
  found->second = delivery;
  due_.emplace(delivery.visible_ms, number);
  wake(std::move(lock));  // it may be visible sooner than anyone waits for
}

bool Queue::wait(std::int64_t now_ms, std::int64_t deadline_ms) {
  const std::int64_t from_ms = parking_now_ms();
  if (from_ms >= deadline_ms) return false;
  Future<bool> woken;
  std::uint64_t id = 0;
  std::int64_t until_ms = deadline_ms;
  {
    std::lock_guard lock(mutex_);
    if (closed_ || no_waits_) return false;
    if (!due_.empty()) {
      const std::int64_t due_in_ms = due_.begin()->first - now_ms;
      if (due_in_ms <= 0) return true;
      until_ms = std::min(until_ms, from_ms + due_in_ms);
    }
    id = next_waiter_++;
    waiters_.emplace_back(id, woken);
  }
  const bool told = woken.get_until(until_ms).has_value();
  std::lock_guard lock(mutex_);
  if (!told) std::erase_if(waiters_, [&](const auto& waiter) { return waiter.first == id; });
  return !closed_ && !no_waits_ && (told || until_ms < deadline_ms);
}

Queue::Counts Queue::counts(std::int64_t now_ms) const {
  std::lock_guard lock(mutex_);
  Counts counts;
  for (auto at = due_.lower_bound({now_ms + 1, 0}); at != due_.end(); ++at) {
    ++(messages_.at(at->second).receives > 0 ? counts.in_flight : counts.delayed);
  }
  counts.visible = messages_.size() - counts.in_flight - counts.delayed;
  return counts;
}

void Queue::end_waits() {
  std::unique_lock lock(mutex_);
  no_waits_ = true;
  wake(std::move(lock));
}

void Queue::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  wake(std::move(lock));
}

bool Queue::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

bool Queue::may_purge(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  if (now_ms - purged_ms_ < kPurgeEveryMs) return false;
  purged_ms_ = now_ms;
  return true;
}

}  // namespace fairlead::sqs
