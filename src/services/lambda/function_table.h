// FunctionTable: the functions of all accounts and regions with their versions and aliases, in the
// store and, once asked for, in memory. The one place that knows what name:qualifier means. One
// function changes by one caller at a time; readers never wait for writers.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "services/lambda/alias.h"
#include "services/lambda/function.h"
#include "services/lambda/names.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::lambda {

// What a name with its qualifier stands for.
struct Resolved {
  FunctionPtr latest;    // what is about the function as a whole
  FunctionPtr function;  // $LATEST, the version, or the alias's first version
  AliasPtr alias;        // only when an alias was named

  const Json& policy() const { return alias ? alias->policy : function->policy; }
  const std::string& policy_revision() const {
    return alias ? alias->policy_revision : function->policy_revision;
  }
};

class FunctionTable {
 public:
  explicit FunctionTable(storage::Store& store) : store_(store) {}

  // What one invocation of the name runs: an alias with weights rolls its dice each time.
  // ResourceNotFoundException.
  Result<FunctionPtr> find(const FunctionName& name);
  Result<Resolved> resolve(const FunctionName& name);

  // `change` gets a copy of $LATEST to modify, under the function's lock; its error leaves all as
  // it was. Returns the function before and after, once the change is durable.
  struct Changed {
    FunctionPtr before, after;
    std::string released_blob;  // nobody names it any more; may be empty
  };
  Result<Changed> update(const FunctionName& name, const std::function<Status(Function&)>& change);

  Status create(Function function);  // ResourceConflictException

  // The whole function with all that belongs to it, or the version of the qualifier. Nothing
  // happens to a version that is not there; ResourceConflictException while an alias needs it.
  struct Removed {
    std::vector<FunctionPtr> functions;
    std::vector<std::string> blobs;
  };
  Result<Removed> remove(const FunctionName& name);

  // Names sorted bytewise, at most `limit`, after `after` (empty: from the first).
  Result<std::vector<FunctionPtr>> list(const std::string& account, const std::string& region,
                                        const std::string& after, std::size_t limit);
  // $LATEST and all versions, of every account and region.
  Result<std::vector<FunctionPtr>> all();

  // Makes a version of $LATEST, or returns the last one when nothing has changed since.
  struct Publication {
    std::string code_sha256, revision_id;    // conditions, when not empty
    std::optional<std::string> description;  // otherwise $LATEST's
    std::int64_t now_ms = 0;
  };
  Result<FunctionPtr> publish(const FunctionName& name, const Publication& publication);
  // Ascending, at most `limit`, after number `after`.
  Result<std::vector<FunctionPtr>> versions(const FunctionName& name, std::uint64_t after,
                                            std::size_t limit);

  Result<AliasPtr> find_alias(const FunctionName& name);  // nullptr: there is none
  // `change` gets the alias as it is (empty version: new) and may refuse.
  Result<AliasPtr> put_alias(const FunctionName& name, const std::function<Status(Alias&)>& change);
  Status remove_alias(const FunctionName& name);  // also when there is none
  Result<std::vector<AliasPtr>> aliases(const FunctionName& name);

  // The resource policy of the function, version or alias that is named.
  using PolicyChange = std::function<Status(Json& statements, std::string& revision)>;
  Status change_policy(const FunctionName& name, const PolicyChange& change);

 private:
  struct Entry {  // what is known of one function
    FunctionPtr latest;
    std::map<std::string, FunctionPtr, std::less<>> versions;
    std::map<std::string, AliasPtr, std::less<>> aliases;
  };
  // These need the function's lock. nullptr: there is none.
  Result<FunctionPtr> load(const FunctionName& name);
  Result<FunctionPtr> load_version(const FunctionName& name, const std::string& number);
  Result<AliasPtr> load_alias(const FunctionName& name, const std::string& alias);
  Result<FunctionPtr> require(const FunctionName& name);  // $LATEST
  Result<Resolved> resolve_locked(const FunctionName& name);
  std::optional<Resolved> resolve_cached(const FunctionName& name);
  Result<std::vector<FunctionPtr>> read_versions(const FunctionName& name, std::uint64_t after,
                                                 std::size_t limit);
  Result<std::vector<AliasPtr>> read_aliases(const FunctionName& name);
  Result<Removed> remove_whole(const FunctionName& name, FunctionPtr latest);
  Result<Removed> remove_version(const FunctionName& name, const FunctionPtr& latest);
  Result<bool> blob_needed(const FunctionName& name, const std::string& blob,
                           const std::string& but_version);
  void remember(const FunctionName& name, FunctionPtr function);
  void remember(const FunctionName& name, AliasPtr alias);

  storage::Store& store_;
  storage::KeyLocks locks_{256};  // by the key of $LATEST's record
  std::mutex mutex_;              // of cache_; never held across a wait
  std::unordered_map<std::string, Entry> cache_;
};

}  // namespace fairlead::lambda
