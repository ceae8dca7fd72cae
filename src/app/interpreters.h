// Which Node serves which runtime on this machine: the ones that `fairlead runtimes install`
// brought, and the one on PATH.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace fairlead::app {

struct Interpreter {
  int major = 0;           // 16
  std::string path;        // absolute
  bool installed = false;  // by `fairlead runtimes install`
};

// "nodejs16.x" -> 16; 0 for anything else.
int node_major(const std::string& runtime);
const std::vector<std::string>& node_runtimes();  // nodejs10.x … nodejs24.x

// Every Node found, by major version. The version of the one on PATH is asked once and remembered
// in `<interpreters_folder>/path-node`, because asking costs as much as starting the server.
std::vector<Interpreter> find_nodes(const std::string& interpreters_folder);
// The exact one, else the nearest newer, else the nearest older.
std::optional<Interpreter> nearest(const std::vector<Interpreter>& nodes, int major);

}  // namespace fairlead::app
