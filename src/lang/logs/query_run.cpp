// A query at work: each command is a step that takes records and hands some on to the next.
#include <algorithm>
#include <unordered_set>

#include "lang/logs/errors.h"
#include "lang/logs/query.h"
#include "lang/logs/query_command.h"
#include "lang/logs/query_functions.h"
#include "lang/logs/query_stats.h"

namespace fairlead::logs {

namespace {
constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;
Error too_much() {
  return malformed_query("The query needs too much memory: filter more, or limit the rows.");
}
}  // namespace

class Step {
 public:
  virtual ~Step() = default;
  virtual Status take(Record record) = 0;
  virtual Status end() { return next ? next->end() : Status(); }
  virtual bool done() const { return next && next->done(); }
  // Records that came through, where the step keeps some back.
  std::int64_t taken = 0;
  Step* next = nullptr;
};

namespace {

class Filter : public Step {
 public:
  explicit Filter(const Command& command) : command_(command) {}
  Status take(Record record) override {
    if (!evaluate(*command_.where, record).holds()) return {};
    return next->take(std::move(record));
  }

 private:
  const Command& command_;
};

// fields and display: what is computed becomes a column.
class Compute : public Step {
 public:
  explicit Compute(const Command& command) : command_(command) {}
  Status take(Record record) override {
    for (const Named& named : command_.named) {
      if (!named.plain) record.set(named.name, evaluate(named.expression, record));
    }
    return next->take(std::move(record));
  }

 private:
  const Command& command_;
};

class Parse : public Step {
 public:
  explicit Parse(const Command& command) : command_(command) {}
  Status take(Record record) override {
    const auto groups = command_.regex->groups(evaluate(*command_.where, record).shown());
    for (std::size_t i = 0; i < command_.names.size(); ++i) {
      if (command_.names[i].empty()) continue;
      record.set(command_.names[i], groups ? Value::text((*groups)[i]) : Value());
    }
    return next->take(std::move(record));
  }

 private:
  const Command& command_;
};

class Stats : public Step {
 public:
  explicit Stats(const Command& command) : grouping_(command) {}
  Status take(Record record) override {
    ++taken;
    return grouping_.add(record);
  }
  Status end() override {
    for (Record& record : grouping_.results()) TRY(next->take(std::move(record)));
    return next->end();
  }
  bool done() const override { return false; }

 private:
  Grouping grouping_;
};

// Keeps the first `keep` in the order of its keys; equal ones stay as they came.
class Sort : public Step {
 public:
  Sort(const Command& command, std::size_t keep) : command_(command), keep_(keep) {}
  Status take(Record record) override {
    Entry entry{{}, static_cast<std::size_t>(taken++), std::move(record)};
    for (const SortKey& key : command_.keys) {
      entry.keys.push_back(evaluate(key.by, entry.record));
      bytes_ += entry.keys.back().size();
    }
    bytes_ += entry.record.size();
    entries_.push_back(std::move(entry));
    if (keep_ != SIZE_MAX && entries_.size() > 2 * keep_ + 1000) cut();
    if (bytes_ > kMaxBytes) cut();
    if (bytes_ > kMaxBytes) return too_much();
    return {};
  }
  Status end() override {
    cut();
    for (Entry& entry : entries_) TRY(next->take(std::move(entry.record)));
    return next->end();
  }
  bool done() const override { return false; }

 private:
  struct Entry {
    std::vector<Value> keys;
    std::size_t place;
    Record record;
  };
  void cut() {
    std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
      for (std::size_t i = 0; i < a.keys.size(); ++i) {
        const int order = compare(a.keys[i], b.keys[i]);
        if (order != 0) return command_.keys[i].descending ? order > 0 : order < 0;
      }
      return a.place < b.place;
    });
    if (entries_.size() > keep_) {
      entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(keep_), entries_.end());
    }
    bytes_ = 0;
    for (const Entry& entry : entries_) {
      bytes_ += entry.record.size();
      for (const Value& key : entry.keys) bytes_ += key.size();
    }
  }

  const Command& command_;
  std::size_t keep_, bytes_ = 0;
  std::vector<Entry> entries_;
};

class Limit : public Step {
 public:
  explicit Limit(std::size_t most) : left_(most) {}
  Status take(Record record) override {
    if (left_ == 0) return {};
    --left_;
    return next->take(std::move(record));
  }
  bool done() const override { return left_ == 0 || next->done(); }

 private:
  std::size_t left_;
};

class Dedup : public Step {
 public:
  explicit Dedup(const Command& command) : command_(command) {}
  Status take(Record record) override {
    std::string key;
    for (const Named& named : command_.named) {
      const std::string text = evaluate(named.expression, record).shown();
      key += std::to_string(text.size()) + ":" + text;
    }
    bytes_ += key.size() + 64;
    if (bytes_ > kMaxBytes) return too_much();
    if (!seen_.insert(std::move(key)).second) return {};
    return next->take(std::move(record));
  }

 private:
  const Command& command_;
  std::unordered_set<std::string> seen_;
  std::size_t bytes_ = 0;
};

