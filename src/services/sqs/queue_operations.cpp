// Queues themselves: make, find, describe, change, tag, purge and delete them.
#include <algorithm>

#include "base/ids.h"
#include "platform/paging.h"
#include "services/sqs/errors.h"
#include "services/sqs/messages.h"
#include "services/sqs/operations.h"

namespace fairlead::sqs {

namespace {

constexpr std::size_t kMaxTags = 50;
constexpr std::int64_t kMaxResults = 1000;

Status check_name(const std::string& name) {
  if (name.ends_with(".fifo")) return platform::not_implemented("SQS FIFO queues");
  const bool fits = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
  if (name.empty() || name.size() > 80 || !fits) return bad_queue_name();
  return {};
}

Status merge_tags(const Json& tags, Settings& settings) {
  for (const Json::Member& tag : tags.members()) settings.tags.set(tag.key, tag.value);
  if (settings.tags.size() > kMaxTags) return too_many_tags();
  return {};
}

Status check_dead_letters(Sqs& service, const Settings& settings, const Json& attributes) {
  if (!attributes.has("RedrivePolicy") || settings.dead_letter_arn.empty()) return {};
  if (TRY(service.queues().find_arn(settings.dead_letter_arn))) return {};
  return bad_redrive_policy(attributes["RedrivePolicy"].string_or(""),
                            "Dead letter target does not exist.");
}

// AWS answers a CreateQueue anew when every attribute it names is as the queue has it.
Status check_same(const Queue& there, const Settings& wanted, const Json& named) {
  const auto described = [&](const Settings& settings) {
    return describe_settings(settings, there.arn(), there.facts().created_ms);
  };
  const Json now = described(*there.settings()), then = described(wanted);
  for (const Json::Member& member : named.members()) {
    if (!(now[member.key] == then[member.key])) return queue_exists(member.key);
  }
  return {};
}

Result<Json> urls_page(const Context& cx, const Json& input, const char* member,
                       const std::vector<QueuePointer>& queues) {
  Json urls = Json::array();
  for (const QueuePointer& queue : queues) urls.push_back(queue_url(cx, *queue));
  const std::int64_t most = input["MaxResults"].int_or(kMaxResults);
  if (most < 1 || most > kMaxResults) {
    return bad_parameter(std::to_string(most), "MaxResults",
                         "MaxResults must be an integer between 1 and 1000.");
  }
  auto page = platform::page_of(urls, input["NextToken"], static_cast<std::size_t>(most));
  if (!page) return bad_parameter(input["NextToken"].string_or(""), "NextToken", "Not a token.");
  Json reply = Json::object();
  if (!page->items.empty() || std::string_view(member) == "queueUrls") {
    reply.set(member, std::move(page->items));
  }
  if (!page->next.empty() && input.has("MaxResults")) reply.set("NextToken", page->next);
  return reply;
}

}  // namespace

Result<Json> create_queue(Sqs& service, Context& cx, const Json& input) {
  const std::string name = input["QueueName"].string_or("");
  const Json& attributes = input["Attributes"];
  TRY(check_name(name));
  Settings settings;
  TRY(apply_attributes(attributes, settings));
  TRY(merge_tags(input["tags"], settings));
  TRY(check_dead_letters(service, settings, attributes));
  const std::int64_t now_ms = service.clock().now_ms();
  settings.modified_ms = now_ms;
  QueueFacts facts{cx.account, cx.region, name, random_u64(), now_ms};
  const QueuePointer queue =
      TRY(service.queues().create(std::move(facts), settings, [&](const Queue& there) {
        return check_same(there, settings, attributes);
      }));
  return Json::object({{"QueueUrl", queue_url(cx, *queue)}});
}

Result<Json> delete_queue(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  TRY(service.queues().erase(*queue));
  return Json::object();
}

Result<Json> get_queue_url(Sqs& service, Context& cx, const Json& input) {
  const std::string owner = input["QueueOwnerAWSAccountId"].string_or(cx.account);
  const std::string name = input["QueueName"].string_or("");
  const QueuePointer queue = TRY(service.queues().find(cx.account, cx.region, name));
  if (!queue || owner != cx.account) return no_such_queue();
  return Json::object({{"QueueUrl", queue_url(cx, *queue)}});
}

Result<Json> list_queues(Sqs& service, Context& cx, const Json& input) {
  const auto queues =
      TRY(service.queues().list(cx.account, cx.region, input["QueueNamePrefix"].string_or("")));
  return urls_page(cx, input, "QueueUrls", queues);
}

Result<Json> list_dead_letter_source_queues(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer dead = TRY(require_queue(service, cx, input));
  auto queues = TRY(service.queues().list(cx.account, cx.region, ""));
  std::erase_if(queues, [&](const QueuePointer& queue) {
    return queue->settings()->dead_letter_arn != dead->arn();
  });
  return urls_page(cx, input, "queueUrls", queues);
}

Result<Json> purge_queue(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  TRY(purge(service, *queue));
  return Json::object();
}

Result<Json> get_queue_attributes(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  Json all = describe_settings(*queue->settings(), queue->arn(), queue->facts().created_ms);
  const Queue::Counts counts = queue->counts(service.clock().now_ms());
  all.set("ApproximateNumberOfMessages", std::to_string(counts.visible));
  all.set("ApproximateNumberOfMessagesNotVisible", std::to_string(counts.in_flight));
  all.set("ApproximateNumberOfMessagesDelayed", std::to_string(counts.delayed));
  Json chosen = Json::object();
  for (const Json& each : input["AttributeNames"].items()) {
    const std::string name = each.string_or("");
    if (name == "All") return Json::object({{"Attributes", std::move(all)}});
    if (!is_attribute(name)) return unknown_attribute(name);
    if (all.has(name)) chosen.set(name, all[name]);
  }
  if (chosen.empty()) return Json::object();
  return Json::object({{"Attributes", std::move(chosen)}});
}

Result<Json> set_queue_attributes(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  const Json& attributes = input["Attributes"];
  const auto change = [&](Settings& next) -> Status {
    TRY(apply_attributes(attributes, next));
    TRY(check_dead_letters(service, next, attributes));
    next.modified_ms = service.clock().now_ms();
    return {};
  };
  TRY(service.queues().change(*queue, change));
  return Json::object();
}

Result<Json> tag_queue(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  TRY(service.queues().change(*queue,
                              [&](Settings& next) { return merge_tags(input["Tags"], next); }));
  return Json::object();
}

Result<Json> untag_queue(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  TRY(service.queues().change(*queue, [&](Settings& next) -> Status {
    for (const Json& key : input["TagKeys"].items()) next.tags.erase(key.string_or(""));
    return {};
  }));
  return Json::object();
}

Result<Json> list_queue_tags(Sqs& service, Context& cx, const Json& input) {
  const QueuePointer queue = TRY(require_queue(service, cx, input));
  const SettingsPointer settings = queue->settings();
  if (settings->tags.empty()) return Json::object();
  return Json::object({{"Tags", settings->tags}});
}

}  // namespace fairlead::sqs
