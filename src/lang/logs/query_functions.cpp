// What functions answer, and the value of an expression.
#include "lang/logs/query_functions.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace fairlead::logs {

namespace {

using Arguments = std::vector<Value>;
constexpr std::size_t kMaxText = 1024 * 1024;

Value of_number(const Arguments& a, double (*f)(double)) {
  const auto number = a[0].as_number();
  return number ? Value::number(f(*number)) : Value();
}

Value text_of(const Value& value, std::string text) {
  return value.missing() ? Value() : Value::text(std::move(text));
}

std::string trimmed(const std::string& text, const std::string& signs, bool left, bool right) {
  const std::size_t first = left ? text.find_first_not_of(signs) : 0;
  if (first == std::string::npos) return "";
  const std::size_t last = right ? text.find_last_not_of(signs) : text.size() - 1;
  return last == std::string::npos ? "" : text.substr(first, last + 1 - first);
}

std::string signs_of(const Arguments& a) { return a.size() > 1 ? a[1].shown() : " \t\r\n"; }

// The byte offset of the n-th character.
std::size_t offset_of(const std::string& text, std::size_t n) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && n-- == 0) break;
  }
  return i;
}

std::size_t character_count(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Value substr(const Arguments& a) {
  const auto start = a[1].as_number();
  if (a[0].missing() || !start || *start < 0) return {};
  const std::string text = a[0].shown();
  const std::size_t from = offset_of(text, static_cast<std::size_t>(std::min(*start, 1e9)));
  if (a.size() < 3) return Value::text(text.substr(from));
  const auto count = a[2].as_number();
  if (!count || *count < 0) return {};
  const std::string rest = text.substr(from);
  return Value::text(
      rest.substr(0, offset_of(rest, static_cast<std::size_t>(std::min(*count, 1e9)))));
}

Value replace(const Arguments& a) {
  if (a[0].missing()) return {};
  const std::string text = a[0].shown(), what = a[1].shown(), with = a[2].shown();
  if (what.empty()) return a[0];
  std::string out;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(what, from)) != std::string::npos; from = at + what.size()) {
    out.append(text, from, at - from).append(with);
    if (out.size() > kMaxText) return {};
  }
  return Value::text(out.append(text, from));
}

Value concat(const Arguments& a) {
  std::string out;
  for (const Value& value : a) {
    out += value.shown();
    if (out.size() > kMaxText) return {};
  }
  return Value::text(out);
}

Value extreme(const Arguments& a, int sign) {
  Value best;
  for (const Value& value : a) {
    if (value.missing()) continue;
    if (best.missing() || compare(value, best) * sign > 0) best = value;
  }
  return best;
}

Value date_round(const Arguments& a, double (*round)(double)) {
  const auto ms = a[0].as_number(), period = a[1].as_number();
  if (!ms || !period || *period <= 0) return {};
  return Value::moment(round(*ms / *period) * *period);
}

double floor_of(double x) { return std::floor(x); }
double ceil_of(double x) { return std::ceil(x); }

const Function kFunctions[] = {
    {"abs", 1, 1, [](const Arguments& a) { return of_number(a, std::fabs); }},
    // bin(period) is datefloor(@timestamp, period): the parser puts the time in front.
    {"bin", 2, 2, [](const Arguments& a) { return date_round(a, floor_of); }},
    {"ceil", 1, 1, [](const Arguments& a) { return of_number(a, ceil_of); }},
    {"coalesce", 1, 64,
     [](const Arguments& a) {
       const auto found =
           std::find_if(a.begin(), a.end(), [](const Value& value) { return !value.missing(); });
       return found == a.end() ? Value() : *found;
     }},
    {"concat", 1, 64, concat},
    {"dateceil", 2, 2, [](const Arguments& a) { return date_round(a, ceil_of); }},
    {"datefloor", 2, 2, [](const Arguments& a) { return date_round(a, floor_of); }},
    {"floor", 1, 1, [](const Arguments& a) { return of_number(a, floor_of); }},
    {"frommillis", 1, 1,
     [](const Arguments& a) {
       const auto ms = a[0].as_number();
       return ms ? Value::moment(*ms) : Value();
     }},
    {"greatest", 1, 64, [](const Arguments& a) { return extreme(a, 1); }},
    {"isblank", 1, 1,
     [](const Arguments& a) {
       return Value::truth(trimmed(a[0].shown(), " \t\r\n", true, true).empty());
     }},
    {"isempty", 1, 1, [](const Arguments& a) { return Value::truth(a[0].shown().empty()); }},
    {"ispresent", 1, 1, [](const Arguments& a) { return Value::truth(!a[0].missing()); }},
    {"least", 1, 64, [](const Arguments& a) { return extreme(a, -1); }},
    {"log", 1, 1, [](const Arguments& a) { return of_number(a, std::log); }},
    {"ltrim", 1, 2,
     [](const Arguments& a) {
       return text_of(a[0], trimmed(a[0].shown(), signs_of(a), true, false));
     }},
    {"replace", 3, 3, replace},
    {"rtrim", 1, 2,
     [](const Arguments& a) {
       return text_of(a[0], trimmed(a[0].shown(), signs_of(a), false, true));
     }},
    {"sqrt", 1, 1, [](const Arguments& a) { return of_number(a, std::sqrt); }},
    {"strcontains", 2, 2,
     [](const Arguments& a) {
       return Value::truth(!a[0].missing() && a[0].shown().find(a[1].shown()) != std::string::npos);
     }},
    {"strlen", 1, 1,
     [](const Arguments& a) {
       return a[0].missing() ? Value()
                             : Value::number(static_cast<double>(character_count(a[0].shown())));
     }},
    {"substr", 2, 3, substr},
    {"tolower", 1, 1, [](const Arguments& a) { return text_of(a[0], to_lower(a[0].shown())); }},
    {"tomillis", 1, 1,
     [](const Arguments& a) {
       const auto ms = a[0].as_number();
       return ms ? Value::number(*ms) : Value();
     }},
    {"toupper", 1, 1,
     [](const Arguments& a) {
       std::string text = a[0].shown();
       for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
       return text_of(a[0], std::move(text));
     }},
    {"trim", 1, 2,
     [](const Arguments& a) {
       return text_of(a[0], trimmed(a[0].shown(), signs_of(a), true, true));
     }},
};

