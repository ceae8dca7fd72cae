// Target: "deliver this payload to this ARN", the one switch behind log subscriptions, Lambda's
// destinations and dead letters, and later EventBridge rules and Step Functions tasks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::platform {

// A message attribute, for receivers that have such things (queues); others ignore them.
struct Attribute {
  std::string name, type, value;  // type: "String", "Number"
};

struct Delivery {
  std::string arn;      // where to: a function (with or without a qualifier), a queue, …
  std::string payload;  // JSON text, as the receiver gets it
  // Who sends, for the receiver's resource policy: "logs.amazonaws.com" and its aws:SourceArn.
  // Empty: the house itself, nothing is asked.
  std::string source_principal, source_arn;
  std::vector<Attribute> attributes;
};

class Target {
 public:
  virtual ~Target() = default;
  virtual bool takes(
      std::string_view arn) const = 0;  // by the ARN's service; the thing may not exist
  // Would deliver() be allowed? For services that refuse a destination when it is named (log
  // subscriptions, event notifications): the thing must exist and its resource policy must let
  // `source_principal` in. Nothing is sent; the payload is not looked at.
  virtual Status check(Context&, const Delivery&) { return {}; }
  // Ok: accepted and durable, it will be worked on even if the server dies now. Parks.
  virtual Status deliver(Context& cx, Delivery delivery) = 0;
};

// Every kind of target, filled by wiring before the first request and constant from then on.
class Targets {
 public:
  void add(Target& target) { targets_.push_back(&target); }
  // nullptr: Fairlead has no service that takes such an ARN (refuse it by name, with 501).
  Target* find(std::string_view arn) const {
    for (Target* target : targets_) {
      if (target->takes(arn)) return target;
    }
    return nullptr;
  }

 private:
  std::vector<Target*> targets_;
};

}  // namespace fairlead::platform
