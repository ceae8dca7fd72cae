// AWS refuses old identifiers today; Fairlead keeps them, since it exists to run apps as they are.
#include "services/lambda/runtimes.h"

#include <cstdlib>

namespace fairlead::lambda {

const std::vector<Runtime>& known_runtimes() {
  constexpr auto kNode = RuntimeFamily::kNodejs;
  constexpr auto kPython = RuntimeFamily::kPython;
  constexpr auto kOther = RuntimeFamily::kOther;
  constexpr auto kProvided = RuntimeFamily::kProvided;
  static const std::vector<Runtime> runtimes = {
      {"nodejs24.x", kNode, 24, "v3"},
      {"nodejs22.x", kNode, 22, "v3"},
      {"nodejs20.x", kNode, 20, "v3"},
      {"nodejs18.x", kNode, 18, "v3-node18"},
      {"nodejs16.x", kNode, 16, "v3-node18"},
      {"nodejs14.x", kNode, 14, ""},
      {"nodejs12.x", kNode, 12, ""},
      {"nodejs10.x", kNode, 10, ""},
      {"python3.14", kPython, 14, ""},
      {"python3.13", kPython, 13, ""},
      {"python3.12", kPython, 12, ""},
      {"python3.11", kPython, 11, ""},
      {"python3.10", kPython, 10, ""},
      {"python3.9", kPython, 9, ""},
      {"python3.8", kPython, 8, ""},
      {"java25", kOther},
      {"java21", kOther},
      {"java17", kOther},
      {"java11", kOther},
      {"java8.al2", kOther},
      {"dotnet10", kOther},
      {"dotnet8", kOther},
      {"dotnet6", kOther},
      {"ruby3.4", kOther},
      {"ruby3.3", kOther},
      {"ruby3.2", kOther},
      {"provided.al2023", kProvided},
      {"provided.al2", kProvided},
  };
  return runtimes;
}

const Runtime* find_runtime(std::string_view name) {
  for (const Runtime& runtime : known_runtimes()) {
    if (runtime.name == name) return &runtime;
  }
  return nullptr;
}

std::string known_runtimes_text() {
  std::string text;
  for (const Runtime& runtime : known_runtimes()) {
    if (!text.empty()) text += ", ";
    text += runtime.name;
  }
  return text;
}

std::optional<Interpreter> interpreter_for(const Runtime& runtime,
                                           const std::vector<Interpreter>& found) {
  const Interpreter* best = nullptr;
  int best_distance = 0;
  for (const Interpreter& candidate : found) {
    const Runtime* serves = find_runtime(candidate.runtime);
    if (!serves || serves->family != runtime.family) continue;
    const int difference = serves->major - runtime.major;
    // A newer one runs old code more often than an older one runs new code.
    const int distance = difference >= 0 ? difference : 1000 - difference;
    if (!best || distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  if (!best) return std::nullopt;
  return *best;
}

}  // namespace fairlead::lambda
