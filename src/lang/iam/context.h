// RequestContext: the circumstances of one request that conditions and policy variables ask about
// ("aws:SourceIp" -> "203.0.113.9"). Keys are the same in any case; a key may have many values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace fairlead::iam {

class RequestContext {
 public:
  using Values = std::vector<std::string>;

  void set(std::string_view key, std::string value) { values_[to_lower(key)] = {std::move(value)}; }
  void add(std::string_view key, std::string value) {
    values_[to_lower(key)].push_back(std::move(value));
  }
  // Null: the request has no such key.
  const Values* find(std::string_view key) const {
    const auto found = values_.find(to_lower(key));
    return found == values_.end() || found->second.empty() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Values> values_;
};

}  // namespace fairlead::iam
