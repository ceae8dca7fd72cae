// One row on its way through a query: an event with what it holds, and the columns that commands
// have added. Inside lang/logs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "lang/logs/query_value.h"

namespace fairlead::logs {

struct QueryEvent {
  std::int64_t time_ms = 0, ingested_ms = 0;
  std::string message;
  std::string stream, log;   // @logStream, @log ("account:group")
  std::string pointer;       // @ptr
  bool of_function = false;  // a Lambda group: @type, @requestId, @duration, … are discovered
};

// The fields of an event, found when they are first asked for.
class EventFields {
 public:
  explicit EventFields(QueryEvent event) : event_(std::move(event)) {}
  Value get(std::string_view name) const;
  // Every field with its value, for GetLogRecord.
  std::vector<std::pair<std::string, Value>> all() const;
  const QueryEvent& event() const { return event_; }

 private:
  void discover() const;
  QueryEvent event_;
  mutable bool discovered_ = false;
  mutable Json json_;  // an object, or null
  mutable std::vector<std::pair<std::string, Value>> lambda_;
};

class Record {
 public:
  Record() = default;
  explicit Record(QueryEvent event)
      : event_(std::make_shared<const EventFields>(std::move(event))) {}

  // What was set last under this name, or the event's field.
  Value get(std::string_view name) const;
  void set(const std::string& name, Value value);
  const EventFields* event() const { return event_.get(); }
  std::size_t size() const;  // bytes, roughly

 private:
  std::shared_ptr<const EventFields> event_;
  std::vector<std::pair<std::string, Value>> columns_;
};

}  // namespace fairlead::logs
