// From host names to APIs.
#include "services/apigateway/domains.h"

#include <algorithm>
#include <mutex>

#include "base/log.h"
#include "base/text.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/errors.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::apigateway {

using storage::KeyWriter;
using Route = platform::WebSocketGateway::DomainRoute;

std::string domain_key(std::string_view name) {
  return KeyWriter(kDomainsPrefix).text(to_lower(name)).take();
}
std::string mappings_prefix(std::string_view name) {
  return KeyWriter("ag/mapping/").text(to_lower(name)).take();
}
std::string mapping_key(std::string_view name, std::string_view mapping_id) {
  return KeyWriter("ag/mapping/").text(to_lower(name)).text(mapping_id).take();
}

Result<Json> require_domain(const storage::Snapshot& store, const platform::Context& cx,
                            const Json& input) {
  auto found = TRY(storage::get_document(store, domain_key(text_of(input, "DomainName"))));
  if (!found || text_of(*found, "Account") != cx.account ||
      text_of(*found, "Region") != cx.region) {
    return unknown_domain();
  }
  return std::move(*found);
}

Status Domains::read(const std::string& name, const Json& document) {
  auto domain = std::make_shared<Domain>();
  domain->account = text_of(document, "Account");
  domain->region = text_of(document, "Region");
  for (const auto& [key, mapping] : TRY(storage::list_documents(store_, mappings_prefix(name)))) {
    domain->mappings.push_back(
        {text_of(mapping, "ApiMappingKey"), text_of(mapping, "ApiId"), text_of(mapping, "Stage")});
  }
  std::sort(domain->mappings.begin(), domain->mappings.end(),
            [](const Mapping& a, const Mapping& b) { return a.key.size() > b.key.size(); });
  const std::unique_lock hold(mutex_);
  domains_[name] = std::move(domain);
  count_ = domains_.size();
  return {};
}

Status Domains::load() {
  if (loaded_.load(std::memory_order_acquire)) return {};
  const auto guard = lock();
  if (loaded_.load()) return {};
  for (const auto& [key, document] :
       TRY(storage::list_documents(store_, std::string(kDomainsPrefix)))) {
    TRY(read(to_lower(text_of(document, "DomainName")), document));
  }
  loaded_.store(true, std::memory_order_release);
  return {};
}

Status Domains::refresh(std::string_view name) {
  const std::string lower = to_lower(name);
  const auto document = TRY(storage::get_document(store_, domain_key(lower)));
  if (document) return read(lower, *document);
  const std::unique_lock hold(mutex_);
  domains_.erase(lower);
  count_ = domains_.size();
  return {};
}

// `*.example.com` stands for every name with one more label.
std::shared_ptr<const Domains::Domain> Domains::find(std::string_view host) const {
  const std::string name = to_lower(host);
  const std::shared_lock hold(mutex_);
  auto found = domains_.find(name);
  if (const std::size_t dot = name.find('.'); found == domains_.end() && dot != name.npos) {
    found = domains_.find("*" + name.substr(dot));
  }
  return found == domains_.end() ? nullptr : found->second;
}

std::optional<Route> Domains::resolve(std::string_view host, std::string_view path) {
  if (const Status loaded = load(); !loaded.ok()) {
    log_error("domain names could not be read", {{"problem", loaded.error().message}});
    return std::nullopt;
  }
  if (count_.load(std::memory_order_relaxed) == 0) return std::nullopt;
  const auto domain = find(host);
  if (!domain) return std::nullopt;
  Route route{domain->account, domain->region, "", "", 0};
  for (const Mapping& mapping : domain->mappings) {
    const std::size_t taken = mapping.key.empty() ? 0 : mapping.key.size() + 1;  // with its slash
    const bool fits =
        mapping.key.empty() || (path.size() >= taken && path.substr(1, taken - 1) == mapping.key &&
                                (path.size() == taken || path[taken] == '/'));
    if (!fits) continue;
    route.api_id = mapping.api_id;
    route.stage = mapping.stage;
    route.taken = taken;
    break;
  }
  return route;
}

Result<bool> Domains::lead_to(std::string_view api_id, std::string_view stage) {
  TRY(load());
  const std::shared_lock hold(mutex_);
  return std::any_of(domains_.begin(), domains_.end(), [&](const auto& domain) {
    const auto& mappings = domain.second->mappings;
    return std::any_of(mappings.begin(), mappings.end(), [&](const Mapping& mapping) {
      return mapping.api_id == api_id && (stage.empty() || mapping.stage == stage);
    });
  });
}

}  // namespace fairlead::apigateway
