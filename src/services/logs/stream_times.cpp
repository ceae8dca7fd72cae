// Loading happens under the mutex: a commit that the loading read does not see is noted after it.
#include "services/logs/stream_times.h"

#include "services/logs/events.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {
constexpr std::size_t kMaxStreams = 200'000;
}

Result<std::vector<StreamRef>> StreamTimes::since(const storage::Snapshot& store,
                                                  std::uint64_t group_id, const std::string& prefix,
                                                  std::int64_t from_ms) {
  std::lock_guard lock(mutex_);
  auto group = groups_.find(group_id);
  if (group == groups_.end()) {
    Streams streams;
    const Json owner = Json::object({{"id", static_cast<std::int64_t>(group_id)}});
    for (const auto& [key, stream] :
         TRY(storage::list_documents(store, streams_prefix(group_id)))) {
      streams.emplace(stream["name"].string_or(""), stream_ref(owner, stream));
    }
    if (count_ + streams.size() > kMaxStreams) {
      groups_.clear();
      count_ = 0;
    }
    count_ += streams.size();
    group = groups_.emplace(group_id, std::move(streams)).first;
  }
  std::vector<StreamRef> found;
  for (auto stream = group->second.lower_bound(prefix);
       stream != group->second.end() && stream->first.starts_with(prefix); ++stream) {
    if (stream->second.last_ms >= from_ms) found.push_back(stream->second);
  }
  return found;
}

void StreamTimes::note(StreamRef stream) {
  std::lock_guard lock(mutex_);
  const auto group = groups_.find(stream.group_id);
  if (group == groups_.end()) return;
  std::string name = stream.name;
  count_ += group->second.insert_or_assign(std::move(name), std::move(stream)).second;
}

void StreamTimes::forget(std::uint64_t group_id, const std::string& stream) {
  std::lock_guard lock(mutex_);
  const auto group = groups_.find(group_id);
  if (group != groups_.end()) count_ -= group->second.erase(stream);
}

void StreamTimes::forget(std::uint64_t group_id) {
  std::lock_guard lock(mutex_);
  const auto group = groups_.find(group_id);
  if (group == groups_.end()) return;
  count_ -= group->second.size();
  groups_.erase(group);
}

}  // namespace fairlead::logs
