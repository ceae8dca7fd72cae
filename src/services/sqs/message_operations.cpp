// SendMessage, ReceiveMessage, DeleteMessage and ChangeMessageVisibility.
#include "services/sqs/message_operations.h"

#include "services/sqs/errors.h"

namespace fairlead::sqs {

namespace {

Result<std::int64_t> read_bounded(const Json& input, const char* name, std::int64_t fallback,
                                  std::int64_t least, std::int64_t most, const char* reason) {
  const std::int64_t value = input[name].int_or(fallback);
  if (value < least || value > most) return bad_parameter(std::to_string(value), name, reason);
  return value;
}

// The system attributes that were asked for, by the old name of the parameter or the new one.
Json system_attributes(const Received& received, const Json& input) {
  const Message& message = received.message;
  Json all = Json::object(
      {{"SenderId", message.sender},
       {"ApproximateFirstReceiveTimestamp", std::to_string(received.delivery.first_received_ms)},
       {"ApproximateReceiveCount", std::to_string(received.delivery.receives)},
       {"SentTimestamp", std::to_string(message.sent_ms)}});
  const Json& trace = message.system_attributes["AWSTraceHeader"];
  if (!trace.is_null()) all.set("AWSTraceHeader", trace["StringValue"]);
  if (!message.group.empty()) all.set("MessageGroupId", message.group);
  if (!message.source_arn.empty()) all.set("DeadLetterQueueSourceArn", message.source_arn);
  Json chosen = Json::object();
  for (const char* member : {"AttributeNames", "MessageSystemAttributeNames"}) {
    for (const Json& each : input[member].items()) {
      const std::string name = each.string_or("");
      if (name == "All") return all;
      if (all.has(name)) chosen.set(name, all[name]);
    }
  }
  return chosen;
}

Json received_json(const Received& received, const Json& input) {
  const Message& message = received.message;
  Json json = Json::object({{"MessageId", message.id},
                            {"ReceiptHandle", received.receipt_handle},
                            {"MD5OfBody", md5_of_text(message.body)},
                            {"Body", message.body}});
  Json system = system_attributes(received, input);
  if (!system.empty()) json.set("Attributes", std::move(system));
  Json attributes = choose_attributes(message.attributes, input["MessageAttributeNames"]);
  if (!attributes.empty()) {
    json.set("MD5OfMessageAttributes", md5_of_attributes(attributes));
    json.set("MessageAttributes", std::move(attributes));
  }
  return json;
}

}  // namespace

Result<Outgoing> read_outgoing(const Context& cx, const Queue& queue, const Json& input) {
  const SettingsPointer settings = queue.settings();
  Outgoing outgoing;
  outgoing.message = TRY(read_message(input));
  outgoing.message.sender = cx.caller.user_id.empty() ? cx.account : cx.caller.user_id;
  if (size_of(outgoing.message) > static_cast<std::size_t>(settings->max_bytes)) {
    return message_too_long(settings->max_bytes);
  }
  outgoing.delay_s = TRY(read_bounded(input, "DelaySeconds", settings->delay_s, 0, kMaxDelayS,
                                      "DelaySeconds must be >= 0 and <= 900."));
  return outgoing;
}

Json sent_reply(const Message& message) {
  Json reply =
      Json::object({{"MessageId", message.id}, {"MD5OfMessageBody", md5_of_text(message.body)}});
  if (!message.attributes.empty()) {
    reply.set("MD5OfMessageAttributes", md5_of_attributes(message.attributes));
  }
  if (!message.system_attributes.empty()) {
    reply.set("MD5OfMessageSystemAttributes", md5_of_attributes(message.system_attributes));
  }
  return reply;
}

Result<Json> send_message(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  const Outgoing outgoing = TRY(read_outgoing(cx, *queue, input));
  Sending sending(service, queue);
  TRY(sending.add(outgoing.message, outgoing.delay_s));
  TRY(sending.commit());
  return sent_reply(outgoing.message);
}

Result<Json> receive_message(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  const SettingsPointer settings = queue->settings();
  ReceiveOptions options;
  options.most = static_cast<std::size_t>(TRY(read_bounded(
      input, "MaxNumberOfMessages", 1, 1, 10, "Must be between 1 and 10, if provided.")));
  options.visibility_s =
      TRY(read_bounded(input, "VisibilityTimeout", settings->visibility_s, 0, kMaxVisibilityS,
                       "Must be >= 0 and <= 43200, if provided."));
  options.wait_s = TRY(read_bounded(input, "WaitTimeSeconds", settings->wait_s, 0, kMaxWaitS,
                                    "Must be >= 0 and <= 20, if provided."));
  const auto received = TRY(receive(service, queue, options));
  if (received.empty()) return Json::object();
  Json messages = Json::array();
  for (const Received& each : received) messages.push_back(received_json(each, input));
  return Json::object({{"Messages", std::move(messages)}});
}

Result<Json> delete_message(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  TRY(remove(service, *queue, input["ReceiptHandle"].string_or("")));
  return Json::object();
}

Status change_one_visibility(Sqs& service, Queue& queue, const Json& input) {
  if (!input.has("VisibilityTimeout")) return missing_parameter("VisibilityTimeout");
  const std::int64_t seconds =
      TRY(read_bounded(input, "VisibilityTimeout", 0, 0, kMaxVisibilityS,
                       "VisibilityTimeout must be an integer between 0 and 43200"));
  return change_visibility(service, queue, input["ReceiptHandle"].string_or(""), seconds);
}

Result<Json> change_message_visibility(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  TRY(change_one_visibility(service, *queue, input));
  return Json::object();
}

}  // namespace fairlead::sqs
