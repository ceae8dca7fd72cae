// One table of the attributes that are numbers, and the few that are not.
#include "services/sqs/settings.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json_parse.h"
#include "platform/operation.h"
#include "services/sqs/errors.h"

namespace fairlead::sqs {

namespace {

struct Number {
  const char* name;
  std::int64_t least, most;
  std::int64_t Settings::*value;
};
constexpr Number kNumbers[] = {
    {"VisibilityTimeout", 0, kMaxVisibilityS, &Settings::visibility_s},
    {"DelaySeconds", 0, kMaxDelayS, &Settings::delay_s},
    {"ReceiveMessageWaitTimeSeconds", 0, kMaxWaitS, &Settings::wait_s},
    {"MessageRetentionPeriod", 60, 14 * 24 * 60 * 60, &Settings::retention_s},
    {"MaximumMessageSize", 1024, kMaxMessageBytes, &Settings::max_bytes},
};
constexpr const char* kTexts[] = {"Policy", "RedriveAllowPolicy", "KmsMasterKeyId",
                                  "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"};
constexpr const char* kOfFifo[] = {"ContentBasedDeduplication", "DeduplicationScope",
                                   "FifoThroughputLimit"};
constexpr const char* kCounts[] = {"ApproximateNumberOfMessages",
                                   "ApproximateNumberOfMessagesNotVisible",
                                   "ApproximateNumberOfMessagesDelayed",
                                   "CreatedTimestamp",
                                   "LastModifiedTimestamp",
                                   "QueueArn"};

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](const char* each) { return name == each; });
}

std::optional<std::int64_t> read_number(const std::string& text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

const Number* find_number(const std::string& name) {
  for (const Number& each : kNumbers) {
    if (name == each.name) return &each;
  }
  return nullptr;
}

Status apply_redrive(const std::string& text, Settings& settings) {
  settings.dead_letter_arn.clear();
  settings.max_receives = 0;
  if (text.empty()) return {};
  const auto policy = parse_json(text);
  if (!policy.ok() || !policy->is_object()) return bad_attribute_value("RedrivePolicy");
  const std::string arn = (*policy)["deadLetterTargetArn"].string_or("");
  const Json& most = (*policy)["maxReceiveCount"];
  const auto count = most.is_string() ? read_number(most.as_string()) : most.to_int64();
  if (arn.empty()) {
    return bad_redrive_policy(text,
                              "Redrive policy does not contain mandatory attribute: "
                              "deadLetterTargetArn.");
  }
  if (!count) {
    return bad_redrive_policy(text,
                              "Redrive policy does not contain mandatory attribute: "
                              "maxReceiveCount.");
  }
  if (*count < 1 || *count > 1000) {
    return bad_redrive_policy(text, "Invalid value for maxReceiveCount: " + std::to_string(*count) +
                                        ", valid values are from 1 to 1000 both inclusive.");
  }
  settings.dead_letter_arn = arn;
  settings.max_receives = *count;
  return {};
}

Status apply_one(const std::string& name, const std::string& text, Settings& settings) {
  if (const Number* number = find_number(name)) {
    const auto value = read_number(text);
    if (!value || *value < number->least || *value > number->most) {
      return bad_attribute_value(name);
    }
    settings.*(number->value) = *value;
  } else if (name == "RedrivePolicy") {
    TRY(apply_redrive(text, settings));
  } else if (name == "FifoQueue") {
    return platform::not_implemented("SQS FIFO queues (FifoQueue)");
  } else if (among(kOfFifo, name) || !among(kTexts, name)) {
    return unknown_attribute(name);
  } else if (name == "Policy" && !text.empty()) {
    const auto policy = parse_json(text);
    if (!policy.ok() || !policy->is_object()) return bad_attribute_value(name);
  }
  if (text.empty()) {
    settings.attributes.erase(name);
  } else {
    settings.attributes.set(name, text);
  }
  return {};
}

}  // namespace

Status apply_attributes(const Json& changes, Settings& settings) {
  for (const Json::Member& change : changes.members()) {
    TRY(apply_one(change.key, change.value.string_or(""), settings));
  }
  return {};
}

Json describe_settings(const Settings& settings, const std::string& arn, std::int64_t created_ms) {
  Json all = Json::object({{"QueueArn", arn},
                           {"CreatedTimestamp", std::to_string(created_ms / 1000)},
                           {"LastModifiedTimestamp", std::to_string(settings.modified_ms / 1000)},
                           {"SqsManagedSseEnabled", "true"}});
  for (const Number& number : kNumbers) {
    all.set(number.name, std::to_string(settings.*(number.value)));
  }
  for (const Json::Member& member : settings.attributes.members()) {
    if (find_number(member.key) == nullptr) all.set(member.key, member.value);
  }
  return all;
}

bool is_attribute(const std::string& name) {
  return find_number(name) != nullptr || name == "RedrivePolicy" || name == "FifoQueue" ||
         among(kTexts, name) || among(kCounts, name) || among(kOfFifo, name);
}

}  // namespace fairlead::sqs
