// Reading documents.
#include "services/apigateway/catalog.h"

#include "base/base64.h"
#include "base/ids.h"
#include "base/text.h"
#include "services/apigateway/errors.h"
#include "storage/documents.h"

namespace fairlead::apigateway {

namespace {
constexpr std::int64_t kDefaultPage = 25, kLargestPage = 500;
}

Result<Json> require_api(const storage::Snapshot& store, const platform::Context& cx,
                         const Json& input) {
  const std::string api_id = text_of(input, "ApiId");
  auto found = TRY(storage::get_document(store, api_key(cx.account, cx.region, api_id)));
  if (!found) return invalid_api(cx.account, api_id);
  return std::move(*found);
}

Result<std::optional<Json>> find_resource(const storage::Snapshot& store, std::string_view api_id,
                                          const Kind& kind, std::string_view parent,
                                          std::string_view id) {
  return storage::get_document(store, resource_key(api_id, kind, parent, id));
}

Result<Json> require_resource(const storage::Snapshot& store, std::string_view api_id,
                              const Kind& kind, std::string_view parent, std::string_view id) {
  auto found = TRY(find_resource(store, api_id, kind, parent, id));
  if (!found) return invalid_identifier(kind);
  return std::move(*found);
}

Result<std::vector<Json>> all_resources(const storage::Snapshot& store, std::string_view api_id,
                                        const Kind& kind, std::string_view parent) {
  std::vector<Json> all;
  for (auto& [key, document] :
       TRY(storage::list_documents(store, resources_prefix(api_id, kind, parent)))) {
    all.push_back(std::move(document));
  }
  return all;
}

Result<Json> page_of(const storage::Snapshot& store, const std::string& prefix, const Json& input,
                     const std::function<bool(const Json&)>& wanted) {
  std::int64_t most = kDefaultPage;
  const std::string size = text_of(input, "MaxResults");
  if (!size.empty()) {
    if (!is_digits(size) || size.size() > 6) return bad_page();
    most = std::min<std::int64_t>(std::stol(size), kLargestPage);
    if (most == 0) return bad_page();
  }
  std::string from = prefix;
  const std::string token = text_of(input, "NextToken");
  if (!token.empty()) {
    const auto last = base64url_decode(token);
    if (!last || last->empty() || last->size() > 1024) return bad_page();
    from += *last + '\0';  // the first key after the last one
  }
  Json items = Json::array();
  Json page = Json::object();
  std::string last_key;
  auto cursor = store.range(storage::Family::kMeta, from, storage::after_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    Json document = TRY(storage::decode_document(cursor->value()));
    if (wanted && !wanted(document)) continue;
    if (static_cast<std::int64_t>(items.size()) == most) {
      page.set("NextToken", base64url_encode(last_key.substr(prefix.size())));
      break;
    }
    items.push_back(std::move(document));
    last_key = cursor->key();
  }
  TRY(cursor->status());
  page.set("Items", std::move(items));
  return page;
}

// What owns the resources of `kind` that `input` asks for has to be there.
static Status require_owner(const storage::Snapshot& store, const platform::Context& cx,
                            const Json& input, const Kind& kind) {
  if (kind.parent) {
    TRY(read_resource(store, cx, input, *kind.parent));
  } else {
    TRY(require_api(store, cx, input));
  }
  return {};
}

static std::string parent_id(const Json& input, const Kind& kind) {
  return kind.parent ? text_of(input, kind.parent->id_member) : "";
}

Result<Json> read_resource(const storage::Snapshot& store, const platform::Context& cx,
                           const Json& input, const Kind& kind) {
  TRY(require_owner(store, cx, input, kind));
  return require_resource(store, text_of(input, "ApiId"), kind, parent_id(input, kind),
                          text_of(input, kind.id_member));
}

Result<Json> read_resources(const storage::Snapshot& store, const platform::Context& cx,
                            const Json& input, const Kind& kind) {
  TRY(require_owner(store, cx, input, kind));
  const std::string prefix =
      resources_prefix(text_of(input, "ApiId"), kind, parent_id(input, kind));
  return page_of(store, prefix, input);
}

Result<std::string> new_resource_id(const storage::Snapshot& store, std::string_view api_id,
                                    const Kind& kind, std::string_view parent) {
  for (;;) {
    std::string id = random_lower_alnum(kind.id_length);
    if (!TRY(find_resource(store, api_id, kind, parent, id))) return id;
  }
}

}  // namespace fairlead::apigateway
