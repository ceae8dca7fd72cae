// Custom domain names (reference/websocket-api.md §2.2, §15.6). Certificates are kept as they are
// named; every configuration is AVAILABLE at once.
#include "base/arn.h"
#include "base/ids.h"
#include "base/text.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/domains.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"
#include "storage/documents.h"

namespace fairlead::apigateway {
namespace {

constexpr std::size_t kMostDomains = 120;

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
    return false;
  }
  return label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == label.npos;
}

// A name of at least two labels that is no IP address; the first may be `*`.
Status check_name(const std::string& name) {
  const std::string lower = to_lower(name);
  const auto labels = split(lower, '.');
  bool good = name.size() <= 253 && labels.size() >= 2 && !is_digits(labels.back());
  for (std::size_t i = 0; i < labels.size() && good; ++i) {
    good = is_label(labels[i]) || (i == 0 && labels[i] == "*" && labels.size() > 2);
  }
  return good ? Status() : Status(bad_domain_name());
}

// Where Route 53 finds the regional endpoints of API Gateway.
std::string hosted_zone(std::string_view region) {
  static constexpr std::pair<std::string_view, std::string_view> kZones[] = {
      {"us-east-1", "Z1UJRXOUMOOFQ8"},      {"us-east-2", "ZOJJZC49E0EPZ"},
      {"us-west-1", "Z2MUQ32089INYE"},      {"us-west-2", "Z2OJLYMUO9EFXC"},
      {"eu-central-1", "Z1U9ULNL0V5AJ3"},   {"eu-west-1", "ZLY8HYME6SFDD"},
      {"eu-west-2", "ZJ5UAJN8Y3Z2Q"},       {"eu-west-3", "Z3KY65QIEKYHQQ"},
      {"eu-north-1", "Z3UWIKFBOOGXPP"},     {"ap-southeast-1", "ZL327KTPIQFUL"},
      {"ap-southeast-2", "Z2RPCDW04V8134"}, {"ap-northeast-1", "Z1YSHQZHG15GKL"},
      {"ap-northeast-2", "Z20JF4UZKIW1U8"}, {"ap-south-1", "Z3VO1THU9YC4UR"},
      {"sa-east-1", "ZCMLWB8V5SYIT"},       {"ca-central-1", "Z19DQILCV0OWEC"},
  };
  for (const auto& [known, zone] : kZones) {
    if (known == region) return std::string(zone);
  }
  return std::string(kZones[0].second);
}

Status check_configurations(const Json& configurations) {
  if (configurations.empty()) return missing_field("domainNameConfigurations");
  if (configurations.size() > 1) {
    return platform::not_implemented("More than one DomainNameConfiguration");
  }
  const Json& configuration = configurations.items().front();
  if (configuration["EndpointType"].string_or("REGIONAL") != "REGIONAL") {
    return only_regional_domains();
  }
  const std::string certificate = text_of(configuration, "CertificateArn");
  if (certificate.empty()) return missing_field("certificateArn");
  if (!parse_arn(certificate)) return invalid_arn();
  return {};
}

Status check_domain(const Json& input) {
  if (!input["MutualTlsAuthentication"].is_null()) {
    return platform::not_implemented("MutualTlsAuthentication");
  }
  const std::string mode = input["RoutingMode"].string_or("API_MAPPING_ONLY");
  if (mode != "API_MAPPING_ONLY") return platform::not_implemented("RoutingMode " + mode);
  return {};
}

// The configuration as it is answered. `before`: what the domain had, or null.
Json configuration_of(const Json& input, const Json& before, const Context& cx,
                      std::int64_t now_seconds) {
  Json configuration = before;
  if (before.is_null()) {
    configuration = Json::object({
        {"ApiGatewayDomainName",
         "d-" + random_lower_alnum(10) + ".execute-api." + cx.region + ".amazonaws.com"},
        {"DomainNameStatus", "AVAILABLE"},
        {"EndpointType", "REGIONAL"},
        {"HostedZoneId", hosted_zone(cx.region)},
        {"IpAddressType", "ipv4"},
        {"SecurityPolicy", "TLS_1_2"},
    });
  }
  if (configuration["CertificateArn"] != input["CertificateArn"]) {
    configuration.set("CertificateUploadDate", now_seconds);
  }
  copy_members(input, configuration,
               {"CertificateArn", "CertificateName", "IpAddressType",
                "OwnershipVerificationCertificateArn", "SecurityPolicy"});
  return configuration;
}

