// Records of queues.
#include "services/sqs/queues.h"

#include "base/arn.h"
#include "services/sqs/errors.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::sqs {

namespace {

using storage::Family;

constexpr std::string_view kPrefix = "sqs/queue/";

std::string place(const std::string& account, const std::string& region, const std::string& name) {
  return storage::KeyWriter(kPrefix).text(account).text(region).text(name).take();
}

std::string place(const QueueFacts& facts) {
  return place(facts.account, facts.region, facts.name);
}

Json queue_document(const QueueFacts& facts, const Settings& settings) {
  return Json::object({{"account", facts.account},
                       {"region", facts.region},
                       {"name", facts.name},
                       {"number", std::to_string(facts.number)},
                       {"created_ms", facts.created_ms},
                       {"modified_ms", settings.modified_ms},
                       {"attributes", settings.attributes},
                       {"tags", settings.tags}});
}

Result<QueuePointer> read_queue(const Json& document) {
  QueueFacts facts;
  facts.account = document["account"].string_or("");
  facts.region = document["region"].string_or("");
  facts.name = document["name"].string_or("");
  facts.number = std::stoull(document["number"].string_or("0"));
  facts.created_ms = document["created_ms"].int_or(0);
  Settings settings;
  TRY(apply_attributes(document["attributes"], settings));
  settings.tags = document["tags"];
  settings.modified_ms = document["modified_ms"].int_or(0);
  return std::make_shared<Queue>(std::move(facts), std::move(settings));
}

}  // namespace

Status Queues::load() {
  std::lock_guard lock(mutex_);
  if (loaded_) return {};
  for (auto& [key, document] : TRY(storage::list_documents(store_, kPrefix))) {
    QueuePointer queue = TRY(read_queue(document));
    if (ending_) queue->end_waits();
    queues_[key] = std::move(queue);
  }
  loaded_ = true;
  return {};
}

Result<QueuePointer> Queues::find(const std::string& account, const std::string& region,
                                  const std::string& name) {
  TRY(load());
  QueuePointer queue;
  {
    std::lock_guard lock(mutex_);
    auto found = queues_.find(place(account, region, name));
    if (found == queues_.end()) return QueuePointer();
    queue = found->second;
  }
  TRY(queue->load(store_));
  return queue;
}

Result<QueuePointer> Queues::find_arn(const std::string& arn) {
  const auto parsed = parse_arn(arn);
  if (!parsed || parsed->service != "sqs") return QueuePointer();
  return find(parsed->account, parsed->region, parsed->resource);
}

Result<std::vector<QueuePointer>> Queues::list(const std::string& account,
                                               const std::string& region,
                                               const std::string& prefix) {
  TRY(load());
  const std::string from = storage::KeyWriter(kPrefix).text(account).text(region).take();
  std::vector<QueuePointer> found;
  std::lock_guard lock(mutex_);
  for (auto at = queues_.lower_bound(from); at != queues_.end(); ++at) {
    if (!at->first.starts_with(from)) break;
    if (at->second->facts().name.starts_with(prefix)) found.push_back(at->second);
  }
  return found;
}

Result<std::vector<QueuePointer>> Queues::all() {
  TRY(load());
  std::vector<QueuePointer> found;
  std::lock_guard lock(mutex_);
  for (const auto& [key, queue] : queues_) found.push_back(queue);
  return found;
}

Result<QueuePointer> Queues::create(QueueFacts facts, Settings settings,
                                    const std::function<Status(const Queue&)>& check) {
  const std::string key = place(facts);
  auto guard = locks_.lock(key);
  if (QueuePointer there = TRY(find(facts.account, facts.region, facts.name))) {
    TRY(check(*there));
    return there;
  }
  storage::Batch batch;
  storage::put_document(batch, key, queue_document(facts, settings));
  TRY(store_.commit(std::move(batch)));
  auto queue = std::make_shared<Queue>(std::move(facts), std::move(settings));
  TRY(queue->load(store_));
  std::lock_guard lock(mutex_);
  if (ending_) queue->end_waits();
  queues_[key] = queue;
  return queue;
}

Status Queues::change(Queue& queue, const std::function<Status(Settings&)>& changer) {
  const std::string key = place(queue.facts());
  auto guard = locks_.lock(key);
  if (queue.closed()) return no_such_queue();
  Settings next = *queue.settings();
  TRY(changer(next));
  storage::Batch batch;
  storage::put_document(batch, key, queue_document(queue.facts(), next));
  TRY(store_.commit(std::move(batch)));
  queue.change_settings(std::move(next));
  return {};
}

Status Queues::erase(Queue& queue) {
  const std::string key = place(queue.facts());
  auto guard = locks_.lock(key);
  if (queue.closed()) return no_such_queue();
  storage::Batch batch;
  batch.erase(Family::kMeta, key);
  for (const std::string& prefix :
       {message_prefix(queue.facts().number), delivery_prefix(queue.facts().number)}) {
    batch.erase_range(Family::kMeta, prefix, storage::after_prefix(prefix));
  }
  TRY(store_.commit(std::move(batch)));
  queue.close();
  std::lock_guard lock(mutex_);
  queues_.erase(key);
  return {};
}

void Queues::end_waits() {
  std::lock_guard lock(mutex_);
  ending_ = true;
  for (const auto& [key, queue] : queues_) queue->end_waits();
}

}  // namespace fairlead::sqs
