// Groups and streams as they lie in the store (their events: blocks.h), and the keys beside them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"

namespace fairlead::logs {

// Documents. A group: name, id, arn, created_ms, retention (days or absent), tags, subscriptions
// (absent before the first). A stream: name, id, created_ms, first_ms, last_ms, ingested_ms (absent
// before the first event), trimmed_ms (nothing older is left; absent before the first trimming).
inline constexpr std::string_view kAllGroups = "logs/group/";
std::string groups_prefix(const std::string& account, const std::string& region);
std::string group_key(const std::string& account, const std::string& region,
                      const std::string& name);
std::string streams_prefix(std::uint64_t group_id);
std::string stream_key(std::uint64_t group_id, const std::string& name);
std::string meter_key(std::uint64_t group_id);
// What subscriptions still have to be sent: one row for each block, in the order of sequences.
inline constexpr std::string_view kAllPending = "logs/pending/";
std::string pending_prefix(std::uint64_t group_id);
std::string pending_key(std::uint64_t group_id, std::uint64_t sequence);
std::string query_definition_key(const std::string& account, const std::string& region,
                                 const std::string& id);
std::uint64_t id_of(const Json& document);
std::string group_arn(const std::string& account, const std::string& region,
                      const std::string& name);  // without ":*"

Result<Json> require_group(Logs& logs, const platform::Context& cx, const std::string& name);
Result<Json> require_stream(Logs& logs, const Json& group, const std::string& name);

// The group's name in "arn:aws:logs:region:account:log-group:name[:*]"; anything that is no ARN is
// taken as a name.
Result<std::string> name_in_identifier(const std::string& text);
// The group that `input` names, by logGroupName or logGroupIdentifier.
Result<Json> group_of_input(Logs& logs, const platform::Context& cx, const Json& input);

// The oldest time that retention still shows.
std::int64_t oldest_kept_ms(const Json& group, std::int64_t now_ms);

}  // namespace fairlead::logs
