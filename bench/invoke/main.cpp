// bench_invoke: one warm Node worker, one invocation after the other.
//
//   bench_invoke frames|http --node PATH --script FILE --task FOLDER --event FILE
//     [--warmup S --seconds S]
//
// Prints one line of JSON like bench_load; cpu_us is not filled in.
#include <cstdio>
#include <cstring>

#include "invoke/modes.h"
#include "invoke/worker_process.h"

using namespace fairlead::bench;

int main(int argc, char** argv) {
  const bool frames = argc > 1 && std::strcmp(argv[1], "frames") == 0;
  if (!frames && (argc < 2 || std::strcmp(argv[1], "http") != 0)) {
    give_up("usage: bench_invoke frames|http --node … --script … --task … --event …");
  }
  Options options(argc, argv);
  Work work;
  work.node = options.text("node", "/usr/bin/node");
  work.script = options.required("script");
  work.task_root = options.required("task");
  work.event = read_file(options.required("event"));
  while (!work.event.empty() && work.event.back() == '\n') work.event.pop_back();
  Window window(options);
  options.refuse_the_rest();
  if (frames) {
    invoke_by_frames(work, window);
  } else {
    invoke_by_http(work, window);
  }
  window.print();
  return 0;
}
