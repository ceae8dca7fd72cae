// Starts the worker under measurement: Node with a script, an environment and perhaps one end of a
// socketpair as descriptor 3.
#pragma once

#include <string>
#include <vector>

#include "net/descriptor.h"

namespace fairlead::bench {

class WorkerProcess {
 public:
  // `channel`: the descriptor that becomes number 3 of the child; -1 for none.
  WorkerProcess(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                int channel);
  ~WorkerProcess();  // kills it
  WorkerProcess(const WorkerProcess&) = delete;
  int pid() const { return pid_; }

 private:
  int pid_ = -1;
};

void write_all(int fd, std::string_view bytes);
// Reads at least one byte; gives up at the end of the stream.
std::size_t read_some(int fd, char* into, std::size_t size);
std::string read_file(const std::string& path);

}  // namespace fairlead::bench
