// Ranges of sequence numbers, up to what every writer has decided.
#include "services/dynamodb/stream_pages.h"

#include <algorithm>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/stream_keys.h"
#include "services/dynamodb/stream_record.h"

namespace fairlead::dynamodb {

Sequence oldest_kept(std::int64_t now_ms) { return sequence_at(now_ms - kStreamRetentionMs); }

Result<bool> is_trimmed(const storage::Snapshot& store, const Stream& stream, Sequence after,
                        std::int64_t now_ms) {
  const Sequence oldest = oldest_kept(now_ms);
  if (after == 0 || after >= oldest) return false;
  if (after < stream.trimmed_through) return true;
  const std::uint64_t number = stream.facts().number;
  auto missed = store.range(storage::Family::kStreams, stream_record_key(number, after + 1),
                            stream_record_key(number, oldest));
  if (missed->valid()) return true;
  TRY(missed->status());
  return false;
}

Result<StreamPage> read_stream(const storage::Snapshot& store, const Stream& stream, Sequence after,
                               std::size_t limit, std::int64_t now_ms) {
  // Closed first: what is visible after that is all there will be.
  const bool closed = stream.closed();
  const Sequence visible = stream.visible();
  const std::uint64_t number = stream.facts().number;
  StreamPage page;
  page.next = std::max(after, visible);
  page.at_end = closed;
  const Sequence from = std::max(after + 1, oldest_kept(now_ms));
  if (from > visible) return page;
  auto cursor = store.range(storage::Family::kStreams, stream_record_key(number, from),
                            stream_record_key(number, visible + 1));
  std::size_t bytes = 0;
  for (; cursor->valid(); cursor->next()) {
    bytes += cursor->value().size();
    if (page.entries.size() == limit || (!page.entries.empty() && bytes > kMaxPageBytes)) {
      page.next = page.entries.back().sequence;
      page.at_end = false;
      return page;
    }
    const auto sequence = sequence_of_key(cursor->key());
    if (!sequence) return item_damaged();
    StreamRecord record = TRY(decode_stream_record(cursor->value()));
    const std::int64_t created_ms = record.created_ms;
    page.entries.push_back(
        {*sequence, created_ms, stream_record_json(stream, *sequence, std::move(record))});
  }
  TRY(cursor->status());
  return page;
}

}  // namespace fairlead::dynamodb
