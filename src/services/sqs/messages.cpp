// Leases are taken in memory, written, and then answered; a message that is moved to its
// dead-letter queue leaves one and enters the other in one batch.
#include "services/sqs/messages.h"

#include <algorithm>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/log.h"
#include "services/sqs/errors.h"
#include "storage/keys.h"

namespace fairlead::sqs {

namespace {

using storage::Family;

constexpr std::string_view kReceiptVersion = "\x01";

// The queue that gets what was received too often; null when there is none (any more).
Result<QueuePointer> dead_letters_of(Sqs& service, const Queue& queue, const Settings& settings) {
  if (settings.dead_letter_arn.empty() || settings.dead_letter_arn == queue.arn()) {
    return QueuePointer();
  }
  return service.queues().find_arn(settings.dead_letter_arn);
}

// What becomes of one set of leases.
class Taking {
 public:
  Taking(Sqs& service, const QueuePointer& queue) : service_(service), queue_(queue) {}

  Status take(const std::vector<Queue::Lease>& leases) {
    const SettingsPointer settings = queue_->settings();
    const QueuePointer dead = TRY(dead_letters_of(service_, *queue_, *settings));
    for (const Queue::Lease& lease : leases) {
      const std::string key = message_key(queue_->facts().number, lease.number);
      const auto bytes = TRY(service_.store().get(Family::kMeta, key));
      if (!bytes) {  // deleted meanwhile
        queue_->remove(lease.number);
        continue;
      }
      auto decoded = decode_message(*bytes);
      if (!decoded.ok()) {  // out of sight for half a day, so that the others are received
        Delivery later = lease.delivery;
        later.visible_ms += kMaxVisibilityS * 1000;
        queue_->set_delivery(lease.number, later);
        log_error("a stored message is damaged",
                  {{"queue", queue_->facts().name}, {"error", decoded.error().message}});
        continue;
      }
      Message& message = *decoded;
      const bool too_often = dead && lease.delivery.receives > settings->max_receives;
      if (too_often && move(lease.number, message, *dead)) continue;
      batch_.put(Family::kMeta, delivery_key(queue_->facts().number, lease.number),
                 encode_delivery(lease.delivery));
      const Receipt receipt{lease.number, lease.delivery.receives};
      received_.push_back({std::move(message), lease.delivery, write_receipt(*queue_, receipt)});
    }
    if (!batch_.empty()) TRY(service_.store().commit(std::move(batch_)));
    for (const auto& [from, to] : moved_) {
      queue_->remove(from);
      dead->add(to.number, to.delivery);
    }
    return {};
  }

  std::vector<Received> received() { return std::move(received_); }

 private:
  // False when the dead-letter queue is full: then it is received once more.
  bool move(MessageNumber number, Message& message, Queue& dead) {
    const std::int64_t now_ms = service_.clock().now_ms();
    const auto next = dead.reserve(now_ms);
    if (!next) return false;
    message.source_arn = queue_->arn();
    batch_.put(Family::kMeta, message_key(dead.facts().number, *next), encode_message(message));
    batch_.erase(Family::kMeta, message_key(queue_->facts().number, number));
    batch_.erase(Family::kMeta, delivery_key(queue_->facts().number, number));
    moved_.push_back({number, Queue::Lease{*next, Delivery{now_ms, 0, 0}}});
    return true;
  }

