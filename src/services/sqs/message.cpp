// Digests and checks of what a message carries.
#include "services/sqs/message.h"

#include <algorithm>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/ids.h"
#include "base/utf8.h"
#include "services/sqs/errors.h"
#include "storage/documents.h"

namespace fairlead::sqs {

namespace {

constexpr std::size_t kMaxAttributes = 10;

void put_length(std::string& out, std::size_t n) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(n >> shift));
}

void put_text(std::string& out, std::string_view text) {
  put_length(out, text.size());
  out.append(text);
}

bool is_binary(const Json& value) { return value["DataType"].string_or("").starts_with("Binary"); }

std::string bytes_of(const Json& value) {
  if (!is_binary(value)) return value["StringValue"].string_or("");
  return base64_decode(value["BinaryValue"].string_or("")).value_or("");
}

// What XML 1.0 can carry, which is what AWS takes.
bool is_sendable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return false;
    const bool ffff = byte == 0xEF && text.substr(i, 2) == "\xEF\xBF" && i + 2 < text.size() &&
                      static_cast<unsigned char>(text[i + 2]) >= 0xBE;  // U+FFFE, U+FFFF
    if (ffff) return false;
  }
  return true;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 256 || name.front() == '.' || name.back() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
}

Status check_attribute(const std::string& name, const Json& value) {
  if (!is_name(name)) return bad_message_attribute(name, "has a name that is not valid.");
  const std::string type = value["DataType"].string_or("");
  const std::string kind = type.substr(0, type.find('.'));
  if (kind != "String" && kind != "Number" && kind != "Binary") {
    return bad_message_attribute(
        name,
        "has an invalid message attribute type, the set of supported type prefixes is "
        "Binary, Number, and String.");
  }
  const char* member = kind == "Binary" ? "BinaryValue" : "StringValue";
  const std::string bytes = bytes_of(value);
  if (bytes.empty()) {
    return bad_message_attribute(name, std::string("must contain non-empty message attribute "
                                                   "value for message attribute type '") +
                                           kind + "'.");
  }
  if (!value.has(member) || (kind != "Binary" && !is_sendable(bytes))) return bad_characters();
  return {};
}

std::size_t attribute_bytes(const Json& attributes) {
  std::size_t bytes = 0;
  for (const Json::Member& member : attributes.members()) {
    bytes += member.key.size() + member.value["DataType"].string_or("").size() +
             bytes_of(member.value).size();
  }
  return bytes;
}

}  // namespace

std::string encode_message(const Message& message) {
  return storage::encode_document(Json::object({{"id", message.id},
                                                {"body", message.body},
                                                {"attributes", message.attributes},
                                                {"system", message.system_attributes},
                                                {"group", message.group},
                                                {"sender", message.sender},
                                                {"sent_ms", message.sent_ms},
                                                {"source", message.source_arn}}));
}

Result<Message> decode_message(std::string_view bytes) {
  const Json json = TRY(storage::decode_document(bytes));
  Message message;
  message.id = json["id"].string_or("");
  message.body = json["body"].string_or("");
  message.attributes = json["attributes"];
  message.system_attributes = json["system"];
  message.group = json["group"].string_or("");
  message.sender = json["sender"].string_or("");
  message.sent_ms = json["sent_ms"].int_or(0);
  message.source_arn = json["source"].string_or("");
  return message;
}

Result<Message> read_message(const Json& input) {
  Message message;
  message.body = input["MessageBody"].string_or("");
  if (message.body.empty()) return missing_parameter("MessageBody");
  if (!is_sendable(message.body)) return bad_characters();
  if (input.has("MessageDeduplicationId")) return not_for_standard_queues("MessageDeduplicationId");
  message.attributes = input["MessageAttributes"];
  message.system_attributes = input["MessageSystemAttributes"];
  if (message.attributes.size() > kMaxAttributes) return too_many_message_attributes();
  for (const Json* attributes : {&message.attributes, &message.system_attributes}) {
    for (const Json::Member& member : attributes->members()) {
      TRY(check_attribute(member.key, member.value));
    }
  }
  message.group = input["MessageGroupId"].string_or("");
  message.id = uuid_v4();
  return message;
}

std::size_t size_of(const Message& message) {
  return message.body.size() + attribute_bytes(message.attributes);
}

std::string md5_of_text(std::string_view body) { return hex_encode(md5(body)); }

std::string md5_of_attributes(const Json& attributes) {
  if (attributes.empty()) return {};
  std::vector<const Json::Member*> ordered;
  for (const Json::Member& member : attributes.members()) ordered.push_back(&member);
  std::sort(ordered.begin(), ordered.end(),
            [](const auto* a, const auto* b) { return a->key < b->key; });
  std::string all;
  for (const Json::Member* member : ordered) {
    put_text(all, member->key);
    put_text(all, member->value["DataType"].string_or(""));
    all.push_back(is_binary(member->value) ? 2 : 1);
    put_text(all, bytes_of(member->value));
  }
  return md5_of_text(all);
}

Json choose_attributes(const Json& attributes, const Json& names) {
  Json chosen = Json::object();
  for (const Json::Member& member : attributes.members()) {
    for (const Json& each : names.items()) {
      const std::string name = each.string_or("");
      const bool prefix = name.ends_with(".*") &&
                          member.key.starts_with(std::string_view(name).substr(0, name.size() - 2));
      if (name != "All" && name != member.key && !prefix) continue;
      chosen.set(member.key, member.value);
      break;
    }
  }
  return chosen;
}

}  // namespace fairlead::sqs
