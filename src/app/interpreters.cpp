// Finding Node and Python programs.
#include "app/interpreters.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "base/text.h"

namespace fairlead::app {

namespace fs = std::filesystem;

namespace {

constexpr int kFirstPython = 8;
constexpr int kLastPython = 14;

// The file behind a name, or empty when there is no program. A script (pyenv's shims are some) is
// not what it starts.
std::string real_program(const fs::path& file) {
  std::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  if (failed || !fs::is_regular_file(real, failed)) return "";
  std::ifstream in(real, std::ios::binary);
  char magic[4] = {};
  in.read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) ==
                 "\x7f"
                 "ELF"
             ? real.string()
             : "";
}

std::vector<std::string> path_folders() {
  const char* path = std::getenv("PATH");
  std::vector<std::string> folders;
  for (const auto folder : split(path ? path : "/usr/bin:/bin", ':')) {
    folders.emplace_back(folder);
  }
  return folders;
}

// What programs answered about their versions, kept in one file: a line with the stamp, a line with
// the version.
class Answers {
 public:
  explicit Answers(std::string file) : file_(std::move(file)) {
    std::ifstream in(file_);
    std::string stamp, version;
    while (std::getline(in, stamp) && std::getline(in, version)) {
      known_[stamp] = std::atoi(version.c_str());
    }
  }

  // `question` is a shell command's arguments; it must print the version as a number. 0: no answer.
  int ask(const std::string& program, const std::string& question) {
    const std::string stamp = stamp_of(program);
    const auto found = known_.find(stamp);
    const int version = found != known_.end() ? found->second : run(program, question);
    changed_ = changed_ || found == known_.end();
    used_[stamp] = version;
    return version;
  }

  ~Answers() {
    if (!changed_) return;
    std::error_code ignored;
    fs::create_directories(fs::path(file_).parent_path(), ignored);
    std::ofstream out(file_, std::ios::trunc);
    for (const auto& [stamp, version] : used_) out << stamp << "\n" << version << "\n";
  }

 private:
  // Changes whenever the file does.
  static std::string stamp_of(const std::string& path) {
    struct stat about {};
    if (stat(path.c_str(), &about) != 0) return "";
    return path + " " + std::to_string(about.st_size) + " " + std::to_string(about.st_mtime);
  }

  static int run(const std::string& program, const std::string& question) {
    if (program.find('\'') != std::string::npos) return 0;
    const std::string command = "'" + program + "' " + question + " 2>/dev/null </dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> answer(popen(command.c_str(), "r"), pclose);
    char text[64] = {};
    if (!answer || !std::fgets(text, sizeof text, answer.get())) return 0;
    return std::atoi(text);
  }

  std::string file_;
  std::map<std::string, int> known_, used_;
  bool changed_ = false;
};

// <home>/<folder>/*/bin, the newest name first.
std::vector<std::string> versions_of(const std::string& folder) {
  const char* home = std::getenv("HOME");
  std::vector<std::string> found;
  if (!home || !*home) return found;
  std::error_code failed;
  for (fs::directory_iterator entry(fs::path(home) / folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    found.push_back(entry->path() / "bin");
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

std::vector<std::string> python_folders() {
  std::vector<std::string> folders = path_folders();
  for (const char* folder : {"/usr/bin", "/usr/local/bin"}) folders.emplace_back(folder);
  for (const char* folder : {".pyenv/versions", ".local/share/uv/python"}) {
    for (std::string& place : versions_of(folder)) folders.push_back(std::move(place));
  }
  return folders;
}

std::vector<std::string> numbered(const char* before, int from, int to, int step,
                                  const char* after) {
  std::vector<std::string> names;
  for (int n = from; n <= to; n += step) names.push_back(before + std::to_string(n) + after);
  return names;
}

int position_in(const std::vector<std::string>& all, const std::string& runtime,
                std::size_t prefix) {
  if (std::find(all.begin(), all.end(), runtime) == all.end()) return 0;
  return std::atoi(runtime.c_str() + prefix);
}

}  // namespace

const std::vector<std::string>& node_runtimes() {
  static const std::vector<std::string> runtimes = numbered("nodejs", 10, 24, 2, ".x");
  return runtimes;
}

const std::vector<std::string>& python_runtimes() {
  static const auto runtimes = numbered("python3.", kFirstPython, kLastPython, 1, "");
  return runtimes;
}

int node_major(const std::string& runtime) {
  return position_in(node_runtimes(), runtime, std::string_view("nodejs").size());
}

int python_minor(const std::string& runtime) {
  return position_in(python_runtimes(), runtime, std::string_view("python3.").size());
}

std::vector<Interpreter> find_nodes(const std::string& interpreters_folder) {
  std::map<int, Interpreter> found;
  for (const std::string& runtime : node_runtimes()) {
    const int major = node_major(runtime);
    const std::string path = interpreters_folder + "/nodejs" + std::to_string(major) + "/bin/node";
    std::error_code ignored;
    if (fs::exists(path, ignored)) found.emplace(major, Interpreter{major, path, true});
  }
  Answers answers(interpreters_folder + "/path-node");
  for (const std::string& folder : path_folders()) {
    const std::string node = real_program(fs::path(folder) / "node");
    if (node.empty()) continue;
    const int major = answers.ask(node, "-p 'parseInt(process.versions.node)'");
    if (major > 0) found.emplace(major, Interpreter{major, node, false});
    break;
  }
  std::vector<Interpreter> nodes;
  for (auto& [major, node] : found) nodes.push_back(std::move(node));
  return nodes;
}

std::vector<Interpreter> find_pythons(const std::string& interpreters_folder) {
  Answers answers(interpreters_folder + "/path-pythons");
  const std::vector<std::string> folders = python_folders();
  std::vector<Interpreter> pythons;
  for (int minor = kFirstPython; minor <= kLastPython; ++minor) {
    for (const std::string& folder : folders) {
      const std::string program =
          real_program(fs::path(folder) / ("python3." + std::to_string(minor)));
      if (program.empty()) continue;
      if (answers.ask(program, "-I -S -c 'import sys; print(sys.version_info[1])'") != minor) {
        continue;
      }
      pythons.push_back({minor, program, false});
      break;
    }
  }
  return pythons;
}

std::optional<Interpreter> nearest(const std::vector<Interpreter>& found, int version) {
  for (const Interpreter& candidate : found) {
    if (candidate.version >= version) return candidate;
  }
  if (found.empty()) return std::nullopt;
  return found.back();
}

}  // namespace fairlead::app
