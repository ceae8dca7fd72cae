// Erasing what retention lets go: stream by stream, a bounded number of rows in each turn.
#include "base/log.h"
#include "services/logs/blocks.h"
#include "services/logs/logs.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kRowsEachTurn = 20'000;

// Blocks that begin before `oldest_ms` less a block's span hold nothing that is still shown.
Status trim(Logs& logs, const Json& group, const std::string& name, std::int64_t oldest_ms,
            std::size_t& rows) {
  const auto lock = logs.locks().lock(stream_key(id_of(group), name));
  auto found = TRY(storage::get_document(logs.store(), stream_key(id_of(group), name)));
  if (!found) return {};
  Json stream = std::move(*found);
  const std::string prefix = events_prefix(id_of(group), id_of(stream));
  std::string end = block_key(id_of(group), id_of(stream), {oldest_ms - kBlockSpanMs, 0});
  std::int64_t bytes = 0;
  std::size_t trimmed = 0;
  std::vector<Event> events;
  for (auto cursor = logs.store().range(storage::Family::kLogs, prefix, end); cursor->valid();
       cursor->next()) {
    if (rows == 0) {
      end = cursor->key();
      break;
    }
    --rows;
    ++trimmed;
    events.clear();
    TRY(read_block(cursor->key(), cursor->value(), events));
    for (const Event& event : events) {
      bytes += static_cast<std::int64_t>(event.message.size() + kEventOverhead);
    }
  }
  if (trimmed == 0) return {};
  storage::Batch batch;
  batch.erase_range(storage::Family::kLogs, prefix, end);
  TRY(logs.meters().add(logs.store(), batch, id_of(group), -bytes));
  if (rows > 0) stream.set("trimmed_ms", oldest_ms);
  storage::put_document(batch, stream_key(id_of(group), name), stream);
  return logs.store().commit(std::move(batch));
}

bool has_something_old(const Json& stream, std::int64_t oldest_ms) {
  const std::int64_t first_ms = stream["first_ms"].int_or(INT64_MAX);
  const std::int64_t trimmed_ms = stream["trimmed_ms"].int_or(0);
  return first_ms < oldest_ms - kBlockSpanMs &&
         stream["last_ms"].int_or(0) >= trimmed_ms - kBlockSpanMs;
}

}  // namespace

Status Logs::sweep() {
  std::size_t rows = kRowsEachTurn;
  for (const auto& [key, group] : TRY(storage::list_documents(store_, kAllGroups))) {
    if (!group.has("retention")) continue;
    const std::int64_t oldest_ms = oldest_kept_ms(group, clock_.now_ms());
    for (const auto& [at, stream] :
         TRY(storage::list_documents(store_, streams_prefix(id_of(group))))) {
      if (rows == 0) return {};
      if (!has_something_old(stream, oldest_ms)) continue;
      TRY(trim(*this, group, stream["name"].string_or(""), oldest_ms, rows));
    }
  }
  return {};
}

}  // namespace fairlead::logs
