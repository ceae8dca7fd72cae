// bench_lambda: the product's workers room without the rest of the product.
//
//   bench_lambda warm|cold|start|idle --program PATH --script FILE --runtime NAME --task FOLDER
//     [--stock 1] [--sandbox 1 --runtime-folder DIR] [--zygote FILE] [--event FILE] [--count N]
//
// Prints one line of JSON.
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "lambda/modes.h"
#include "sandbox/launcher.h"

using namespace fairlead::bench;

namespace {

std::string event_text(Options& options) {
  const std::string path = options.text("event", "");
  if (path.empty()) return "{}";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

int main(int argc, char** argv) {
  fairlead::sandbox::become_first_process_if_asked(argc, argv);
  const std::string mode = argc > 1 ? argv[1] : "";
  fairlead::set_log_level(fairlead::LogLevel::kWarn);
  Options options(argc, argv);
  Workshop workshop(options);
  const std::string event = event_text(options);
  const long count = options.number("count", 10);
  if (mode == "warm") {
    Window window(options);
    options.refuse_the_rest();
    measure_warm(workshop, event, window);
    window.print();
    return 0;
  }
  options.refuse_the_rest();
  if (mode == "cold") {
    measure_cold(workshop, count);
  } else if (mode == "start") {
    measure_start(workshop, count);
  } else if (mode == "idle") {
    measure_idle(workshop, event, count);
  } else {
    give_up("usage: bench_lambda warm|cold|start|idle …");
  }
  return 0;
}
