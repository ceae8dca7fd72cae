// The connections' documents and the map of the living.
#include "services/apigateway/connections.h"

#include "base/ids.h"
#include "base/log.h"
#include "services/apigateway/kinds.h"
#include "storage/documents.h"

namespace fairlead::apigateway {

Connections::Connections(storage::Store& store) : store_(store), process_(random_hex(16)) {}

Status Connections::remember(const ConnectionFacts& facts) {
  Json document = Json::object({{"process", process_},
                                {"connectionId", facts.connection_id},
                                {"apiId", facts.api_id},
                                {"stage", facts.stage},
                                {"domainName", facts.domain_name},
                                {"sourceIp", facts.source_ip},
                                {"userAgent", facts.user_agent},
                                {"connectedAt", facts.connected_at_ms}});
  Json identity = facts.identity.document();
  if (!identity.is_null()) document.set("identity", std::move(identity));
  storage::Batch batch;
  storage::put_document(batch, connection_key(facts.connection_id), document);
  return store_.commit(std::move(batch));
}

Status Connections::forget(std::string_view connection_id) {
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, connection_key(connection_id));
  return store_.commit(std::move(batch));
}

Result<std::vector<ConnectionFacts>> Connections::survivors(std::size_t most) {
  std::vector<ConnectionFacts> left;
  storage::Batch unreadable;
  auto cursor = store_.range(storage::Family::kMeta, kConnectionsPrefix,
                             storage::after_prefix(kConnectionsPrefix));
  for (; cursor->valid() && left.size() < most; cursor->next()) {
    const auto document = storage::decode_document(cursor->value());
    if (!document.ok()) {
      log_error("a connection's record is damaged and was dropped",
                {{"problem", document.error().message}});
      unreadable.erase(storage::Family::kMeta, std::string(cursor->key()));
      continue;
    }
    const Json& fields = document.value();
    if (fields["process"].string_or("") == process_) continue;
    left.push_back({fields["connectionId"].string_or(""), fields["apiId"].string_or(""),
                    fields["stage"].string_or(""), fields["domainName"].string_or(""),
                    fields["sourceIp"].string_or(""), fields["userAgent"].string_or(""),
                    fields["connectedAt"].int_or(0),
                    ClientIdentity::of_document(fields["identity"])});
  }
  TRY(cursor->status());
  if (!unreadable.empty()) TRY(store_.commit(std::move(unreadable)));
  return left;
}

Connections::Shard& Connections::shard_of(std::string_view connection_id) {
  return shards_[std::hash<std::string_view>()(connection_id) % shards_.size()];
}
const Connections::Shard& Connections::shard_of(std::string_view connection_id) const {
  return shards_[std::hash<std::string_view>()(connection_id) % shards_.size()];
}

void Connections::enter(std::shared_ptr<const ConnectionFacts> facts) {
  Shard& shard = shard_of(facts->connection_id);
  const std::lock_guard hold(shard.mutex);
  const std::string_view key = facts->connection_id;
  shard.in.emplace(key, std::move(facts));
}

bool Connections::leave(std::string_view connection_id) {
  Shard& shard = shard_of(connection_id);
  std::shared_ptr<const ConnectionFacts> last;  // outlives the map's key and the lock
  const std::lock_guard hold(shard.mutex);
  const auto found = shard.in.find(connection_id);
  if (found == shard.in.end()) return false;
  last = std::move(found->second);
  shard.in.erase(found);
  return true;
}

std::shared_ptr<const ConnectionFacts> Connections::find(std::string_view connection_id) const {
  const Shard& shard = shard_of(connection_id);
  const std::lock_guard hold(shard.mutex);
  const auto found = shard.in.find(connection_id);
  return found == shard.in.end() ? nullptr : found->second;
}

std::vector<std::string> Connections::connected_to(std::string_view api_id,
                                                   std::string_view stage) const {
  std::vector<std::string> ids;
  for (const Shard& shard : shards_) {
    const std::lock_guard hold(shard.mutex);
    for (const auto& [id, facts] : shard.in) {
      if (facts->api_id == api_id && (stage.empty() || facts->stage == stage)) ids.emplace_back(id);
    }
  }
  return ids;
}

}  // namespace fairlead::apigateway
