// For tests: service models given as JSON, compiled by tools/models as the build does it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "base/json_parse.h"
#include "wire/protocol.h"

namespace fairlead::wire {

inline std::string read_whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

// Owns the blob; `models` point into it. `services` is {name: service-2.json}.
class ModelFixture {
 public:
  explicit ModelFixture(const Json& services) {
    char folder[] = "/tmp/fairlead-wire-XXXXXX";
    CHECK(mkdtemp(folder) != nullptr);
    const std::string json = std::string(folder) + "/models.json";
    const std::string out = std::string(folder) + "/models.blob";
    std::ofstream(json, std::ios::binary) << write_json(services);
    const std::string command = "/usr/bin/python3 " FAIRLEAD_SOURCE_DIR
                                "/tools/models/compile_models.py --models " +
                                json + " --output " + out;
    CHECK(std::system(command.c_str()) == 0);
    blob_ = read_whole_file(out);
    std::remove(json.c_str());
    std::remove(out.c_str());
    std::remove(folder);
  }
  ModelFixture(const ModelFixture&) = delete;
  ModelFixture& operator=(const ModelFixture&) = delete;

  Models models() const { return Models::open(blob_).value(); }

 private:
  std::string blob_;
};

}  // namespace fairlead::wire
