// Json to text: compact, and in the pretty layout of AWS's Jackson. Text is copied in runs; only
// quotes, backslashes and control characters are escaped, non-ASCII stays as it is.
#include "base/json.h"
#include "base/json_scan.h"

namespace fairlead {

namespace {

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

void append_pretty(std::string& out, const Json& value, std::size_t depth) {
  const auto new_line = [&out](std::size_t level) { out.append(1, '\n').append(level * 2, ' '); };
  if (value.is_object()) {
    if (value.empty()) {
      out += "{ }";
      return;
    }
    char before = '{';
    for (const Json::Member& member : value.members()) {
      out += before;
      before = ',';
      new_line(depth + 1);
      append_json_string(out, member.key);
      out += " : ";
      append_pretty(out, member.value, depth + 1);
    }
    new_line(depth);
    out += '}';
  } else if (value.is_array()) {
    // Jackson's default printer keeps arrays on one line: [ 1, 2 ]
    const char* before = "[ ";
    for (const Json& item : value.items()) {
      out += before;
      before = ", ";
      append_pretty(out, item, depth);
    }
    out += value.empty() ? "[ ]" : " ]";
  } else {
    append_json(out, value);
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    bool not_ascii = false;
    const char* const stop = json_plain_until(at, end, not_ascii);
    out.append(at, stop);
    if (stop == end) break;
    append_escape(out, *stop);
    at = stop + 1;
  }
  out += '"';
}

void append_json(std::string& out, const Json& value) {
  switch (value.kind()) {
    case Json::Kind::kNull:
      out += "null";
      return;
    case Json::Kind::kBool:
      out += value.as_bool() ? "true" : "false";
      return;
    case Json::Kind::kNumber:
      out += value.number_text();
      return;
    case Json::Kind::kString:
      append_json_string(out, value.as_string());
      return;
    case Json::Kind::kArray: {
      out += '[';
      bool first = true;
      for (const Json& item : value.items()) {
        if (!first) out += ',';
        first = false;
        append_json(out, item);
      }
      out += ']';
      return;
    }
    case Json::Kind::kObject: {
      out += '{';
      bool first = true;
      for (const Json::Member& member : value.members()) {
        if (!first) out += ',';
        first = false;
        append_json_string(out, member.key);
        out += ':';
        append_json(out, member.value);
      }
      out += '}';
      return;
    }
  }
}

std::string write_json(const Json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string write_json_pretty(const Json& value) {
  std::string out;
  append_pretty(out, value, 0);
  return out;
}

}  // namespace fairlead
