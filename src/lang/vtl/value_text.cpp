// How values print (Java's toString, and JSON for lists that came from JSON), and when two are
// equal. Both count what they do: a list may hold itself, and a small one may print huge.
#include <algorithm>

#include "lang/vtl/java_text.h"
#include "lang/vtl/value.h"

namespace fairlead::vtl {
namespace {

enum class Form { kJava, kJson };

class Printer {
 public:
  Printer(std::string& out, std::size_t max_bytes) : out_(out), max_bytes_(max_bytes) {}

  bool print(const Value& value, Form form) {
    switch (value.kind()) {
      case Value::Kind::kNull:
        out_ += "null";
        break;
      case Value::Kind::kBool:
        out_ += value.as_bool() ? "true" : "false";
        break;
      case Value::Kind::kLong:
        append_java_long(out_, value.as_long());
        break;
      case Value::Kind::kDouble:
        append_java_double(out_, value.as_double());
        break;
      case Value::Kind::kString:
        print_text(value.as_string(), form);
        break;
      case Value::Kind::kObject:
        print_text(value.as_object().text(), form);
        break;
      case Value::Kind::kList:
        return nested(value, form);
      case Value::Kind::kMap:
        return nested(value, form);
    }
    return out_.size() <= max_bytes_;
  }

 private:
  void print_text(const std::string& text, Form form) {
    if (out_.size() + text.size() > max_bytes_) {
      out_.resize(max_bytes_ + 1);
    } else if (form == Form::kJson) {
      append_json_string(out_, text);
    } else {
      out_ += text;
    }
  }

  bool nested(const Value& value, Form form) {
    if (++depth_ > kMaxPrintDepth) return false;
    const bool whole = value.kind() == Value::Kind::kMap ? map(value.as_map(), form) : list(value);
    --depth_;
    return whole && out_.size() <= max_bytes_;
  }

  // A list inside JSON is JSON whatever made it.
  bool list(const Value& value) {
    const bool json = in_json_ > 0 || value.list_style() == ListStyle::kJson;
    in_json_ += json;
    out_ += '[';
    std::string_view between = "";
    for (const Value& item : value.as_list()) {
      out_ += between;
      between = json ? "," : ", ";
      if (!print(item, json ? Form::kJson : Form::kJava)) return false;
    }
    out_ += ']';
    in_json_ -= json;
    return true;
  }

  bool map(const Map& members, Form form) {
    if (members.is_entry()) {
      if (!print(members.members()[0].value, form)) return false;
      out_ += '=';
      return print(members.members()[1].value, form);
    }
    const bool json = form == Form::kJson;
    in_json_ += json;
    out_ += '{';
    std::string_view between = "";
    for (const Map::Member& member : members.members()) {
      out_ += between;
      between = json ? "," : ", ";
      print_text(member.key, form);
      out_ += json ? ':' : '=';
      if (!print(member.value, form)) return false;
    }
    out_ += '}';
    in_json_ -= json;
    return true;
  }

  std::string& out_;
  const std::size_t max_bytes_;
  int depth_ = 0;
  int in_json_ = 0;

 public:
  void start_in_json() { in_json_ = 1; }
};

bool equal(const Value& a, const Value& b, std::uint64_t& steps, int depth) {
  if (steps == 0 || depth > kMaxPrintDepth) {
    steps = 0;
    return false;
  }
  --steps;
  if (a.is_number() && b.is_number()) {
    if (a.kind() == Value::Kind::kLong && b.kind() == Value::Kind::kLong) {
      return a.as_long() == b.as_long();
    }
    return a.as_double() == b.as_double();
  }
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kBool:
      return a.as_bool() == b.as_bool();
    case Value::Kind::kString:
      steps -= std::min<std::uint64_t>(steps, a.as_string().size() / 256);
      return steps > 0 && a.as_string() == b.as_string();
    case Value::Kind::kObject:
      return &a.as_object() == &b.as_object();
    case Value::Kind::kList: {
      const List& left = a.as_list();
      const List& right = b.as_list();
      if (left.size() != right.size()) return false;
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (!equal(left[i], right[i], steps, depth + 1)) return false;
      }
      return true;
    }
    case Value::Kind::kMap: {
      if (a.as_map().size() != b.as_map().size()) return false;
      for (const Map::Member& member : a.as_map().members()) {
        const Value* other = b.as_map().find(member.key);
        if (!other || !equal(member.value, *other, steps, depth + 1)) return false;
      }
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

bool Value::append_text(std::string& out, std::size_t max_bytes) const {
  if (is_null()) return true;
  return Printer(out, max_bytes).print(*this, Form::kJava);
}

bool Value::append_json(std::string& out, std::size_t max_bytes) const {
  Printer printer(out, max_bytes);
  printer.start_in_json();
  return printer.print(*this, Form::kJson);
}

std::string Value::text() const {
  std::string out;
  if (!append_text(out, kMaxPrintBytes) && out.size() > kMaxPrintBytes) out.resize(kMaxPrintBytes);
  return out;
}

std::string Value::json_text() const {
  std::string out;
  if (!append_json(out, kMaxPrintBytes) && out.size() > kMaxPrintBytes) out.resize(kMaxPrintBytes);
  return out;
}

bool Value::equals(const Value& other, std::uint64_t& steps) const {
  return equal(*this, other, steps, 0);
}

}  // namespace fairlead::vtl
