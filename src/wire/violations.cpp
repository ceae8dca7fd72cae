// The wording of violations.
#include "wire/violations.h"

#include "base/utf8.h"
#include "wire/patterns.h"
#include "wire/scalars.h"

namespace fairlead::wire {
namespace {

constexpr std::size_t kMaxViolations = 10;
constexpr std::size_t kMaxValueText = 4096;

bool counts_as_number(ShapeKind kind) {
  return kind == ShapeKind::kInteger || kind == ShapeKind::kLong || kind == ShapeKind::kFloat ||
         kind == ShapeKind::kDouble;
}

std::size_t decoded_length(std::string_view base64) {
  std::size_t length = base64.size() / 4 * 3;
  for (std::size_t i = 0; i < 2 && i < base64.size(); ++i) {
    if (base64[base64.size() - 1 - i] == '=') --length;
  }
  return length;
}

// Characters, items or bytes. Quick for texts that cannot be out of bounds either way.
std::int64_t length_of(const ShapeModel& shape, const Json& value) {
  if (shape.kind() == ShapeKind::kBlob) {
    return static_cast<std::int64_t>(decoded_length(value.as_string()));
  }
  if (value.is_string()) return static_cast<std::int64_t>(utf8_length(value.as_string()));
  return static_cast<std::int64_t>(value.size());
}

bool below(const ShapeModel& shape, const Json& value) {
  if (!shape.min()) return false;
  if (!counts_as_number(shape.kind())) return length_of(shape, value) < *shape.min();
  if (const auto whole = value.to_int64()) return *whole < *shape.min();
  return value.to_double().value_or(0) < static_cast<double>(*shape.min());
}

bool above(const ShapeModel& shape, const Json& value) {
  if (!shape.max()) return false;
  if (!counts_as_number(shape.kind())) return length_of(shape, value) > *shape.max();
  if (const auto whole = value.to_int64()) return *whole > *shape.max();
  return value.to_double().value_or(0) > static_cast<double>(*shape.max());
}

bool in_enum(const ShapeModel& shape, std::string_view text) {
  for (std::size_t i = 0; i < shape.enum_count(); ++i) {
    if (shape.enum_value(i) == text) return true;
  }
  return shape.enum_count() == 0;
}

std::string enum_text(const ShapeModel& shape) {
  std::string text = "Member must satisfy enum value set: [";
  for (std::size_t i = 0; i < shape.enum_count(); ++i) {
    if (i != 0) text += ", ";
    text += shape.enum_value(i);
  }
  return text + "]";
}

std::string pattern_text(const ShapeModel& shape) {
  return "Member must satisfy regular expression pattern: " + std::string(shape.pattern());
}

std::string bound_text(const ShapeModel& shape, std::string_view relation, std::int64_t bound) {
  std::string text = "Member must have ";
  text += counts_as_number(shape.kind()) ? "value " : "length ";
  return text.append(relation).append(" than or equal to ") + std::to_string(bound);
}

std::string min_text(const ShapeModel& shape) { return bound_text(shape, "greater", *shape.min()); }
std::string max_text(const ShapeModel& shape) { return bound_text(shape, "less", *shape.max()); }

// As Java prints it: [a, b], {key=value}.
void append_value(std::string& out, const Json& value) {
  if (out.size() > kMaxValueText) return;
  const char* comma = "";
  switch (value.kind()) {
    case Json::Kind::kNull:
      out += "null";
      break;
    case Json::Kind::kBool:
      out += value.as_bool() ? "true" : "false";
      break;
    case Json::Kind::kNumber:
      out += value.number_text();
      break;
    case Json::Kind::kString:
      out += value.as_string();
      break;
    case Json::Kind::kArray:
      out += '[';
      for (const Json& item : value.items()) {
        out += comma, comma = ", ";
        append_value(out, item);
      }
      out += ']';
      break;
    case Json::Kind::kObject:
      out += '{';
      for (const Json::Member& member : value.members()) {
        out.append(comma).append(member.key) += '=', comma = ", ";
        append_value(out, member.value);
      }
      out += '}';
  }
}

// IAM's sentences (its public errors; reference: the messages that the AWS CLI shows).
struct PatternSentence {
  std::string_view service, pattern, sentence;
};
const PatternSentence kPatternSentences[] = {
    {"iam", R"([\w+=,.@-]+)",
     "It must contain only alphanumeric characters and/or the following: +=,.@_-"},
    {"iam", R"((\u002F)|(\u002F[\u0021-\u007F]+\u002F))",
     "It must begin and end with / and contain only alphanumeric characters and/or / characters."},
};

}  // namespace

std::string own_pattern_sentence(const ServiceModel& service, const ShapeModel& shape,
                                 const Path& path) {
  for (const PatternSentence& row : kPatternSentences) {
    if (row.service != service.name() || row.pattern != shape.pattern()) continue;
    return "The specified value for " + path.text() + " is invalid. " + std::string(row.sentence);
  }
  return {};
}

std::string Path::text() const {
  std::string own;
  if (number != 0) {
    own = std::to_string(number);
  } else {
    own = name;
    if (spelling == Spelling::kMember && !own.empty() && own[0] >= 'A' && own[0] <= 'Z') {
      own[0] = static_cast<char>(own[0] | 0x20);
    }
  }
  return parent == nullptr ? own : parent->text() + "." + own;
}

int Path::depth() const {
  int depth = 0;
  for (const Path* at = this; at != nullptr; at = at->parent) ++depth;
  return depth;
}

bool broken_text(const ShapeModel& shape, std::string_view text) {
  if (!in_enum(shape, text)) return true;
  if (shape.min() || shape.max()) {
    const auto length = static_cast<std::int64_t>(utf8_length(text));
    if (shape.min() && length < *shape.min()) return true;
    if (shape.max() && length > *shape.max()) return true;
  }
  return !matches_pattern(shape, text);
}

bool broken_constraint(const ShapeModel& shape, const Json& value) {
  if (shape.kind() == ShapeKind::kString) return broken_text(shape, value.as_string());
  if (shape.kind() == ShapeKind::kBoolean || shape.kind() == ShapeKind::kTimestamp) return false;
  return below(shape, value) || above(shape, value);
}

void Violations::add(const Path& path, const ShapeModel& shape, const Json& value,
                     std::string_view constraint) {
  if (texts_.size() == kMaxViolations) return;
  std::string text = "Value ";
  if (value.is_null()) {
    text += "null ";
  } else if (!shape || !shape.sensitive()) {
    text += '\'';
    append_value(text, value);
    text += "' ";
  }
  text.append("at '").append(path.text()).append("' failed to satisfy constraint: ");
  texts_.push_back(std::move(text.append(constraint)));
}

void Violations::add_each(const Path& path, const ShapeModel& shape, const Json& value) {
  if (value.is_string() && !in_enum(shape, value.as_string())) {
    add(path, shape, value, enum_text(shape));
  }
  if (below(shape, value)) add(path, shape, value, min_text(shape));
  if (value.is_string() && shape.kind() == ShapeKind::kString &&
      !matches_pattern(shape, value.as_string())) {
    add(path, shape, value, pattern_text(shape));
  }
  if (above(shape, value)) add(path, shape, value, max_text(shape));
}

void Violations::add_element(const Path& path, const ShapeModel& shape, const Json& value,
                             std::string_view lead, const ShapeModel& element) {
  std::string text(lead);
  text += '[';
  const auto append = [&](const std::string& one) {
    if (text.back() != '[') text += ", ";
    text += one;
  };
  if (element.max()) append(max_text(element));
  if (element.min()) append(min_text(element));
  if (element.enum_count() != 0) append(enum_text(element));
  if (!element.pattern().empty()) append(pattern_text(element));
  add(path, shape, value, text + "]");
}

std::string Violations::message() const {
  std::string text = std::to_string(texts_.size());
  text += texts_.size() == 1 ? " validation error detected: " : " validation errors detected: ";
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (i != 0) text += "; ";
    text += texts_[i];
  }
  return text;
}

}  // namespace fairlead::wire
