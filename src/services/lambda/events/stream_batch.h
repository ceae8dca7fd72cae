// One batch of stream records on its way through a function: sizes, retries, halves, partial
// answers, and giving up. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/change_streams.h"
#include "services/lambda/events/crew.h"
#include "services/lambda/events/mapping_table.h"
#include "services/lambda/events/options.h"
#include "services/lambda/events/outcomes.h"
#include "services/lambda/lambda.h"

namespace fairlead::lambda {

struct PumpNeeds {
  Lambda& lambda;
  platform::ChangeStreams& streams;
  MappingTable& mappings;
  Outcomes& outcomes;
  Crew& crew;
  const EventsOptions& options;
  Clock& clock;
};

// A record as the function gets it.
struct StreamItem {
  std::string sequence, key, event;  // key: of the table's item; event: JSON text
  std::int64_t created_ms = 0;
};

// As Lambda shows a change; nothing when the mapping's filters do not want it.
std::optional<StreamItem> stream_item(const platform::ChangeRecord& record, const Mapping& mapping);

// The first item that the function reports as failed in {"batchItemFailures": […]}: `items.size()`
// when there is none, 0 when the answer is not of that form (all of the batch failed).
std::size_t first_failure(const std::string& answer, const std::vector<StreamItem>& items,
                          std::size_t begin, std::size_t end);

class StreamBatch {
 public:
  // Asked before each attempt: settings may change meanwhile, the mapping may be disabled.
  struct Owner {
    std::function<MappingPtr()> mapping;
    std::function<bool()> go_on;
    std::function<void(const std::string& result)> note;  // LastProcessingResult
  };
  StreamBatch(const PumpNeeds& needs, const Owner& owner, const std::string& shard)
      : needs_(needs), owner_(owner), shard_(shard) {}

  // In order, in pieces of the mapping's batch size. True: every item was taken or given up. False:
  // it was stopped before; the batch must come again.
  bool run(std::vector<StreamItem> items);

 private:
  struct Piece {
    std::size_t begin = 0, end = 0;
    int failures = 0;  // of the function, with this piece
    int faults = 0;    // throttles and our own
    std::optional<Ran> last;
    std::string request_id;
  };

  void cut();
  bool step(Piece piece);
  bool skip_expired(const Mapping& mapping, Piece& piece);
  bool after_fault(const Error& error, Piece piece);
  bool after_failure(const Mapping& mapping, Piece piece, std::size_t failed);
  void give_up(const Mapping& mapping, const Piece& piece, std::size_t end, const char* condition);
  bool pause(int times);
  std::string payload(const Piece& piece) const;

  const PumpNeeds& needs_;
  const Owner& owner_;
  const std::string& shard_;
  std::vector<StreamItem> items_;
  std::deque<Piece> pieces_;
};

}  // namespace fairlead::lambda
