// Reading and writing server.json; a file whose process is gone counts as none.
#include "app/server_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/config.h"
#include "base/json_parse.h"
#include "base/text.h"

namespace fairlead::app {

namespace {
std::string path_in(const std::string& data_folder) { return data_folder + "/server.json"; }
}  // namespace

Status write_server_file(const std::string& data_folder, const ServerFile& file) {
  const std::string path = path_in(data_folder);
  const std::string temporary = path + ".new";
  std::ofstream out(temporary, std::ios::trunc);
  out << write_json_pretty(Json::object({{"pid", file.pid},
                                         {"started", start_of_process(file.pid)},
                                         {"endpoint", file.endpoint},
                                         {"region", file.region},
                                         {"build", file.build},
                                         {"ca_file", file.ca_file},
                                         {"functions", file.functions}}))
      << "\n";
  out.close();
  std::error_code failed;
  if (out) std::filesystem::rename(temporary, path, failed);
  if (!out || failed) {
    return Error{&kBadConfig, "Cannot write " + path + ": " + std::strerror(errno), {}};
  }
  return {};
}

void remove_server_file(const std::string& data_folder) {
  std::error_code ignored;
  std::filesystem::remove(path_in(data_folder), ignored);
}

std::string start_of_process(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(in, line);
  // pid (name) state … : the name may hold anything, so count fields from the last parenthesis.
  const auto end = line.rfind(')');
  if (end == std::string::npos) return "";
  const auto fields = split(std::string_view(line).substr(end + 2), ' ');
  constexpr std::size_t kState = 0, kStartTime = 19;
  if (fields.size() <= kStartTime || fields[kState] == "Z" || fields[kState] == "X") return "";
  return std::string(fields[kStartTime]);
}

std::optional<ServerFile> read_server_file(const std::string& data_folder) {
  std::ifstream in(path_in(data_folder));
  std::stringstream text;
  text << in.rdbuf();
  const auto json = parse_json(text.str());
  if (!json.ok()) return std::nullopt;
  ServerFile file;
  file.pid = static_cast<int>((*json)["pid"].int_or(0));
  file.endpoint = (*json)["endpoint"].string_or("");
  file.region = (*json)["region"].string_or("");
  file.build = (*json)["build"].string_or("");
  file.ca_file = (*json)["ca_file"].string_or("");
  file.functions = (*json)["functions"].string_or("");
  file.started = (*json)["started"].string_or("");
  const std::string started = file.pid > 0 ? start_of_process(file.pid) : "";
  if (started.empty() || started != file.started) return std::nullopt;
  return file;
}

}  // namespace fairlead::app
