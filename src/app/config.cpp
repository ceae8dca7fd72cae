// Reading and completing the configuration. The only place that reads the environment.
#include "app/config.h"

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/text.h"

namespace fairlead::app {

namespace fs = std::filesystem;

const ErrorCode kBadConfig{"BadConfig", 500};

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string home() {
  const std::string folder = environment("HOME");
  return folder.empty() ? "/tmp" : folder;
}

bool is_loopback(const std::string& ip) { return ip.starts_with("127.") || ip == "::1"; }

// The project's runtimes folder: beside the sources it was built from, or installed beside the
// binary (<prefix>/bin/fairlead, <prefix>/share/fairlead/runtimes).
std::string find_runtimes_folder() {
  std::error_code ignored;
  const fs::path binary = fs::read_symlink("/proc/self/exe", ignored);
  for (fs::path folder = binary.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path()) {
    for (const char* place : {"share/fairlead/runtimes", "runtimes"}) {
      if (fs::exists(folder / place / "nodejs", ignored)) return folder / place;
    }
  }
  return "";
}

}  // namespace

std::string default_data_folder() { return home() + "/.fairlead"; }

std::string default_interpreters_folder() {
  const std::string cache = environment("XDG_CACHE_HOME");
  return (cache.empty() ? home() + "/.cache" : cache) + "/fairlead/runtimes";
}

int core_count() {
  const unsigned cores = std::thread::hardware_concurrency();
  return cores == 0 ? 1 : static_cast<int>(cores);
}

Status read_listen(const std::string& text, Config& config) {
  std::string ip = config.listen_ip;
  std::string port = text;
  if (const auto colon = text.rfind(':'); colon != std::string::npos) {
    ip = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (ip.size() > 2 && ip.front() == '[' && ip.back() == ']') ip = ip.substr(1, ip.size() - 2);
  if (ip == "localhost") ip = "127.0.0.1";
  if (!is_digits(port) || port.size() > 5 || std::stoi(port) > 65535) {
    return Error{&kBadConfig, "--listen " + text + ": write it as 127.0.0.1:4566", {}};
  }
  config.listen_ip = ip;
  config.port = std::stoi(port);
  return {};
}

Status complete(Config& config) {
  if (!is_loopback(config.listen_ip)) {
    return Error{&kBadConfig,
                 "--listen " + config.listen_ip +
                     ": only the development key test/test exists, and it is good for loopback "
                     "alone. Listen on 127.0.0.1 and put a proxy or an SSH tunnel in front.",
                 {}};
  }
  if (config.data_folder.empty()) config.data_folder = default_data_folder();
  config.data_folder = fs::absolute(config.data_folder).lexically_normal();
  if (config.interpreters_folder.empty())
    config.interpreters_folder = default_interpreters_folder();
  if (config.loops <= 0) config.loops = core_count();
  if (config.loops > 256) {
    return Error{&kBadConfig, "--loops: at most 256", {}};
  }
  if (config.runtimes_folder.empty()) config.runtimes_folder = find_runtimes_folder();
  if (config.runtimes_folder.empty() || !fs::exists(config.runtimes_folder + "/nodejs")) {
    return Error{&kBadConfig,
                 "The folder with the Lambda bootstraps was not found. Name it with --runtimes "
                 "(it is runtimes/ of the project).",
                 {}};
  }
  config.runtimes_folder = fs::absolute(config.runtimes_folder).lexically_normal();
  return {};
}

}  // namespace fairlead::app
