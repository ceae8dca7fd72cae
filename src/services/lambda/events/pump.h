// Pump: one mapping at work. A fiber that looks which shards may be read (a shard after its
// parent), and one fiber for each of them that reads, runs the function and moves the checkpoint.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "services/lambda/events/stream_batch.h"

namespace fairlead::lambda {

class Pump : public std::enable_shared_from_this<Pump> {
 public:
  Pump(const PumpNeeds& needs, MappingPtr mapping)
      : needs_(needs), mapping_(std::move(mapping)), noted_(mapping_->last_result) {}

  void start();
  void set(MappingPtr mapping);  // settings changed; disabled counts as such
  void stop();                   // for good
  void wake() { bell_.ring(); }

 private:
  using Page = platform::ChangeStreams::Page;

  MappingPtr mapping() const;
  bool active() const;
  void supervise();
  Status look();
  void read_shard(const std::string& shard, Checkpoint from);
  Result<bool> read_on(const std::string& shard, Checkpoint& at, int& empty_reads);
  Result<Page> gather(const Mapping& mapping, const std::string& shard, const std::string& after);
  bool work_through(const Mapping& mapping, const std::string& shard, const Page& page);
  bool run_side_by_side(std::vector<std::vector<StreamItem>> lines, const std::string& shard);
  StreamBatch::Owner owner();
  void note(const std::string& result);

  const PumpNeeds& needs_;
  Bell bell_;
  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;  // of what follows; never held across a wait
  MappingPtr mapping_;
  std::string noted_;              // the result that the store knows
  std::set<std::string> reading_;  // shards with a fiber
  std::set<std::string> done_;
};

}  // namespace fairlead::lambda
