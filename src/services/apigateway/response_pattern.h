// ResponsePattern: the key of an integration response, `$default` or `/regular expression/`.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace fairlead::apigateway {

// The expression between the slashes. Thread-safe.
class ResponsePattern {
 public:
  // nullptr: `key` is `$default`, or no pattern that can be compiled.
  static std::shared_ptr<const ResponsePattern> compile(std::string_view key);
  ~ResponsePattern();
  bool matches(const std::string& text) const;  // all of it

 private:
  struct State;
  explicit ResponsePattern(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// `$default`, or `/regular expression/` that compiles.
bool is_integration_response_key(std::string_view key);

}  // namespace fairlead::apigateway
