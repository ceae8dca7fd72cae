// Keys of integration responses, over RE2.
#include "services/apigateway/response_pattern.h"

#include <re2/re2.h>

namespace fairlead::apigateway {
namespace {

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  return options;
}

}  // namespace

struct ResponsePattern::State {
  explicit State(const std::string& pattern) : regex(pattern, quiet()) {}
  RE2 regex;
};

ResponsePattern::ResponsePattern(std::unique_ptr<State> state) : state_(std::move(state)) {}
ResponsePattern::~ResponsePattern() = default;

std::shared_ptr<const ResponsePattern> ResponsePattern::compile(std::string_view key) {
  if (key.size() <= 2 || key.front() != '/' || key.back() != '/') return nullptr;
  auto state = std::make_unique<State>(std::string(key.substr(1, key.size() - 2)));
  if (!state->regex.ok()) return nullptr;
  return std::shared_ptr<const ResponsePattern>(new ResponsePattern(std::move(state)));
}

bool ResponsePattern::matches(const std::string& text) const {
  return RE2::FullMatch(text, state_->regex);
}

bool is_integration_response_key(std::string_view key) {
  return key == "$default" || ResponsePattern::compile(key) != nullptr;
}

}  // namespace fairlead::apigateway
