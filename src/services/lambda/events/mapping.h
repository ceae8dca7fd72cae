// Mapping: an event source mapping, from a stream to a function, as stored and as AWS shows it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "lang/patterns/pattern.h"
#include "services/lambda/names.h"

namespace fairlead::lambda {

struct Mapping {
  std::string uuid, account, region;
  FunctionName function;          // with the qualifier, if one was given
  std::string source_arn;         // of the stream
  std::string starting_position;  // "TRIM_HORIZON", "LATEST"
  bool enabled = true;
  int batch_size = 100;
  int window_s = 0;  // MaximumBatchingWindowInSeconds
  int parallelization = 1;
  bool bisect = false;
  int max_retries = -1;  // -1: as long as the record is kept
  int max_age_s = -1;    // the same
  bool report_item_failures = false;
  std::vector<std::string> filters;  // pattern texts; a record must match one of them
  std::string on_failure;            // ARN, or empty
  std::int64_t modified_ms = 0;
  std::string last_result = "No records processed";

  std::vector<patterns::Pattern> compiled;  // of `filters`
  bool wants(const Json& record) const;
  std::string arn() const;
};

using MappingPtr = std::shared_ptr<const Mapping>;

Json to_document(const Mapping& mapping);
Result<Mapping> mapping_from_document(const Json& document);
Status compile_filters(Mapping& mapping);  // bad_filter

// The model's EventSourceMappingConfiguration. `state`: instead of Enabled or Disabled.
Json shown(const Mapping& mapping, std::string_view state = {});

}  // namespace fairlead::lambda