  Sqs& service_;
  const QueuePointer& queue_;
  storage::Batch batch_;
  std::vector<Received> received_;
  std::vector<std::pair<MessageNumber, Queue::Lease>> moved_;
};

MessageNumber oldest_kept(const Queue& queue, std::int64_t now_ms) {
  return number_at(now_ms - queue.settings()->retention_s * 1000);
}

void erase_before(const Queue& queue, MessageNumber number, storage::Batch& batch) {
  const std::uint64_t id = queue.facts().number;
  batch.erase_range(Family::kMeta, message_prefix(id), message_key(id, number));
  batch.erase_range(Family::kMeta, delivery_prefix(id), delivery_key(id, number));
}

}  // namespace

Status Sending::add(const Message& message, std::int64_t delay_s) {
  const std::int64_t now_ms = service_.clock().now_ms();
  const auto number = queue_->reserve(now_ms);
  if (!number) return queue_is_full();
  const std::uint64_t id = queue_->facts().number;
  const Delivery delivery{now_ms + delay_s * 1000, 0, 0};
  Message sent = message;
  sent.sent_ms = now_ms;
  batch_.put(Family::kMeta, message_key(id, *number), encode_message(sent));
  if (delay_s > 0) {
    batch_.put(Family::kMeta, delivery_key(id, *number), encode_delivery(delivery));
  }
  added_.push_back({*number, delivery});
  return {};
}

Status Sending::commit() {
  if (added_.empty()) return {};
  TRY(service_.store().commit(std::move(batch_)));
  if (queue_->closed()) return no_such_queue();
  for (const Queue::Lease& each : added_) queue_->add(each.number, each.delivery);
  return {};
}

Result<std::vector<Received>> receive(Sqs& service, const QueuePointer& queue,
                                      const ReceiveOptions& options) {
  const std::int64_t deadline_ms = parking_now_ms() + options.wait_s * 1000;
  for (;;) {
    const std::int64_t now_ms = service.clock().now_ms();
    queue->remove_before(oldest_kept(*queue, now_ms));
    const auto leases = queue->lease(options.most, options.visibility_s * 1000, now_ms);
    if (!leases.empty()) {
      Taking taking(service, queue);
      TRY(taking.take(leases));
      auto received = taking.received();
      if (!received.empty()) return received;
      continue;  // all of them are dead letters, or deleted: there may be more
    }
    if (!queue->wait(now_ms, deadline_ms)) break;
  }
  if (queue->closed()) return no_such_queue();
  return std::vector<Received>();
}

std::string write_receipt(const Queue& queue, const Receipt& receipt) {
  const std::string body = storage::KeyWriter(kReceiptVersion)
                               .number(queue.facts().number)
                               .number(receipt.number)
                               .number(receipt.receives)
                               .take();
  return base64_encode(storage::KeyWriter(body).number(crc32c(body)).take());
}

std::optional<Receipt> read_receipt(const Queue& queue, std::string_view handle) {
  const auto whole = base64_decode(handle);
  if (!whole || whole->size() != kReceiptVersion.size() + 4 * 8) return std::nullopt;
  storage::KeyReader reader(*whole, kReceiptVersion);
  const auto id = reader.number(), number = reader.number(), receives = reader.number(),
             checksum = reader.number();
  if (!checksum || *checksum != crc32c(whole->substr(0, whole->size() - 8))) return std::nullopt;
  if (*id != queue.facts().number) return std::nullopt;
  return Receipt{*number, static_cast<std::uint32_t>(*receives)};
}

Status remove(Sqs& service, Queue& queue, const std::string& handle) {
  const auto receipt = read_receipt(queue, handle);
  if (!receipt) return bad_receipt_handle(handle);
  const auto delivery = queue.find(receipt->number);
  if (!delivery || delivery->receives != receipt->receives) return {};
  storage::Batch batch;
  batch.erase(Family::kMeta, message_key(queue.facts().number, receipt->number));
  batch.erase(Family::kMeta, delivery_key(queue.facts().number, receipt->number));
  TRY(service.store().commit(std::move(batch)));
  queue.remove(receipt->number);
  return {};
}

Status change_visibility(Sqs& service, Queue& queue, const std::string& handle,
                         std::int64_t visibility_s) {
  const auto receipt = read_receipt(queue, handle);
  if (!receipt) return bad_receipt_handle(handle);
  const std::int64_t now_ms = service.clock().now_ms();
  auto delivery = queue.find(receipt->number);
  if (!delivery || delivery->receives != receipt->receives || delivery->visible_ms <= now_ms) {
    return not_in_flight(handle);
  }
  delivery->visible_ms = now_ms + visibility_s * 1000;
  storage::Batch batch;
  batch.put(Family::kMeta, delivery_key(queue.facts().number, receipt->number),
            encode_delivery(*delivery));
  TRY(service.store().commit(std::move(batch)));
  queue.set_delivery(receipt->number, *delivery);
  return {};
}

Status purge(Sqs& service, Queue& queue) {
  const std::int64_t now_ms = service.clock().now_ms();
  if (!queue.may_purge(now_ms)) return purge_in_progress(queue.facts().name);
  const MessageNumber end = queue.skip(now_ms);
  storage::Batch batch;
  erase_before(queue, end, batch);
  TRY(service.store().commit(std::move(batch)));
  queue.remove_before(end);
  return {};
}

Status Sqs::sweep() {
  const std::int64_t now_ms = clock_.now_ms();
  for (const QueuePointer& queue : TRY(queues_.all())) {
    const MessageNumber end = oldest_kept(*queue, now_ms);
    const std::uint64_t id = queue->facts().number;
    const bool any =
        store_.range(Family::kMeta, message_prefix(id), message_key(id, end))->valid() ||
        store_.range(Family::kMeta, delivery_prefix(id), delivery_key(id, end))->valid();
    if (!any) continue;
    storage::Batch batch;
    erase_before(*queue, end, batch);
    TRY(store_.commit(std::move(batch)));
    queue->remove_before(end);
  }
  return {};
}

void Sqs::end_waits() { queues_.end_waits(); }

bool Sqs::takes(std::string_view arn) const { return arn.starts_with("arn:aws:sqs:"); }

Status Sqs::deliver(platform::Context& cx, platform::Delivery delivery) {
  const QueuePointer queue = TRY(queues_.find_arn(delivery.arn));
  if (!queue) return no_such_queue();
  Json input = Json::object({{"MessageBody", std::move(delivery.payload)}});
  Json attributes = Json::object();
  for (const platform::Attribute& attribute : delivery.attributes) {
    attributes.set(attribute.name,
                   Json::object({{"DataType", attribute.type}, {"StringValue", attribute.value}}));
  }
  if (!attributes.empty()) input.set("MessageAttributes", std::move(attributes));
  Message message = TRY(read_message(input));
  if (size_of(message) > static_cast<std::size_t>(queue->settings()->max_bytes)) {
    return message_too_long(queue->settings()->max_bytes);
  }
  message.sender = cx.caller.user_id.empty() ? cx.account : cx.caller.user_id;
  Sending sending(*this, queue);
  TRY(sending.add(message, queue->settings()->delay_s));
  return sending.commit();
}

}  // namespace fairlead::sqs
