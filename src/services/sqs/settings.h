// What a queue is told to be: its attributes with AWS's bounds and defaults, and its tags.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace fairlead::sqs {

inline constexpr std::int64_t kMaxMessageBytes = 1024 * 1024;
inline constexpr std::int64_t kMaxVisibilityS = 12 * 60 * 60;
inline constexpr std::int64_t kMaxDelayS = 15 * 60;
inline constexpr std::int64_t kMaxWaitS = 20;

// Immutable: a change makes new Settings, so whoever holds them sees them whole.
struct Settings {
  Json attributes = Json::object();  // as they were set, name to text
  Json tags = Json::object();
  std::int64_t modified_ms = 0;

  // Of `attributes`, or the default.
  std::int64_t visibility_s = 30, delay_s = 0, wait_s = 0, retention_s = 4 * 24 * 60 * 60;
  std::int64_t max_bytes = kMaxMessageBytes;
  std::string dead_letter_arn;  // empty: no redrive
  std::int64_t max_receives = 0;
};
using SettingsPointer = std::shared_ptr<const Settings>;

// Takes over `changes` (name to text); an empty Policy, RedrivePolicy, RedriveAllowPolicy or
// KmsMasterKeyId takes the attribute away. FIFO queues and their attributes are refused by name.
Status apply_attributes(const Json& changes, Settings& settings);

// Every attribute but those that count messages, as GetQueueAttributes shows it.
Json describe_settings(const Settings& settings, const std::string& arn, std::int64_t created_ms);

// Refuses names that no queue has ("All" is none). True for what apply_attributes could set.
bool is_attribute(const std::string& name);

}  // namespace fairlead::sqs
