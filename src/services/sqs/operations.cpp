// The operation table of SQS. What is not here answers 501 by name.
#include "services/sqs/operations.h"

#include <algorithm>

#include "base/arn.h"
#include "base/text.h"
#include "services/sqs/errors.h"

namespace fairlead::sqs {

namespace {

using platform::json;
constexpr auto Read = platform::OperationKind::kRead, Write = platform::OperationKind::kWrite;
constexpr std::size_t kBody = 4 * 1024 * 1024;  // a megabyte with its escapes

struct Address {
  std::string account, name;
};

bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(),
                                          [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::optional<Address> read_url(const std::string& url) {
  const auto pieces = split(url, '/');
  if (pieces.size() < 2 || !is_account(pieces[pieces.size() - 2]) || pieces.back().empty()) {
    return std::nullopt;
  }
  return Address{std::string(pieces[pieces.size() - 2]), std::string(pieces.back())};
}

std::string arn_of_name(const Context& cx, const Json& input) {
  return format_arn("sqs", cx.region, cx.account, input["QueueName"].string_or(""));
}

const platform::Operation kOperations[] = {
    // name, permission, resource, kind, handler, largest body
    {"ChangeMessageVisibility", "sqs:ChangeMessageVisibility", arn_of_url, Write,
     json<change_message_visibility>},
    {"ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility", arn_of_url, Write,
     json<change_message_visibility_batch>},
    {"CreateQueue", "sqs:CreateQueue", arn_of_name, Write, json<create_queue>},
    {"DeleteMessage", "sqs:DeleteMessage", arn_of_url, Write, json<delete_message>},
    {"DeleteMessageBatch", "sqs:DeleteMessage", arn_of_url, Write, json<delete_message_batch>},
    {"DeleteQueue", "sqs:DeleteQueue", arn_of_url, Write, json<delete_queue>},
    {"GetQueueAttributes", "sqs:GetQueueAttributes", arn_of_url, Read, json<get_queue_attributes>},
    {"GetQueueUrl", "sqs:GetQueueUrl", arn_of_name, Read, json<get_queue_url>},
    {"ListDeadLetterSourceQueues", "sqs:ListDeadLetterSourceQueues", arn_of_url, Read,
     json<list_dead_letter_source_queues>},
    {"ListQueueTags", "sqs:ListQueueTags", arn_of_url, Read, json<list_queue_tags>},
    {"ListQueues", "sqs:ListQueues", platform::any_resource, Read, json<list_queues>},
    {"PurgeQueue", "sqs:PurgeQueue", arn_of_url, Write, json<purge_queue>},
    {"ReceiveMessage", "sqs:ReceiveMessage", arn_of_url, Write, json<receive_message>},
    {"SendMessage", "sqs:SendMessage", arn_of_url, Write, json<send_message>, kBody},
    {"SendMessageBatch", "sqs:SendMessage", arn_of_url, Write, json<send_message_batch>, kBody},
    {"SetQueueAttributes", "sqs:SetQueueAttributes", arn_of_url, Write, json<set_queue_attributes>},
    {"TagQueue", "sqs:TagQueue", arn_of_url, Write, json<tag_queue>},
    {"UntagQueue", "sqs:UntagQueue", arn_of_url, Write, json<untag_queue>},
};

}  // namespace

void add_sqs(platform::Registry& registry, Sqs& service) {
  registry.add("sqs", kOperations, &service);
}

Result<QueuePointer> require_queue(Sqs& service, const Context& cx, const Json& input) {
  const std::string url = input["QueueUrl"].string_or("");
  if (url.empty()) return missing_parameter("QueueUrl");
  const auto address = read_url(url);
  if (!address) return bad_address(url);
  if (address->account != cx.account) return no_such_queue();
  QueuePointer queue = TRY(service.queues().find(cx.account, cx.region, address->name));
  if (!queue) return no_such_queue();
  return queue;
}

std::string queue_url(const Context& cx, const Queue& queue) {
  return cx.scheme + "://" + cx.host + "/" + queue.facts().account + "/" + queue.facts().name;
}

std::string arn_of_url(const Context& cx, const Json& input) {
  const auto address = read_url(input["QueueUrl"].string_or(""));
  return address ? format_arn("sqs", cx.region, address->account, address->name) : "*";
}

}  // namespace fairlead::sqs