Value arithmetic(Expression::Kind kind, const Value& a, const Value& b) {
  const auto left = a.as_number(), right = b.as_number();
  if (!left || !right) return {};
  switch (kind) {
    case Expression::Kind::kAdd:
      return Value::number(*left + *right);
    case Expression::Kind::kSubtract:
      return Value::number(*left - *right);
    case Expression::Kind::kMultiply:
      return Value::number(*left * *right);
    case Expression::Kind::kDivide:
      return Value::number(*left / *right);  // by 0: missing
    case Expression::Kind::kRemainder:
      return Value::number(std::fmod(*left, *right));
    default:
      return Value::number(std::pow(*left, *right));
  }
}

Value comparison(Expression::Kind kind, const Value& a, const Value& b) {
  if (kind == Expression::Kind::kEqual) return Value::truth(same(a, b));
  if (kind == Expression::Kind::kNotEqual) return Value::truth(!same(a, b));
  if (a.missing() || b.missing()) return Value::truth(false);
  const int order = compare(a, b);
  switch (kind) {
    case Expression::Kind::kLess:
      return Value::truth(order < 0);
    case Expression::Kind::kLessOrEqual:
      return Value::truth(order <= 0);
    case Expression::Kind::kGreater:
      return Value::truth(order > 0);
    default:
      return Value::truth(order >= 0);
  }
}

}  // namespace

const Function* find_function(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (equals_ignoring_case(function.name, name)) return &function;
  }
  return nullptr;
}

std::optional<double> period_ms(double count, std::string_view unit) {
  static constexpr struct {
    std::string_view names;
    double ms;
  } kUnits[] = {
      {"|ms|millisecond|milliseconds|", 1},
      {"|s|second|seconds|", 1000},
      {"|m|min|mins|minute|minutes|", 60e3},
      {"|h|hr|hrs|hour|hours|", 3600e3},
      {"|d|day|days|", 86400e3},
      {"|w|week|weeks|", 7 * 86400e3},
  };
  const std::string wanted = "|" + to_lower(unit) + "|";
  for (const auto& [names, ms] : kUnits) {
    if (names.find(wanted) != std::string_view::npos) return count * ms;
  }
  return std::nullopt;
}

Value evaluate(const Expression& e, const Record& record, const std::vector<Value>* slots) {
  using Kind = Expression::Kind;
  const auto part = [&](std::size_t i) { return evaluate(e.parts[i], record, slots); };
  switch (e.kind) {
    case Kind::kValue:
      return e.value;
    case Kind::kField:
      return record.get(e.name);
    case Kind::kAggregate:
      return slots && e.slot < slots->size() ? (*slots)[e.slot] : Value();
    case Kind::kCall: {
      Arguments arguments;
      for (std::size_t i = 0; i < e.parts.size(); ++i) arguments.push_back(part(i));
      return e.function->call(arguments);
    }
    case Kind::kNot:
      return Value::truth(!part(0).holds());
    case Kind::kNegate: {
      const auto number = part(0).as_number();
      return number ? Value::number(-*number) : Value();
    }
    case Kind::kAnd:
    case Kind::kOr: {
      const bool decides = e.kind == Kind::kOr;  // the truth that ends the walk
      for (std::size_t i = 0; i < e.parts.size(); ++i) {
        if (part(i).holds() == decides) return Value::truth(decides);
      }
      return Value::truth(!decides);
    }
    case Kind::kLike: {
      const Value text = part(0);
      if (text.missing()) return Value::truth(false);
      if (e.regex) return Value::truth(e.regex->found_in(text.shown()));
      return Value::truth(text.shown().find(part(1).shown()) != std::string::npos);
    }
    case Kind::kIn: {
      const Value value = part(0);
      for (std::size_t i = 1; i < e.parts.size(); ++i) {
        if (same(value, part(i))) return Value::truth(true);
      }
      return Value::truth(false);
    }
    case Kind::kEqual:
    case Kind::kNotEqual:
    case Kind::kLess:
    case Kind::kLessOrEqual:
    case Kind::kGreater:
    case Kind::kGreaterOrEqual:
      return comparison(e.kind, part(0), part(1));
    default:
      return arithmetic(e.kind, part(0), part(1));
  }
}

}  // namespace fairlead::logs
