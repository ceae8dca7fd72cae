// Keys: the development root key, account keys of twelve digits, and session keys of roles.
#include "base/arn.h"
#include "base/ids.h"
#include "base/text.h"
#include "services/iam/errors.h"
#include "services/iam/iam.h"
#include "services/iam/roles.h"
#include "storage/documents.h"

namespace fairlead::iam {

using platform::Credential;
using platform::Principal;

namespace {

constexpr std::int64_t kSessionMs = 60 * 60 * 1000;
constexpr std::int64_t kSweepEveryMs = 10 * 60 * 1000;
constexpr std::string_view kSessionPrefix = "iam/session/";

std::string session_key(std::string_view access_key) {
  return std::string(kSessionPrefix) + std::string(access_key);
}

Credential root_of(std::string_view account, std::string_view access_key) {
  Credential root;
  root.secret = "test";
  root.principal.kind = Principal::Kind::kRoot;
  root.principal.account = account;
  root.principal.arn = "arn:aws:iam::" + std::string(account) + ":root";
  root.principal.user_id = account;
  root.principal.access_key = access_key;
  return root;
}

Json to_document(const Credential& credential) {
  return Json::object({{"secret", credential.secret},
                       {"token", credential.session_token},
                       {"expires_ms", credential.expires_ms},
                       {"account", credential.principal.account},
                       {"arn", credential.principal.arn},
                       {"user_id", credential.principal.user_id}});
}

Credential from_document(const Json& document, std::string_view access_key) {
  Credential credential;
  credential.secret = document["secret"].string_or("");
  credential.session_token = document["token"].string_or("");
  credential.expires_ms = document["expires_ms"].int_or(1);
  credential.principal.kind = Principal::Kind::kRole;
  credential.principal.account = document["account"].string_or("");
  credential.principal.arn = document["arn"].string_or("");
  credential.principal.user_id = document["user_id"].string_or("");
  credential.principal.access_key = access_key;
  return credential;
}

}  // namespace

std::optional<Credential> Iam::find(std::string_view access_key) {
  if (access_key == "test") return root_of("000000000000", access_key);
  if (access_key.size() == 12 && is_digits(access_key)) return root_of(access_key, access_key);
  if (access_key.starts_with("ASIA")) return find_session(std::string(access_key));
  return std::nullopt;
}

std::optional<Credential> Iam::find_session(const std::string& access_key) {
  {
    std::lock_guard lock(mutex_);
    if (const auto found = sessions_.find(access_key); found != sessions_.end()) {
      return found->second;
    }
  }
  const auto document = storage::get_document(store_, session_key(access_key));
  if (!document.ok() || !document->has_value()) return std::nullopt;
  Credential credential = from_document(**document, access_key);
  std::lock_guard lock(mutex_);
  sessions_[access_key] = credential;
  return credential;
}

Result<Credential> Iam::assume_for_service(platform::Context& cx, const std::string& role_arn,
                                           const std::string& session_name) {
  const auto arn = parse_arn(role_arn);
  if (!arn || !arn->resource.starts_with("role/")) return no_such_role(role_arn);
  const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  const Json role = TRY(require_role(*this, arn->account, name));

  Credential credential;
  credential.secret = random_hex(40);
  credential.session_token = random_hex(128);
  credential.expires_ms = cx.now_ms + kSessionMs;
  credential.principal.kind = Principal::Kind::kRole;
  credential.principal.account = arn->account;
  credential.principal.arn =
      "arn:aws:sts::" + arn->account + ":assumed-role/" + name + "/" + session_name;
  credential.principal.user_id = role["RoleId"].string_or("") + ":" + session_name;
  credential.principal.access_key = "ASIA" + random_upper_alnum(16);

  TRY(forget_expired_sessions());
  storage::Batch batch;
  storage::put_document(batch, session_key(credential.principal.access_key),
                        to_document(credential));
  TRY(store_.commit(std::move(batch)));
  std::lock_guard lock(mutex_);
  sessions_[credential.principal.access_key] = credential;
  return credential;
}

// Expired sessions leave the store now and then, when a new one is made.
Status Iam::forget_expired_sessions() {
  const std::int64_t now_ms = clock_.now_ms();
  {
    std::lock_guard lock(mutex_);
    if (now_ms < next_sweep_ms_) return {};
    next_sweep_ms_ = now_ms + kSweepEveryMs;
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.expires_ms <= now_ms; });
  }
  storage::Batch batch;
  for (const auto& [key, document] : TRY(storage::list_documents(store_, kSessionPrefix))) {
    if (document["expires_ms"].int_or(0) <= now_ms) batch.erase(storage::Family::kMeta, key);
  }
  if (batch.empty()) return {};
  return store_.commit(std::move(batch));
}

}  // namespace fairlead::iam
