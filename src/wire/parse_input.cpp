// A request's input as Json: labels, query, headers and body put together by the model.
#include "base/base64.h"
#include "base/text.h"
#include "wire/http_input.h"
#include "wire/json_body.h"
#include "wire/query_form.h"
#include "wire/scalars.h"
#include "wire/wire_errors.h"
#include "wire/xml_body.h"

namespace fairlead::wire {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

class RestReader {
 public:
  RestReader(const Identified& call, const HttpInput& input)
      : call_(call), input_(input), service_(call.operation.service()) {}

  Result<Json> read() {
    const ShapeModel shape = call_.operation.input();
    Json result = Json::object();
    if (!shape) return result;
    TRY(body(shape, result));
    TRY(labels(shape, result));
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const MemberModel member = shape.member(i);
      switch (member.location()) {
        case Location::kQuery:
          TRY(query(member, result));
          break;
        case Location::kHeader:
          TRY(header(member, result));
          break;
        case Location::kHeaderMap:
          header_map(member, result);
          break;
        default:
          break;
      }
    }
    return result;
  }

 private:
  Status body(const ShapeModel& shape, Json& result) {
    const MemberModel payload = shape.payload();
    if (payload && is_scalar(payload.shape())) {
      const bool text = payload.shape().kind() == ShapeKind::kString;
      if (text && !input_.body.empty()) result.set(payload.name(), input_.body);
      return {};
    }
    if (input_.body.empty() || (payload && payload.shape().event_stream())) return {};
    if (payload) {
      result.set(payload.name(), TRY(structured(payload.shape())));
      return {};
    }
    bool any = false;  // members in the body at all
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      any = any || shape.member(i).location() == Location::kBody;
    }
    if (any) result = TRY(structured(shape));
    return {};
  }

  Result<Json> structured(const ShapeModel& shape) {
    return call_.dialect.protocol == Protocol::kRestXml
               ? parse_xml_body(service_, shape, input_.body)
               : parse_json_body(service_, shape, input_.body);
  }

  Status labels(const ShapeModel& shape, Json& result) {
    const blob::Operation& record = call_.operation.record();
    const auto* order =
        reinterpret_cast<const std::uint16_t*>(call_.operation.base() + record.labels);
    for (std::size_t i = 0; i < record.label_count && i < call_.label_count; ++i) {
      if (order[i] >= shape.member_count()) continue;
      const MemberModel member = shape.member(order[i]);
      const auto text = percent_decode(call_.labels[i]);
      if (!text) return serialization_error(service_, "The path has a bad escape.");
      TRY(set(member, *text, result));
    }
    return {};
  }

  Status set(const MemberModel& member, std::string_view text, Json& result) {
    auto value = read_scalar(member.shape(), text);
    if (!value) {
      return invalid_argument(service_, member.wire_name(), text, type_name(member.shape()));
    }
    result.set(member.name(), std::move(*value));
    return {};
  }

  const Pairs& pairs() {
    if (!pairs_) pairs_ = parse_query(input_.query, QueryStyle::kForm);
    return *pairs_;
  }

  Status query(const MemberModel& member, Json& result) {
    if (input_.query.empty()) return {};
    const ShapeModel target = member.shape();
    if (target.kind() == ShapeKind::kMap) {
      query_map(member, result);
      return {};
    }
    const std::string_view name = member.wire_name();
    Json list = Json::array();
    for (const auto& [key, text] : pairs()) {
      if (key != name) continue;
      if (target.kind() != ShapeKind::kList) {
        if (text.empty() && target.kind() != ShapeKind::kString) return {};  // "max-keys="
        return set(member, text, result);
      }
      auto value = read_scalar(target.item(), text);
      if (!value) return invalid_argument(service_, name, text, type_name(target.item()));
      list.push_back(std::move(*value));
    }
    if (!list.empty()) result.set(member.name(), std::move(list));
    return {};
  }

  // Every parameter, also those that other members have.
  void query_map(const MemberModel& member, Json& result) {
    const ShapeModel target = member.shape();
    Json map = Json::object();
    for (const auto& [key, text] : pairs()) {
      if (target.item().kind() != ShapeKind::kList) {
        map.set(key, text);
        continue;
      }
      Json* have = map.find(key);
      (have != nullptr ? have : &map.set(key, Json::array()))->push_back(text);
    }
    if (!map.empty()) result.set(member.name(), std::move(map));
  }

  // aws-chunked is how a body travels to S3, not what is stored of it.
  bool is_transfer_only(const MemberModel& member, std::string_view text) const {
    return member.name() == "ContentEncoding" && service_.name() == "s3" &&
           equals_ignoring_case(trim(text), "aws-chunked");
  }

  Status header(const MemberModel& member, Json& result) {
    const std::string* text = input_.header(member.wire_name());
    if (text == nullptr) return {};
    if (is_transfer_only(member, *text)) return {};
    const ShapeModel target = member.shape();
    if (member.json_value()) {
      result.set(member.name(), base64_decode(*text).value_or(*text));
      return {};
    }
    if (target.kind() == ShapeKind::kList) return header_list(member, *text, result);
    if (text->empty() && target.kind() != ShapeKind::kString) return {};
    std::string_view value = *text;
    if (member.name() == "ContentEncoding" && value.starts_with("aws-chunked,")) {
      value = trim(value.substr(12));
    }
    return set(member, target.kind() == ShapeKind::kString ? value : trim(value), result);
  }

  // "a, b, c"; dates have a comma of their own, and items may be quoted.
  Status header_list(const MemberModel& member, std::string_view text, Json& result) {
    const ShapeModel item = member.shape().item();
    const bool dates = item.kind() == ShapeKind::kTimestamp &&
                       item.timestamp() != TimestampFormat::kIso8601 &&
                       item.timestamp() != TimestampFormat::kUnixSeconds;
    Json list = Json::array();
    for (const std::string& piece : header_items(text, dates ? 2 : 1)) {
      auto value = read_scalar(item, piece);
      if (!value) return invalid_argument(service_, member.wire_name(), piece, type_name(item));
      list.push_back(std::move(*value));
    }
    result.set(member.name(), std::move(list));
    return {};
  }

  static std::vector<std::string> header_items(std::string_view text, int commas_each) {
    std::vector<std::string> items;
    std::string item;
    bool quoted = false;
    int commas = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted && i + 1 < text.size()) {
        item += text[++i];
      } else if (c == ',' && !quoted && ++commas == commas_each) {
        items.emplace_back(trim(item));
        item.clear();
        commas = 0;
      } else {
        item += c;
      }
    }
    if (!trim(item).empty() || !items.empty()) items.emplace_back(trim(item));
    return items;
  }

  void header_map(const MemberModel& member, Json& result) {
    const std::string_view prefix = member.wire_name();
    Json map = Json::object();
    for (const HeaderPair& pair : input_.headers) {
      const std::string_view name = pair.first;
      if (name.size() <= prefix.size() ||
          !equals_ignoring_case(name.substr(0, prefix.size()), prefix)) {
        continue;
      }
      map.set(to_lower(name.substr(prefix.size())), pair.second);
    }
    if (!map.empty()) result.set(member.name(), std::move(map));
  }

  const Identified& call_;
  const HttpInput& input_;
  ServiceModel service_;
  std::optional<Pairs> pairs_;
};

}  // namespace

Result<Json> parse_input(const Identified& call, const HttpInput& input) {
  const ShapeModel shape = call.operation.input();
  const ServiceModel service = call.operation.service();
  switch (call.dialect.protocol) {
    case Protocol::kJson:
      return parse_json_body(service, shape, input.body);
    case Protocol::kQuery:
      return parse_query_form(service, shape, input);
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      return RestReader(call, input).read();
  }
  return Json::object();
}

}  // namespace fairlead::wire
