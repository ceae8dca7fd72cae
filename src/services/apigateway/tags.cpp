// Tags of APIs, stages and domain names, by ARN (reference/websocket-api.md §15.8).
#include "base/arn.h"
#include "base/text.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/domains.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"

namespace fairlead::apigateway {
namespace {

struct Tagged {
  std::string api_id;
  std::string stage;   // empty: the API itself
  std::string domain;  // not empty: a domain name instead
};

// arn:aws:apigateway:{region}::/apis/{apiId}[/stages/{stage}] or …/domainnames/{name}
Result<Tagged> read_arn(const Context& cx, const Json& input) {
  const auto arn = parse_arn(text_of(input, "ResourceArn"));
  if (!arn || arn->service != "apigateway") return invalid_arn();
  if (arn->region != cx.region) return unknown_tagged_resource();
  const auto pieces = split(arn->resource, '/');
  const bool api = pieces.size() >= 3 && pieces[0].empty() && pieces[1] == "apis";
  if (api && pieces.size() == 3) return Tagged{std::string(pieces[2]), "", ""};
  if (api && pieces.size() == 5 && pieces[3] == "stages") {
    return Tagged{std::string(pieces[2]), std::string(pieces[4]), ""};
  }
  if (pieces.size() == 3 && pieces[0].empty() && pieces[1] == "domainnames") {
    return Tagged{"", "", std::string(pieces[2])};
  }
  if (pieces.size() >= 2 && pieces[1] == "vpclinks") {
    return platform::not_implemented("Tags of /vpclinks");
  }
  return unknown_tagged_resource();
}

Json api_input(const Tagged& tagged) { return Json::object({{"ApiId", tagged.api_id}}); }
Json domain_input(const Tagged& tagged) { return Json::object({{"DomainName", tagged.domain}}); }

// Reads the tagged document, lets `edit` change its tags, and writes it back.
Result<Json> edit_tags(Parts& parts, Context& cx, const Json& input, const TagEdit& edit) {
  const Tagged tagged = TRY(read_arn(cx, input));
  if (!tagged.domain.empty()) return edit_domain_tags(parts, cx, domain_input(tagged), edit);
  Change change = TRY(Change::begin(parts, cx, api_input(tagged)));
  Json document = change.api();
  if (!tagged.stage.empty()) document = TRY(change.require(kStages, tagged.stage));
  Json tags = document["Tags"].is_object() ? document["Tags"] : Json::object();
  edit(tags);
  TRY(check_tags(tags));
  document.set("Tags", std::move(tags));
  if (tagged.stage.empty()) {
    change.put_api(document);
  } else {
    change.put(kStages, document);
  }
  TRY(change.commit());
  return Json::object();
}

}  // namespace

Result<Json> tag_resource(Parts& parts, Context& cx, const Json& input) {
  return edit_tags(parts, cx, input, [&](Json& tags) {
    for (const Json::Member& tag : input["Tags"].members()) tags.set(tag.key, tag.value);
  });
}

Result<Json> untag_resource(Parts& parts, Context& cx, const Json& input) {
  auto edited = edit_tags(parts, cx, input, [&](Json& tags) {
    for (const Json& key : input["TagKeys"].items()) tags.erase(key.string_or(""));
  });
  if (!edited.ok()) return edited;
  return Json();
}

Result<Json> get_tags(Parts& parts, Context& cx, const Json& input) {
  const Tagged tagged = TRY(read_arn(cx, input));
  if (!tagged.domain.empty()) {
    const Json domain = TRY(require_domain(parts.store, cx, domain_input(tagged)));
    return Json::object({{"Tags", domain["Tags"]}});
  }
  Json document = TRY(require_api(parts.store, cx, api_input(tagged)));
  if (!tagged.stage.empty()) {
    document = TRY(require_resource(parts.store, tagged.api_id, kStages, "", tagged.stage));
  }
  return Json::object({{"Tags", document["Tags"].is_object() ? document["Tags"] : Json::object()}});
}

}  // namespace fairlead::apigateway
