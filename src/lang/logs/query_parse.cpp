// The grammar of commands.
#include <algorithm>

#include "base/text.h"
#include "lang/logs/errors.h"
#include "lang/logs/query.h"
#include "lang/logs/query_functions.h"
#include "lang/logs/query_parser.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kMaxQuery = 10'000, kMaxCommands = 40, kMaxList = 100;
constexpr int kMaxLimit = 10'000, kMaxStats = 2;

class Commands {
 public:
  explicit Commands(std::string_view text) : reader_(text), expressions_(reader_) {}

  Result<std::vector<Command>> read() {
    std::vector<Command> all;
    reader_.accept("|");
    do {
      if (all.size() == kMaxCommands) return reader_.error("too many commands");
      all.push_back(TRY(command()));
    } while (reader_.accept("|"));
    if (!reader_.at_end()) return reader_.unexpected();
    const auto stats = std::count_if(all.begin(), all.end(), [](const Command& one) {
      return one.kind == Command::Kind::kStats;
    });
    if (stats > kMaxStats) return reader_.error("at most 2 stats commands are allowed");
    return all;
  }

 private:
  Result<Command> command() {
    if (reader_.accept_word("fields")) return list(Command::Kind::kFields);
    if (reader_.accept_word("display")) return list(Command::Kind::kDisplay);
    if (reader_.accept_word("dedup")) return list(Command::Kind::kDedup);
    if (reader_.accept_word("filter")) return filter();
    if (reader_.accept_word("stats")) return stats();
    if (reader_.accept_word("sort")) return sort();
    if (reader_.accept_word("limit") || reader_.accept_word("head")) return limit();
    if (reader_.accept_word("parse")) return parse();
    for (const char* known : {"pattern", "diff", "unmask", "unnest", "anomaly", "lookup", "source",
                              "filterindex", "join", "subquery", "tail"}) {
      if (reader_.sees_word(known)) {
        return reader_.error(std::string("the command ") + known +
                             " is not implemented by Fairlead yet,");
      }
    }
    return reader_.unexpected();
  }

  Result<std::vector<Named>> named_list(std::vector<Aggregate>* slots = nullptr) {
    std::vector<Named> all;
    do {
      if (all.size() == kMaxList) return reader_.error("the list is too long");
      all.push_back(TRY(expressions_.read_named(slots)));
    } while (reader_.accept(","));
    return all;
  }

  Result<Command> list(Command::Kind kind) {
    Command command;
    command.kind = kind;
    command.named = TRY(named_list());
    return command;
  }

  Result<Command> filter() {
    Command command;
    command.kind = Command::Kind::kFilter;
    command.where = TRY(expressions_.read());
    return command;
  }

  Result<Command> stats() {
    Command command;
    command.kind = Command::Kind::kStats;
    command.named = TRY(named_list(&command.slots));
    if (command.slots.empty()) return reader_.error("stats needs an aggregation,");
    if (reader_.accept_word("by")) command.groups = TRY(named_list());
    return command;
  }

  Result<Command> sort() {
    Command command;
    command.kind = Command::Kind::kSort;
    reader_.accept_word("by");
    do {
      if (command.keys.size() == kMaxList) return reader_.error("the list is too long");
      SortKey key;
      key.by = TRY(sort_expression());
      if (reader_.accept_word("desc")) {
        key.descending = true;
      } else {
        reader_.accept_word("asc");
      }
      command.keys.push_back(std::move(key));
    } while (reader_.accept(","));
    return command;
  }

  // A result of stats is named by its own text: `sort count(*) desc`, `sort bin(5m)`.
  Result<Expression> sort_expression() {
    const std::size_t from = reader_.offset();
    std::vector<Aggregate> slots;
    Expression by = TRY(expressions_.read(&slots));
    if (by.kind == Expression::Kind::kField) return by;
    Expression field;
    field.kind = Expression::Kind::kField;
    field.name = reader_.since(from);
    if (!slots.empty()) return field;
    // Either a column of that name or, when there is none, the expression itself.
    Expression either;
    either.kind = Expression::Kind::kCall;
    either.function = find_function("coalesce");
    either.parts.push_back(std::move(field));
    either.parts.push_back(std::move(by));
    return either;
  }

  Result<Command> limit() {
    Command command;
    command.kind = Command::Kind::kLimit;
    const QueryReader before = reader_;
    const std::string digits = reader_.take_digits();
    if (!reader_.take_letters().empty() || !is_digits(digits) || digits.size() > 6) {
      return before.unexpected();
    }
    command.limit = std::stoul(digits);
    if (command.limit < 1 || command.limit > kMaxLimit) {
      return before.error("limit must be 1 to 10000,");
    }
    return command;
  }

  Result<Command> parse() {
    Command command;
    command.kind = Command::Kind::kParse;
    const auto at_pattern = [&] {
      return reader_.front() == '"' || reader_.front() == '\'' || reader_.front() == '/';
    };
    Expression message;
    message.kind = Expression::Kind::kField;
    message.name = "@message";
    if (!at_pattern()) {
      const QueryReader before = reader_;
      message.name = reader_.take_name();
      if (message.name.empty()) return before.unexpected();
    }
    command.where = std::move(message);
    if (!at_pattern()) return reader_.unexpected();
    std::size_t groups = 0;
    if (reader_.front() == '/') {
      command.regex = TRY(reader_.take_regex(command.names));
      groups = command.names.size();
    } else {
      command.regex = TRY(glob(groups));
      command.names.resize(groups);
    }
    if (reader_.accept_word("as")) TRY(aliases(command));
    const bool named = std::any_of(command.names.begin(), command.names.end(),
                                   [](const std::string& name) { return !name.empty(); });
    if (!named) return reader_.error("parse names no field");
    return command;
  }

  Status aliases(Command& command) {
    std::vector<std::string> names;
    do {
      const QueryReader before = reader_;
      names.push_back(reader_.take_name());
      if (names.back().empty()) return before.unexpected();
    } while (reader_.accept(","));
    if (names.size() != command.names.size()) {
      return reader_.error("parse has " + std::to_string(command.names.size()) + " wildcards and " +
                           std::to_string(names.size()) + " names,");
    }
    command.names = std::move(names);
    return {};
  }

  // "user=*, id:*" as a regular expression; each asterisk is a group.
  Result<Regex> glob(std::size_t& groups) {
    const QueryReader before = reader_;
    const std::string text = TRY(reader_.take_quoted());
    std::string regex = "(?s)";
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '*') {
        regex += i + 1 == text.size() ? "(.*)" : "(.*?)";
        ++groups;
      } else {
        const bool sign = std::string_view("\\^$.[]|()?+{}").find(c) != std::string_view::npos;
        if (sign) regex += '\\';
        regex += c;
      }
    }
    auto compiled = Regex::compile(regex);
    if (groups == 0 || !compiled) return before.error("parse needs a pattern with wildcards,");
    return *std::move(compiled);
  }

  QueryReader reader_;
  ExpressionParser expressions_;
};

}  // namespace

Result<Query> Query::parse(std::string_view text) {
  if (text.size() > kMaxQuery) return malformed_query("The query is longer than 10000 characters.");
  Query query;
  query.commands_ = std::make_shared<const std::vector<Command>>(TRY(Commands(text).read()));
  return query;
}

}  // namespace fairlead::logs
