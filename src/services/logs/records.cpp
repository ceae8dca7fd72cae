// Keys and bytes of log records (docs/formats/keys-logs.md).
#include "services/logs/records.h"

#include <cstring>

#include "base/arn.h"
#include "services/logs/errors.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::logs {

using storage::KeyWriter;

namespace {

constexpr char kEventFormat = 1;
constexpr std::size_t kKeyTail = 8 + 8;    // time, sequence
constexpr std::size_t kValueHead = 1 + 8;  // format, ingestion time

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t n = 0;
  for (const char c : bytes.substr(0, 8)) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}

}  // namespace

std::string groups_prefix(const std::string& account, const std::string& region) {
  return KeyWriter("logs/group/").text(account).text(region).take();
}

std::string group_key(const std::string& account, const std::string& region,
                      const std::string& name) {
  return KeyWriter("logs/group/").text(account).text(region).text(name).take();
}

std::string streams_prefix(std::uint64_t group_id) {
  return KeyWriter("logs/stream/").number(group_id).take();
}

std::string stream_key(std::uint64_t group_id, const std::string& name) {
  return KeyWriter("logs/stream/").number(group_id).text(name).take();
}

std::uint64_t id_of(const Json& document) {
  return static_cast<std::uint64_t>(document["id"].int_or(0));
}

std::string group_arn(const std::string& account, const std::string& region,
                      const std::string& name) {
  return format_arn("logs", region, account, "log-group:" + name);
}

Result<Json> require_group(Logs& logs, const platform::Context& cx, const std::string& name) {
  auto group = TRY(storage::get_document(logs.store(), group_key(cx.account, cx.region, name)));
  if (!group) return no_such_group();
  return std::move(*group);
}

Result<Json> require_stream(Logs& logs, const Json& group, const std::string& name) {
  auto stream = TRY(storage::get_document(logs.store(), stream_key(id_of(group), name)));
  if (!stream) return no_such_stream();
  return std::move(*stream);
}

std::string events_of_group(std::uint64_t group_id) {
  return KeyWriter("").number(group_id).take();
}

std::string events_prefix(std::uint64_t group_id, std::uint64_t stream_id) {
  return KeyWriter("").number(group_id).number(stream_id).take();
}

std::string events_from(std::uint64_t group_id, std::uint64_t stream_id, std::int64_t time_ms) {
  const std::uint64_t from = time_ms < 0 ? 0 : static_cast<std::uint64_t>(time_ms);
  return KeyWriter("").number(group_id).number(stream_id).number(from).take();
}

void put_event(storage::Batch& batch, std::uint64_t group_id, std::uint64_t stream_id,
               const Event& event) {
  std::string key = KeyWriter("")
                        .number(group_id)
                        .number(stream_id)
                        .number(static_cast<std::uint64_t>(event.time_ms))
                        .number(event.sequence)
                        .take();
  std::string value(1, kEventFormat);
  value += KeyWriter("").number(static_cast<std::uint64_t>(event.ingested_ms)).take();
  value += event.message;
  batch.put(storage::Family::kLogs, std::move(key), std::move(value));
}

Result<Event> read_event(std::string_view key, std::string_view value) {
  if (key.size() != 16 + kKeyTail || value.size() < kValueHead || value[0] != kEventFormat) {
    return Error{&storage::kStoreDamaged, "A log event in the store is damaged.", {}};
  }
  Event event;
  event.time_ms = static_cast<std::int64_t>(big_endian(key.substr(16)));
  event.sequence = big_endian(key.substr(24));
  event.ingested_ms = static_cast<std::int64_t>(big_endian(value.substr(1)));
  event.message = value.substr(kValueHead);
  return event;
}

}  // namespace fairlead::logs
