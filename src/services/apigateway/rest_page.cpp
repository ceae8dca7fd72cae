// Pages of REST version 1 lists.
#include <functional>

#include "base/base64.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/rest_errors.h"
#include "services/apigateway/rest_operations.h"
#include "storage/documents.h"

namespace fairlead::apigateway {

Result<Json> rest_page(const storage::Snapshot& store, const std::string& prefix, const Json& input,
                       const std::function<Result<std::optional<Json>>(Json)>& keep) {
  const std::int64_t most = input["limit"].int_or(25);
  if (most < 1 || most > 500) return bad_position();
  std::string from = prefix;
  if (const std::string position = text_of(input, "position"); !position.empty()) {
    const auto last = base64url_decode(position);
    if (!last || last->empty() || last->size() > 1024) return bad_position();
    from += *last + '\0';  // the first key after the last one
  }
  Json items = Json::array(), page = Json::object();
  std::string last_key;
  auto cursor = store.range(storage::Family::kMeta, from, storage::after_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    Json document = TRY(storage::decode_document(cursor->value()));
    auto kept = TRY(keep(std::move(document)));
    if (!kept) continue;
    if (static_cast<std::int64_t>(items.size()) == most) {
      page.set("position", base64url_encode(last_key.substr(prefix.size())));
      break;
    }
    items.push_back(std::move(*kept));
    last_key = cursor->key();
  }
  TRY(cursor->status());
  page.set("items", std::move(items));
  return page;
}

}  // namespace fairlead::apigateway
