// One look into a folder of the host for each start of a worker that has layers.
#include "workers/extension_programs.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace fairlead::workers {
namespace {

constexpr const char* kOpt = "/opt";
constexpr std::size_t kMaxPrograms = 10;
// $1: how many; then their paths; then the program that it becomes.
constexpr const char* kStarter =
    R"(n=$1; shift; while [ "$n" -gt 0 ]; do "$1" 3>&- & shift; n=$((n-1)); done; exec "$@")";

std::string variable(const platform::WorkerSpec& spec, std::string_view name) {
  for (const auto& [key, value] : spec.environment) {
    if (key == name) return value;
  }
  return "";
}

// "arn:aws:lambda:region:account:function:name…"
std::string account_of(const std::string& arn) {
  std::size_t from = 0;
  for (int colons = 0; colons < 4; ++colons) {
    from = arn.find(':', from);
    if (from == std::string::npos) return "";
    ++from;
  }
  return arn.substr(from, arn.find(':', from) - from);
}

}  // namespace

std::vector<ExtensionProgram> find_extensions(const platform::WorkerSpec& spec,
                                              const platform::WorkerLauncher& launcher) {
  namespace fs = std::filesystem;
  std::vector<ExtensionProgram> programs;
  for (const platform::WorkerMount& mount : spec.mounts) {
    if (mount.target != kOpt) continue;
    const std::string folder = mount.source + "/extensions";
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename();
      if (!entry.is_regular_file(error) || ::access(entry.path().c_str(), X_OK) != 0) continue;
      programs.push_back(
          {name, (launcher.sandboxed() ? std::string(kOpt) + "/extensions" : folder) + "/" + name});
    }
  }
  std::sort(programs.begin(), programs.end(),
            [](const auto& one, const auto& other) { return one.name < other.name; });
  if (programs.size() > kMaxPrograms) programs.resize(kMaxPrograms);
  return programs;
}

std::vector<std::string> with_extensions(const std::vector<ExtensionProgram>& programs,
                                         const std::vector<std::string>& argv) {
  std::vector<std::string> all = {"/bin/sh", "-c", kStarter, "sh", std::to_string(programs.size())};
  for (const ExtensionProgram& program : programs) all.push_back(program.path);
  all.insert(all.end(), argv.begin(), argv.end());
  return all;
}

Extensions::Environment extension_environment(const platform::WorkerSpec& spec,
                                              const std::vector<ExtensionProgram>& programs) {
  Extensions::Environment environment;
  environment.function_name = variable(spec, "AWS_LAMBDA_FUNCTION_NAME");
  environment.function_version = variable(spec, "AWS_LAMBDA_FUNCTION_VERSION");
  environment.handler = variable(spec, "_HANDLER");
  environment.account = account_of(spec.origin);
  for (const ExtensionProgram& program : programs) environment.external.push_back(program.name);
  return environment;
}

}  // namespace fairlead::workers
