// FunctionTable: the functions of all accounts and regions, in the store and, once asked for, in
// memory. One function changes by one caller at a time; readers never wait for writers.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "services/lambda/function.h"
#include "services/lambda/names.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::lambda {

class FunctionTable {
 public:
  explicit FunctionTable(storage::Store& store) : store_(store) {}

  // ResourceNotFoundException when there is none, or when the qualifier is not $LATEST.
  Result<FunctionPtr> find(const FunctionName& name);

  // `change` gets a copy to modify, under the function's lock; its error leaves all as it was.
  // Returns the function before and after, once the change is durable.
  struct Changed {
    FunctionPtr before, after;
  };
  Result<Changed> update(const FunctionName& name, const std::function<Status(Function&)>& change);

  Status create(Function function);                      // ResourceConflictException
  Result<FunctionPtr> remove(const FunctionName& name);  // what was removed

  // Names sorted bytewise, at most `limit`, after `after` (empty: from the first).
  Result<std::vector<FunctionPtr>> list(const std::string& account, const std::string& region,
                                        const std::string& after, std::size_t limit);
  Result<std::vector<FunctionPtr>> all();  // of every account and region

 private:
  Result<FunctionPtr> load(const std::string& key);  // nullptr when missing; needs the lock
  Result<FunctionPtr> find_locked(const FunctionName& name, const std::string& key);
  void remember(const std::string& key, FunctionPtr function);
  Status write(const std::string& key, const Function& function);

  storage::Store& store_;
  storage::KeyLocks locks_{256};
  std::mutex mutex_;  // of cache_; never held across a wait
  std::unordered_map<std::string, FunctionPtr> cache_;
};

}  // namespace fairlead::lambda
