// Which Node and which Python serve the runtimes on this machine: the Nodes that `fairlead runtimes
// install` brought and the one on PATH; the Pythons on PATH, in /usr/bin, of pyenv and of uv.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace fairlead::app {

struct Interpreter {
  int version = 0;         // Node: the major version; Python: the 12 of 3.12
  std::string path;        // absolute, no symbolic link
  bool installed = false;  // by `fairlead runtimes install`
};

// "nodejs16.x" -> 16, "python3.12" -> 12; 0 for anything else.
int node_major(const std::string& runtime);
int python_minor(const std::string& runtime);
const std::vector<std::string>& node_runtimes();    // nodejs10.x … nodejs24.x
const std::vector<std::string>& python_runtimes();  // python3.8 … python3.14

// One for each version, in ascending order. A program is asked for its version once; that is
// remembered in files of `interpreters_folder` until the program changes, because asking costs as
// much as starting the server.
std::vector<Interpreter> find_nodes(const std::string& interpreters_folder);
std::vector<Interpreter> find_pythons(const std::string& interpreters_folder);
// The exact one, else the nearest newer, else the nearest older.
std::optional<Interpreter> nearest(const std::vector<Interpreter>& found, int version);

}  // namespace fairlead::app
