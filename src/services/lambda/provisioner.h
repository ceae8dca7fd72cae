// Provisioner: keeps the environments of provisioned concurrency started. What is wanted comes from
// the records; what is there is counted by Environments; each missing one is started on a fiber of
// its own, and one that has died is started again.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/park.h"
#include "services/lambda/environments.h"
#include "services/lambda/function_table.h"
#include "services/lambda/options.h"
#include "services/lambda/provisioned_table.h"

namespace fairlead::lambda {

class Provisioner {
 public:
  Provisioner(FunctionTable& functions, ProvisionedTable& records, Environments& environments,
              Clock& clock, const LambdaOptions& options)
      : functions_(functions),
        records_(records),
        environments_(environments),
        clock_(clock),
        options_(options) {}

  void restore();                          // after a start of the server
  void refresh(const FunctionName& name);  // after a change of its records, aliases or versions
  void work();                             // starts what is missing
  void stop();                             // waits until nothing starts any more

  // Of one config: an alias with weights has its environments in two versions.
  struct State {
    std::size_t allocated = 0;
    std::string failure;
  };
  Result<State> state(const ProvisionedConfig& config);

 private:
  Result<Environments::Wanted> wanted(const ProvisionedConfig& config);
  void start_one(const FunctionPtr& function);
  bool enter();  // false: no more
  void leave();
  bool begin(platform::Worker* worker);
  void finish(platform::Worker* worker);

  FunctionTable& functions_;
  ProvisionedTable& records_;
  Environments& environments_;
  Clock& clock_;
  const LambdaOptions& options_;

  std::mutex mutex_;  // of what follows; never held across a wait
  bool stopping_ = false;
  std::size_t running_ = 0;               // entered and not left
  std::set<platform::Worker*> starting_;  // to be killed by stop
  Future<bool> idle_;
  bool awaited_ = false;
};

}  // namespace fairlead::lambda
