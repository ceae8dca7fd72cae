// The command line of the load generator: `bench_load MODE --name value …`.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace fairlead::bench {

// Ends the program with `message` on standard error and status 1: a measurement that went wrong
// must never look like a number.
[[noreturn]] void give_up(const std::string& message);

class Options {
 public:
  Options(int argc, char** argv);  // from argv[2] on

  std::string text(const std::string& name, const std::string& fallback);
  std::string required(const std::string& name);
  long number(const std::string& name, long fallback);
  double seconds(const std::string& name, double fallback);
  std::vector<int> pids(const std::string& name);  // "12,13"; may be missing
  void refuse_the_rest();                          // gives up if an option was never asked for

 private:
  std::map<std::string, std::string> given_;
};

// 127.0.0.1:4566/path; a scheme in front is skipped.
struct Target {
  std::string ip;
  int port = 0;
  std::string path = "/";
  std::string host;  // for the Host header
};
Target read_target(const std::string& url);

}  // namespace fairlead::bench
