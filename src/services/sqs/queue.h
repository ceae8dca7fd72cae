// Queue: which messages a queue has, which of them are visible, and who waits for one. Bodies are
// in the store only; here is what has to be found in a moment.
//
// Whoever changes something commits it first and tells the Queue afterwards, except for leases:
// they are taken here first so that nobody else takes the same message, and written then.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/park.h"
#include "services/sqs/settings.h"
#include "storage/store.h"

namespace fairlead::sqs {

// Grows with the wall clock, so that age is a range, and is never used again in its queue.
using MessageNumber = std::uint64_t;
MessageNumber number_at(std::int64_t now_ms);

struct QueueFacts {
  std::string account, region, name;
  std::uint64_t number = 0;  // in storage keys; a queue made anew gets another
  std::int64_t created_ms = 0;
};

struct Delivery {  // how it went with one message so far
  std::int64_t visible_ms = 0;
  std::int64_t first_received_ms = 0;
  std::uint32_t receives = 0;  // also tells one receipt handle from another
};

std::string message_prefix(std::uint64_t queue);  // messages by number
std::string message_key(std::uint64_t queue, MessageNumber number);
std::string delivery_prefix(std::uint64_t queue);  // deliveries of messages that had any, or wait
std::string delivery_key(std::uint64_t queue, MessageNumber number);
std::string encode_delivery(const Delivery& delivery);

class Queue {
 public:
  static constexpr std::size_t kMaxMessages = 1'000'000;

  Queue(QueueFacts facts, Settings settings);

  const QueueFacts& facts() const { return facts_; }
  std::string arn() const;
  SettingsPointer settings() const;
  void change_settings(Settings settings);

  // What the store has of it; once, before anything below.
  Status load(const storage::Snapshot& store);

  // Empty when the queue is full.
  std::optional<MessageNumber> reserve(std::int64_t now_ms);
  MessageNumber skip(std::int64_t now_ms);  // later than all before it, earlier than all to come
  void add(MessageNumber number, const Delivery& delivery);  // it is durable
  void remove(MessageNumber number);
  void remove_before(MessageNumber number);

  struct Lease {
    MessageNumber number;
    Delivery delivery;
  };
  // Up to `most` visible messages, the longest visible first; invisible from now on for
  // `visibility_ms`.
  std::vector<Lease> lease(std::size_t most, std::int64_t visibility_ms, std::int64_t now_ms);
  std::optional<Delivery> find(MessageNumber number) const;
  void set_delivery(MessageNumber number, const Delivery& delivery);

  // Parks until there may be a visible message, at most until `deadline_ms` (monotonic).
  // False when it passed, when the queue is gone or when waiting is over.
  bool wait(std::int64_t now_ms, std::int64_t deadline_ms);

  struct Counts {
    std::size_t visible = 0, in_flight = 0, delayed = 0;
  };
  Counts counts(std::int64_t now_ms) const;

  void end_waits();  // for good: the server ends
  void close();      // deleted: waiters go home
  bool closed() const;
  // False when the last purge was less than a minute ago.
  bool may_purge(std::int64_t now_ms);

 private:
  using Due = std::pair<std::int64_t, MessageNumber>;
  using Waiters = std::vector<std::pair<std::uint64_t, Future<bool>>>;
  void wake(std::unique_lock<std::mutex> lock);
  void forget(std::map<MessageNumber, Delivery>::iterator message);

  const QueueFacts facts_;
  mutable std::mutex mutex_;  // never held across a wait (reading the store is none)
  SettingsPointer settings_;
  bool loaded_ = false, closed_ = false, no_waits_ = false;
  MessageNumber last_ = 0;
  std::map<MessageNumber, Delivery> messages_;
  std::set<Due> due_;  // every message by when it is visible
  std::int64_t purged_ms_ = INT64_MIN / 2;
  Waiters waiters_;
  std::uint64_t next_waiter_ = 0;
};
using QueuePointer = std::shared_ptr<Queue>;

}  // namespace fairlead::sqs