Status write(Parts& parts, const Json& domain) {
  const std::string name = text_of(domain, "DomainName");
  storage::Batch batch;
  storage::put_document(batch, domain_key(name), domain);
  TRY(parts.store.commit(std::move(batch)));
  return parts.domains.refresh(name);
}

bool is_of(const Json& domain, const Context& cx) {
  return text_of(domain, "Account") == cx.account && text_of(domain, "Region") == cx.region;
}

// Without what only the store needs to know.
Json shown(Json domain) {
  domain.erase("Account");
  domain.erase("Region");
  return domain;
}

}  // namespace

Result<Json> create_domain_name(Parts& parts, Context& cx, const Json& input) {
  const std::string name = text_of(input, "DomainName");
  TRY(check_name(name));
  TRY(check_domain(input));
  TRY(check_configurations(input["DomainNameConfigurations"]));
  TRY(check_tags(input["Tags"]));
  const auto guard = parts.domains.lock();
  if (TRY(storage::get_document(parts.store, domain_key(name)))) return domain_exists();
  std::size_t there = 0;
  for (const auto& [key, domain] :
       TRY(storage::list_documents(parts.store, std::string(kDomainsPrefix)))) {
    if (is_of(domain, cx)) ++there;
  }
  if (there >= kMostDomains) return too_many("DomainNames");
  const Json& configuration = input["DomainNameConfigurations"].items().front();
  Json domain = Json::object({
      {"Account", cx.account},
      {"Region", cx.region},
      {"ApiMappingSelectionExpression", "$request.basepath"},
      {"DomainName", name},
      {"DomainNameArn", "arn:aws:apigateway:" + cx.region + "::/domainnames/" + name},
      {"DomainNameConfigurations",
       Json::array({configuration_of(configuration, Json(), cx, parts.clock.now_ms() / 1000)})},
      {"RoutingMode", "API_MAPPING_ONLY"},
      {"Tags", Json::object()},
  });
  copy_members(input, domain, {"Tags"});
  TRY(write(parts, domain));
  return shown(std::move(domain));
}

Result<Json> get_domain_name(Parts& parts, Context& cx, const Json& input) {
  return shown(TRY(require_domain(parts.store, cx, input)));
}

// Names belong to the world, so they lie in one range; a page shows the caller's own.
Result<Json> get_domain_names(Parts& parts, Context& cx, const Json& input) {
  Json page = TRY(page_of(parts.store, std::string(kDomainsPrefix), input,
                          [&](const Json& domain) { return is_of(domain, cx); }));
  for (Json& domain : page.find("Items")->items()) domain = shown(std::move(domain));
  return page;
}

Result<Json> update_domain_name(Parts& parts, Context& cx, const Json& input) {
  TRY(check_domain(input));
  const auto guard = parts.domains.lock();
  Json domain = TRY(require_domain(parts.store, cx, input));
  if (const Json& configurations = input["DomainNameConfigurations"]; !configurations.is_null()) {
    TRY(check_configurations(configurations));
    const Json before = domain["DomainNameConfigurations"].items().front();
    domain.set("DomainNameConfigurations",
               Json::array({configuration_of(configurations.items().front(), before, cx,
                                             parts.clock.now_ms() / 1000)}));
  }
  TRY(write(parts, domain));
  return shown(std::move(domain));
}

Result<Json> delete_domain_name(Parts& parts, Context& cx, const Json& input) {
  const auto guard = parts.domains.lock();
  const Json domain = TRY(require_domain(parts.store, cx, input));
  const std::string name = text_of(domain, "DomainName");
  const std::string mappings = mappings_prefix(name);
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, domain_key(name));
  batch.erase_range(storage::Family::kMeta, mappings, storage::after_prefix(mappings));
  TRY(parts.store.commit(std::move(batch)));
  TRY(parts.domains.refresh(name));
  return Json();
}

Result<Json> edit_domain_tags(Parts& parts, Context& cx, const Json& input, const TagEdit& edit) {
  const auto guard = parts.domains.lock();
  Json domain = TRY(require_domain(parts.store, cx, input));
  Json tags = domain["Tags"];
  edit(tags);
  TRY(check_tags(tags));
  domain.set("Tags", std::move(tags));
  TRY(write(parts, domain));
  return Json::object();
}

}  // namespace fairlead::apigateway
