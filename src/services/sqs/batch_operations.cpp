// The batches: up to ten entries, each of which succeeds or fails on its own.
#include <algorithm>
#include <set>

#include "services/sqs/errors.h"
#include "services/sqs/message_operations.h"

namespace fairlead::sqs {

namespace {

constexpr std::size_t kMaxEntries = 10;

bool is_entry_id(const std::string& id) {
  if (id.empty() || id.size() > 80) return false;
  return std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

// What makes the whole batch fail.
Status check_entries(const Json& entries, std::string_view entry_type) {
  if (entries.empty()) return empty_batch(entry_type);
  if (entries.size() > kMaxEntries) return too_many_entries(entries.size());
  std::set<std::string> seen;
  for (const Json& entry : entries.items()) {
    const std::string id = entry["Id"].string_or("");
    if (!is_entry_id(id)) return bad_batch_id();
    if (!seen.insert(id).second) return batch_ids_not_distinct(id);
  }
  return {};
}

class BatchReply {
 public:
  void succeed(const Json& entry, Json reply = Json::object()) {
    reply.set("Id", entry["Id"]);
    successful_.push_back(std::move(reply));
  }
  void fail(const Json& entry, const Error& error) {
    const ErrorCode& code = *error.code;
    failed_.push_back(Json::object({{"Id", entry["Id"]},
                                    {"SenderFault", code.http_status < 500},
                                    {"Code", code.wire_code ? code.wire_code : code.name},
                                    {"Message", error.message}}));
  }
  Json take() {
    Json reply = Json::object({{"Successful", std::move(successful_)}});
    if (!failed_.empty()) reply.set("Failed", std::move(failed_));
    return reply;
  }

 private:
  Json successful_ = Json::array(), failed_ = Json::array();
};

Result<Json> each_entry(Sqs& service, Context& cx, const Json& input, std::string_view entry_type,
                        Status (*work)(Sqs&, Queue&, const Json&)) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  TRY(check_entries(input["Entries"], entry_type));
  BatchReply reply;
  for (const Json& entry : input["Entries"].items()) {
    const Status done = work(service, *queue, entry);
    if (done.ok()) {
      reply.succeed(entry);
    } else {
      reply.fail(entry, done.error());
    }
  }
  return reply.take();
}

}  // namespace

Result<Json> send_message_batch(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  const Json& entries = input["Entries"];
  TRY(check_entries(entries, "SendMessageBatchRequestEntry"));
  BatchReply reply;
  Sending sending(service, queue);
  std::size_t bytes = 0;
  for (const Json& entry : entries.items()) {
    const auto outgoing = read_outgoing(cx, *queue, entry);
    if (!outgoing.ok()) {
      reply.fail(entry, outgoing.error());
      continue;
    }
    bytes += size_of(outgoing->message);
    const Status added = sending.add(outgoing->message, outgoing->delay_s);
    if (added.ok()) {
      reply.succeed(entry, sent_reply(outgoing->message));
    } else {
      reply.fail(entry, added.error());
    }
  }
  if (bytes > static_cast<std::size_t>(kMaxMessageBytes)) return batch_too_long(bytes);
  TRY(sending.commit());
  return reply.take();
}

Result<Json> delete_message_batch(Sqs& service, Context& cx, const Json& input) {
  return each_entry(service, cx, input, "DeleteMessageBatchRequestEntry",
                    [](Sqs& sqs, Queue& queue, const Json& entry) {
                      return remove(sqs, queue, entry["ReceiptHandle"].string_or(""));
                    });
}

Result<Json> change_message_visibility_batch(Sqs& service, Context& cx, const Json& input) {
  return each_entry(service, cx, input, "ChangeMessageVisibilityBatchRequestEntry",
                    change_one_visibility);
}

}  // namespace fairlead::sqs
