// Fields that are discovered in events: JSON members by dotted name, and what Lambda's platform
// lines say.
// AWS's page: CWL_AnalyzeLogData-discoverable-fields.html of the CloudWatch Logs user guide.
#include "lang/logs/query_record.h"

#include <algorithm>

#include "base/json_parse.h"
#include "base/text.h"
#include "lang/logs/comparison.h"

namespace fairlead::logs {

namespace {

constexpr int kMaxDepth = 24;
constexpr std::size_t kMaxFields = 200;  // discovered in one event, as AWS

// "a.b.0.c": members whose own names hold dots are tried too.
const Json* find_path(const Json& json, std::string_view path, int depth) {
  if (depth > kMaxDepth) return nullptr;
  if (json.is_array()) {
    const std::string_view digits = path.substr(0, path.find('.'));
    if (!is_digits(digits) || digits.size() > 6) return nullptr;
    const std::size_t index = std::stoul(std::string(digits));
    if (index >= json.items().size()) return nullptr;
    const Json& item = json.items()[index];
    if (digits.size() == path.size()) return &item;
    return find_path(item, path.substr(digits.size() + 1), depth + 1);
  }
  for (const auto& [key, value] : json.members()) {
    if (!path.starts_with(key)) continue;
    if (path.size() == key.size()) return &value;
    if (path[key.size()] != '.') continue;
    if (const Json* found = find_path(value, path.substr(key.size() + 1), depth + 1)) return found;
  }
  return nullptr;
}

void flatten(const Json& json, const std::string& name, int depth,
             std::vector<std::pair<std::string, Value>>& all) {
  if (all.size() >= kMaxFields || depth > kMaxDepth) return;
  const std::string dot = name.empty() ? "" : ".";
  if (json.is_object()) {
    for (const auto& [key, value] : json.members())
      flatten(value, name + dot + key, depth + 1, all);
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.items().size(); ++i) {
      flatten(json.items()[i], name + dot + std::to_string(i), depth + 1, all);
    }
  } else if (!json.is_null()) {
    all.emplace_back(name, Value::of_json(json));
  }
}

bool looks_like_request_id(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-';
}

using Fields = std::vector<std::pair<std::string, Value>>;

// "Duration: 12.34 ms", "Memory Size: 128 MB" of a REPORT line.
void read_measure(std::string_view piece, Fields& fields) {
  static constexpr struct {
    std::string_view label, field;
    double factor;
  } kMeasures[] = {
      {"Duration: ", "@duration", 1},          {"Billed Duration: ", "@billedDuration", 1},
      {"Memory Size: ", "@memorySize", 1e6},   {"Max Memory Used: ", "@maxMemoryUsed", 1e6},
      {"Init Duration: ", "@initDuration", 1},
  };
  for (const auto& [label, field, factor] : kMeasures) {
    if (!piece.starts_with(label)) continue;
    const std::string_view rest = piece.substr(label.size());
    const auto number = read_number(rest.substr(0, rest.find(' ')));
    if (number) fields.emplace_back(field, Value::number(*number * factor));
  }
}

void read_lambda_line(std::string_view message, Fields& fields) {
  for (const std::string_view type : {"START", "END", "REPORT"}) {
    const std::string head = std::string(type) + " RequestId: ";
    if (!message.starts_with(head)) continue;
    const std::string_view rest = message.substr(head.size());
    fields.emplace_back("@type", Value::text(std::string(type)));
    fields.emplace_back("@requestId", Value::text(std::string(rest.substr(0, 36))));
    for (const std::string_view piece : split(rest, '\t')) read_measure(trim(piece), fields);
    return;
  }
  const auto pieces = split(message.substr(0, 200), '\t');
  if (pieces.size() > 2 && looks_like_request_id(pieces[1])) {
    fields.emplace_back("@requestId", Value::text(std::string(pieces[1])));
  }
}

// The message if it is JSON; of a function's line also the first JSON that it ends with.
Json json_in(std::string_view message, bool of_function) {
  const std::size_t open = message.find('{');
  if (open == std::string_view::npos) return {};
  if (!of_function && message.find_first_not_of(" \t\r\n") != open) return {};
  auto json = parse_json(message.substr(open));
  return json.ok() && json->is_object() ? std::move(json).value() : Json();
}

}  // namespace

void EventFields::discover() const {
  if (discovered_) return;
  discovered_ = true;
  json_ = json_in(event_.message, event_.of_function);
  if (!event_.of_function) return;
  read_lambda_line(event_.message, lambda_);
  // The JSON log format of functions names the request itself.
  const Json& request = json_["requestId"];
  if (lambda_.empty() && request.is_string()) {
    lambda_.emplace_back("@requestId", Value::text(request.as_string()));
  }
}

Value EventFields::get(std::string_view name) const {
  if (name == "@message") return Value::text(event_.message);
  if (name == "@timestamp") return Value::moment(static_cast<double>(event_.time_ms));
  if (name == "@ingestionTime") return Value::moment(static_cast<double>(event_.ingested_ms));
  if (name == "@logStream") return Value::text(event_.stream);
  if (name == "@log") return Value::text(event_.log);
  if (name == "@ptr") return Value::text(event_.pointer);
  discover();
  if (name.starts_with('@')) {
    for (const auto& [field, value] : lambda_) {
      if (field == name) return value;
    }
  }
  const Json* found = find_path(json_, name, 0);
  return found ? Value::of_json(*found) : Value();
}

std::vector<std::pair<std::string, Value>> EventFields::all() const {
  std::vector<std::pair<std::string, Value>> fields;
  for (const char* name : {"@timestamp", "@ingestionTime", "@message", "@logStream", "@log"}) {
    fields.emplace_back(name, get(name));
  }
  discover();
  fields.insert(fields.end(), lambda_.begin(), lambda_.end());
  flatten(json_, "", 0, fields);
  return fields;
}

Value Record::get(std::string_view name) const {
  for (auto column = columns_.rbegin(); column != columns_.rend(); ++column) {
    if (column->first == name) return column->second;
  }
  return event_ ? event_->get(name) : Value();
}

void Record::set(const std::string& name, Value value) {
  for (auto& [column, old] : columns_) {
    if (column == name) {
      old = std::move(value);
      return;
    }
  }
  columns_.emplace_back(name, std::move(value));
}

std::size_t Record::size() const {
  std::size_t bytes = sizeof(Record);
  // Twice the message: its JSON, once discovered, is about as large.
  if (event_) bytes += sizeof(EventFields) + 2 * event_->event().message.size();
  for (const auto& [name, value] : columns_) bytes += name.size() + 32 + value.size();
  return bytes;
}

}  // namespace fairlead::logs
