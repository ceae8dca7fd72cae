// The operation table without a server: services over an empty store that nobody calls.
#include "app/services.h"
#include "app/wiring.h"
#include "base/clock.h"

namespace fairlead::app {

namespace {

// Nothing is launched and nothing is pushed while a table is printed.
class NoWorkers : public platform::WorkerLauncher {
  Result<std::unique_ptr<platform::Worker>> launch(const platform::WorkerSpec&,
                                                   platform::WorkerLog) override {
    return platform::not_implemented("Launching a worker without a server");
  }
};

}  // namespace

struct OperationTable::Services {
  std::unique_ptr<storage::Store> store = storage::make_memory_store();
  std::unique_ptr<storage::Blobs> blobs = storage::make_memory_blobs();
  NoWorkers workers;
  edge::Sockets sockets{system_clock()};
  app::Services services{{*store, *blobs, workers, sockets, system_clock()}, {}};
  platform::Registry registry;
};

OperationTable::OperationTable() : services_(std::make_unique<Services>()) {
  services_->services.add_to(services_->registry);
}

OperationTable::~OperationTable() = default;

const platform::Registry& OperationTable::registry() const { return services_->registry; }

}  // namespace fairlead::app
