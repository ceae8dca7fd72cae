// bench_load: the load generator. Prints one line of JSON, or a reason and status 1.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "load/modes.h"

using namespace fairlead::bench;

int main(int argc, char** argv) {
  struct Mode {
    const char* name;
    void (*run)(Options&);
  };
  constexpr Mode kModes[] = {
      {"ws-echo", ws_echo}, {"ws-idle", ws_idle}, {"ws-sink", ws_sink}, {"http", http}};
  for (const Mode& mode : kModes) {
    if (argc < 2 || std::strcmp(argv[1], mode.name) != 0) continue;
    Options options(argc, argv);
    mode.run(options);
    std::_Exit((std::fflush(stdout), 0));  // thousands of connections need no orderly farewell
  }
  give_up("usage: bench_load ws-echo|ws-idle|ws-sink|http --name value … (see bench/load)");
}
