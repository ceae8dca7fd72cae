// API mappings (reference/websocket-api.md §2.2): which path of a custom domain leads to which
// stage.
#include "base/ids.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/domains.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"
#include "storage/documents.h"

namespace fairlead::apigateway {
namespace {

constexpr std::size_t kMostMappings = 200;

Status check_key(const std::string& key) {
  if (key.size() > 300) return bad_length("apiMappingKey", 0, 300);
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$-_.+!*'()/";
  if (key.find_first_not_of(kAllowed) != key.npos) return bad_mapping_key();
  if (key.starts_with('/') || key.find("//") != key.npos) return mapping_key_slashes();
  if (key.ends_with('/')) return mapping_key_ends_with_slash();
  return {};
}

// Where the mapping leads has to be there, and every mapping of a domain speaks one protocol.
Status check_mapping(Parts& parts, const Context& cx, const Json& mapping,
                     const std::string& domain) {
  const std::string key = text_of(mapping, "ApiMappingKey");
  TRY(check_key(key));
  const Json api = TRY(require_api(parts.store, cx, mapping));
  TRY(require_resource(parts.store, text_of(mapping, "ApiId"), kStages, "",
                       text_of(mapping, "Stage")));
  for (const auto& [place, other] :
       TRY(storage::list_documents(parts.store, mappings_prefix(domain)))) {
    if (other["ApiMappingId"] == mapping["ApiMappingId"]) continue;
    if (text_of(other, "ApiMappingKey") == key) return mapping_key_taken();
    const auto other_api = require_api(parts.store, cx, other);
    if (other_api.ok() && (*other_api)["ProtocolType"] != api["ProtocolType"]) {
      return mixed_protocols();
    }
  }
  return {};
}

Status write(Parts& parts, const std::string& domain, const Json& mapping) {
  storage::Batch batch;
  storage::put_document(batch, mapping_key(domain, text_of(mapping, "ApiMappingId")), mapping);
  TRY(parts.store.commit(std::move(batch)));
  return parts.domains.refresh(domain);
}

Result<Json> require_mapping(Parts& parts, const Context& cx, const Json& input) {
  TRY(require_domain(parts.store, cx, input));
  auto found = TRY(storage::get_document(
      parts.store, mapping_key(text_of(input, "DomainName"), text_of(input, "ApiMappingId"))));
  if (!found) return unknown_mapping();
  return std::move(*found);
}

}  // namespace

Result<Json> create_api_mapping(Parts& parts, Context& cx, const Json& input) {
  const std::string domain = text_of(input, "DomainName");
  const auto guard = parts.domains.lock();
  TRY(require_domain(parts.store, cx, input));
  const auto there =
      TRY(storage::list_documents(parts.store, mappings_prefix(domain), kMostMappings));
  if (there.size() >= kMostMappings) return too_many("ApiMappings");
  Json mapping = Json::object({{"ApiMappingId", random_lower_alnum(6)}, {"ApiMappingKey", ""}});
  copy_members(input, mapping, {"ApiId", "ApiMappingKey", "Stage"});
  TRY(check_mapping(parts, cx, mapping, domain));
  TRY(write(parts, domain, mapping));
  return mapping;
}

Result<Json> get_api_mapping(Parts& parts, Context& cx, const Json& input) {
  return require_mapping(parts, cx, input);
}

Result<Json> get_api_mappings(Parts& parts, Context& cx, const Json& input) {
  TRY(require_domain(parts.store, cx, input));
  return page_of(parts.store, mappings_prefix(text_of(input, "DomainName")), input);
}

Result<Json> update_api_mapping(Parts& parts, Context& cx, const Json& input) {
  const std::string domain = text_of(input, "DomainName");
  const auto guard = parts.domains.lock();
  Json mapping = TRY(require_mapping(parts, cx, input));
  copy_members(input, mapping, {"ApiId", "ApiMappingKey", "Stage"});
  TRY(check_mapping(parts, cx, mapping, domain));
  TRY(write(parts, domain, mapping));
  return mapping;
}

Result<Json> delete_api_mapping(Parts& parts, Context& cx, const Json& input) {
  const std::string domain = text_of(input, "DomainName");
  const auto guard = parts.domains.lock();
  TRY(require_mapping(parts, cx, input));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, mapping_key(domain, text_of(input, "ApiMappingId")));
  TRY(parts.store.commit(std::move(batch)));
  TRY(parts.domains.refresh(domain));
  return Json();
}

}  // namespace fairlead::apigateway
