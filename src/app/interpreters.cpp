// Finding Node binaries.
#include "app/interpreters.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/text.h"

namespace fairlead::app {

namespace fs = std::filesystem;

namespace {

std::string find_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const auto folder : split(path ? path : "/usr/bin:/bin", ':')) {
    std::error_code failed;
    const fs::path file = fs::canonical(fs::path(folder) / program, failed);
    if (!failed && fs::is_regular_file(file, failed)) return file;
  }
  return "";
}

// Changes whenever the file does.
std::string stamp_of(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return "";
  return path + " " + std::to_string(about.st_size) + " " + std::to_string(about.st_mtime);
}

int ask_version(const std::string& node) {
  const std::string command = "'" + node + "' --version 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> answer(popen(command.c_str(), "r"), pclose);
  char text[64] = {};
  if (!answer || !std::fgets(text, sizeof text, answer.get()) || text[0] != 'v') return 0;
  return std::atoi(text + 1);
}

Interpreter node_on_path(const std::string& interpreters_folder) {
  const std::string node = find_on_path("node");
  if (node.empty() || node.find('\'') != std::string::npos) return {};
  const std::string stamp = stamp_of(node);
  const std::string memory = interpreters_folder + "/path-node";
  std::ifstream in(memory);
  std::string remembered;
  int major = 0;
  if (std::getline(in, remembered) && remembered == stamp && in >> major && major > 0) {
    return {major, node, false};
  }
  major = ask_version(node);
  std::error_code ignored;
  fs::create_directories(interpreters_folder, ignored);
  std::ofstream(memory, std::ios::trunc) << stamp << "\n" << major << "\n";
  return {major, node, false};
}

}  // namespace

const std::vector<std::string>& node_runtimes() {
  static const std::vector<std::string> runtimes{"nodejs10.x", "nodejs12.x", "nodejs14.x",
                                                 "nodejs16.x", "nodejs18.x", "nodejs20.x",
                                                 "nodejs22.x", "nodejs24.x"};
  return runtimes;
}

int node_major(const std::string& runtime) {
  const auto& all = node_runtimes();
  if (std::find(all.begin(), all.end(), runtime) == all.end()) return 0;
  return std::atoi(runtime.c_str() + 6);
}

std::vector<Interpreter> find_nodes(const std::string& interpreters_folder) {
  std::vector<Interpreter> nodes;
  for (const std::string& runtime : node_runtimes()) {
    const int major = node_major(runtime);
    const std::string path = interpreters_folder + "/nodejs" + std::to_string(major) + "/bin/node";
    std::error_code ignored;
    if (fs::exists(path, ignored)) nodes.push_back({major, path, true});
  }
  const Interpreter other = node_on_path(interpreters_folder);
  const bool known = std::any_of(nodes.begin(), nodes.end(),
                                 [&](const Interpreter& n) { return n.major == other.major; });
  if (other.major > 0 && !known) nodes.push_back(other);
  std::sort(nodes.begin(), nodes.end(),
            [](const Interpreter& a, const Interpreter& b) { return a.major < b.major; });
  return nodes;
}

std::optional<Interpreter> nearest(const std::vector<Interpreter>& nodes, int major) {
  for (const Interpreter& node : nodes) {
    if (node.major >= major) return node;
  }
  if (nodes.empty()) return std::nullopt;
  return nodes.back();
}

}  // namespace fairlead::app