// The end of the line: rows of the result.
class Gather : public Step {
 public:
  Gather(std::size_t most, const std::vector<std::string>& shown) : most_(most), shown_(shown) {}
  Status take(Record record) override {
    ++taken;
    if (done()) return {};
    QueryRow row;
    for (const std::string& name : shown_) {
      const Value value = record.get(name);
      if (value.missing()) continue;
      row.emplace_back(name, value.shown());
      bytes_ += name.size() + row.back().second.size() + 64;
    }
    if (record.event()) {
      row.emplace_back("@ptr", record.event()->event().pointer);
      bytes_ += row.back().second.size() + 64;
    }
    if (bytes_ > kMaxBytes) return too_much();
    rows.push_back(std::move(row));
    return {};
  }
  bool done() const override { return rows.size() >= most_; }
  std::vector<QueryRow> rows;

 private:
  std::size_t most_, bytes_ = 0;
  const std::vector<std::string>& shown_;
};

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  names.push_back(name);
}

// The columns of the result: the last display, or what fields, parse and stats have named.
std::vector<std::string> columns_of(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  bool chosen = false;  // by fields, stats or display
  for (const Command& command : commands) {
    switch (command.kind) {
      case Command::Kind::kDisplay:
        names.clear();
        [[fallthrough]];
      case Command::Kind::kFields:
        chosen = true;
        for (const Named& named : command.named) add_name(names, named.name);
        break;
      case Command::Kind::kStats:
        chosen = true;
        names.clear();
        for (const Named& named : command.groups) add_name(names, named.name);
        for (const Named& named : command.named) add_name(names, named.name);
        break;
      case Command::Kind::kParse:
        for (const std::string& name : command.names) add_name(names, name);
        break;
      default:
        break;
    }
  }
  if (!chosen) names.insert(names.begin(), {"@timestamp", "@message"});
  return names;
}

// How many rows of a sort can still be asked for by what follows it.
std::size_t kept_by_sort(const std::vector<Command>& commands, std::size_t sort,
                         std::size_t limit) {
  for (std::size_t i = sort + 1; i < commands.size(); ++i) {
    switch (commands[i].kind) {
      case Command::Kind::kLimit:
        return std::min(limit, commands[i].limit);
      case Command::Kind::kFields:
      case Command::Kind::kDisplay:
      case Command::Kind::kParse:
        break;
      default:
        return SIZE_MAX;
    }
  }
  return limit;
}

// Events come newest first: sorting them so again would only mean to read them all.
bool is_in_order_already(const std::vector<Command>& commands, std::size_t sort) {
  const Command& command = commands[sort];
  if (command.kind != Command::Kind::kSort || command.keys.size() != 1) return false;
  const SortKey& key = command.keys.front();
  if (key.by.kind != Expression::Kind::kField || key.by.name != "@timestamp") return false;
  for (std::size_t i = 0; i < sort; ++i) {
    if (commands[i].kind == Command::Kind::kStats || commands[i].kind == Command::Kind::kSort) {
      return false;
    }
    const auto& names = commands[i].names;
    if (std::find(names.begin(), names.end(), key.by.name) != names.end()) return false;
    for (const Named& named : commands[i].named) {
      if (!named.plain && named.name == key.by.name) return false;
    }
  }
  return key.descending;
}

std::unique_ptr<Step> step_of(const std::vector<Command>& commands, std::size_t i,
                              std::size_t limit) {
  const Command& command = commands[i];
  switch (command.kind) {
    case Command::Kind::kFilter:
      return std::make_unique<Filter>(command);
    case Command::Kind::kFields:
    case Command::Kind::kDisplay:
      return std::make_unique<Compute>(command);
    case Command::Kind::kParse:
      return std::make_unique<Parse>(command);
    case Command::Kind::kStats:
      return std::make_unique<Stats>(command);
    case Command::Kind::kLimit:
      return std::make_unique<Limit>(command.limit);
    case Command::Kind::kDedup:
      return std::make_unique<Dedup>(command);
    case Command::Kind::kSort:
      break;
  }
  return std::make_unique<Sort>(command, kept_by_sort(commands, i, limit));
}

}  // namespace

QueryRun::QueryRun(const Query& query, std::size_t limit)
    : query_(query), shown_(columns_of(query.commands())) {
  for (std::size_t i = 0; i < query_.commands().size(); ++i) {
    if (is_in_order_already(query_.commands(), i)) continue;
    steps_.push_back(step_of(query_.commands(), i, limit));
  }
  steps_.push_back(std::make_unique<Gather>(limit, shown_));
  for (std::size_t i = 0; i + 1 < steps_.size(); ++i) steps_[i]->next = steps_[i + 1].get();
}

QueryRun::~QueryRun() = default;

Status QueryRun::add(QueryEvent event) { return steps_.front()->take(Record(std::move(event))); }

bool QueryRun::done() const { return steps_.front()->done(); }

Result<std::vector<QueryRow>> QueryRun::finish() {
  TRY(steps_.front()->end());
  return std::move(static_cast<Gather&>(*steps_.back()).rows);
}

std::int64_t QueryRun::matched() const {
  for (const auto& step : steps_) {
    if (step->taken > 0) return step->taken;
  }
  return 0;
}

}  // namespace fairlead::logs
