// Options and targets from text.
#include "load/options.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace fairlead::bench {

void give_up(const std::string& message) {
  std::fprintf(stderr, "bench_load: %s\n", message.c_str());
  std::exit(1);
}

Options::Options(int argc, char** argv) {
  for (int at = 2; at < argc; at += 2) {
    const std::string name = argv[at];
    if (name.rfind("--", 0) != 0 || at + 1 == argc) give_up("what is " + name + "?");
    given_[name.substr(2)] = argv[at + 1];
  }
}

std::string Options::text(const std::string& name, const std::string& fallback) {
  const auto found = given_.find(name);
  if (found == given_.end()) return fallback;
  std::string value = std::move(found->second);
  given_.erase(found);
  return value;
}

std::string Options::required(const std::string& name) {
  if (!given_.contains(name)) give_up("--" + name + " is missing");
  return text(name, "");
}

long Options::number(const std::string& name, long fallback) {
  const std::string value = text(name, "");
  return value.empty() ? fallback : std::strtol(value.c_str(), nullptr, 10);
}

double Options::seconds(const std::string& name, double fallback) {
  const std::string value = text(name, "");
  return value.empty() ? fallback : std::strtod(value.c_str(), nullptr);
}

std::vector<int> Options::pids(const std::string& name) {
  std::vector<int> found;
  std::istringstream list(text(name, ""));
  for (std::string item; std::getline(list, item, ',');) found.push_back(std::stoi(item));
  return found;
}

void Options::refuse_the_rest() {
  if (!given_.empty()) give_up("unknown option --" + given_.begin()->first);
}

Target read_target(const std::string& url) {
  Target target;
  const std::size_t scheme = url.find("://");
  const std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  target.host = rest.substr(0, slash);
  if (slash < rest.size()) target.path = rest.substr(slash);
  const std::size_t colon = target.host.rfind(':');
  if (colon == std::string::npos) give_up("a port is missing in " + url);
  target.ip = target.host.substr(0, colon);
  target.port = std::atoi(target.host.c_str() + colon + 1);
  return target;
}

}  // namespace fairlead::bench
