// The runtime identifiers that AWS knows, and what serves each of them here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead::lambda {

enum class RuntimeFamily { kNodejs, kPython, kProvided, kOther };

struct Runtime {
  std::string_view name;  // "nodejs20.x"
  RuntimeFamily family;
  int major = 0;             // Node.js: 20; Python: the 12 of 3.12
  std::string_view sdk_set;  // folder of runtimes/nodejs/sdk beside v2; empty: v2 only
};

// Every identifier that CreateFunction accepts by name, newest first within a family.
const std::vector<Runtime>& known_runtimes();
const Runtime* find_runtime(std::string_view name);
std::string known_runtimes_text();  // "nodejs24.x, nodejs22.x, …" for AWS's refusal

// One interpreter on this machine, found by the app.
struct Interpreter {
  std::string runtime;     // "nodejs20.x", "python3.12": the identifier that it is made for
  std::string executable;  // absolute path
};

// The interpreter for a runtime: the exact one, else the nearest newer, else the nearest older of
// its family. Empty when the machine has none.
std::optional<Interpreter> interpreter_for(const Runtime& runtime,
                                           const std::vector<Interpreter>& found);

}  // namespace fairlead::lambda
