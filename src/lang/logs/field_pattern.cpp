// Patterns of space-delimited events: one name for each field, conditions on fields, and "..." for
// any number of them.
#include <algorithm>
#include <optional>

#include "lang/logs/comparison.h"
#include "lang/logs/filter_pattern.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kMaxFields = 256;

// A field of an event: a word, or what stands between brackets or quotes.
std::vector<std::string_view> fields_of(std::string_view message) {
  std::vector<std::string_view> fields;
  PatternReader reader(message);
  for (reader.skip_space(); !reader.at_end() && fields.size() <= kMaxFields; reader.skip_space()) {
    const char open = reader.front();
    const char close = open == '[' ? ']' : open == '"' ? '"' : '\0';
    const std::size_t end = close ? reader.rest().find(close, 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      fields.push_back(reader.take_while([](char c) { return !is_space(c); }));
      continue;
    }
    fields.push_back(reader.rest().substr(1, end - 1));
    reader.accept(reader.rest().substr(0, end + 1));
  }
  return fields;
}

struct Field {
  std::string name;
  // Any of these, each of which wants all of its own: a || b && c.
  std::vector<std::vector<Comparison>> tests;

  bool holds(std::string_view value) const {
    if (tests.empty()) return true;
    const auto number = read_number(value);
    return std::any_of(tests.begin(), tests.end(), [&](const auto& all) {
      return std::all_of(all.begin(), all.end(),
                         [&](const Comparison& test) { return test.holds(value, number); });
    });
  }
};

class Fields : public Matcher {
 public:
  bool matches(std::string_view message) const override {
    const auto values = fields_of(message);
    const std::size_t named = before.size() + after.size();
    if (ellipsis ? values.size() < named : values.size() != named) return false;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!before[i].holds(values[i])) return false;
    }
    const std::size_t first = values.size() - after.size();
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (!after[i].holds(values[first + i])) return false;
    }
    return true;
  }

  void extract(std::string_view message, Extracted& all) const override {
    const auto values = fields_of(message);
    const std::size_t first_after = values.size() - after.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::string name;
      if (i < before.size()) name = before[i].name;
      if (i >= first_after) name = after[i - first_after].name;
      all.emplace_back("$" + (name.empty() ? std::to_string(i + 1) : name), values[i]);
    }
  }

  std::vector<Field> before, after;  // of the ellipsis; without one all are before
  bool ellipsis = false;
};

std::string_view take_name(PatternReader& reader) {
  reader.skip_space();
  return reader.take_while([](char c) { return is_word(c) || c == '-' || c == '.'; });
}

// "status = 4* && status != 403 || status = 500": the name may be given again or left out.
Result<Field> take_field(PatternReader& reader) {
  Field field;
  field.name = take_name(reader);
  reader.skip_space();
  if (reader.front() == ',' || reader.front() == ']') return field;
  if (field.name.empty()) return invalid_filter_pattern();
  field.tests.emplace_back();
  while (true) {
    field.tests.back().push_back(TRY(Comparison::read(reader, ",]&|")));
    reader.skip_space();
    if (reader.accept("||")) {
      field.tests.emplace_back();
    } else if (!reader.accept("&&")) {
      break;
    }
    const std::string_view again = take_name(reader);
    if (!again.empty() && again != field.name) return invalid_filter_pattern();
    reader.skip_space();
  }
  if (reader.front() != ',' && reader.front() != ']') return invalid_filter_pattern();
  return field;
}

bool accept_ellipsis(PatternReader& reader) {
  return reader.accept("...") || reader.accept("\xE2\x80\xA6");
}

}  // namespace

Result<std::shared_ptr<const Matcher>> parse_fields(std::string_view text) {
  PatternReader reader(text);
  reader.accept("[");
  auto fields = std::make_shared<Fields>();
  do {
    reader.skip_space();
    if (accept_ellipsis(reader)) {
      if (fields->ellipsis) return invalid_filter_pattern();
      fields->ellipsis = true;
      reader.skip_space();
      if (reader.front() != ',' && reader.front() != ']') return invalid_filter_pattern();
      continue;
    }
    auto& list = fields->ellipsis ? fields->after : fields->before;
    list.push_back(TRY(take_field(reader)));
    if (list.size() > kMaxFields) return invalid_filter_pattern();
  } while (reader.accept(","));
  if (!reader.accept("]")) return invalid_filter_pattern();
  reader.skip_space();
  if (!reader.at_end()) return invalid_filter_pattern();
  return std::shared_ptr<const Matcher>(std::move(fields));
}

}  // namespace fairlead::logs
