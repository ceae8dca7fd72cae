// The list of living counters, and their text in Prometheus' exposition format.
#include "base/metrics.h"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <vector>

namespace fairlead {

namespace {

// Never destroyed: counters in statics may outlive anything that would be.
struct Living {
  std::mutex mutex;
  std::vector<const Counter*> counters;
};

Living& living() {
  static auto& instance = *new Living;
  return instance;
}

std::string escape_help(std::string_view help) {
  std::string out;
  for (const char c : help) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

}  // namespace

Counter::Counter(std::string name, std::string help, std::string labels)
    : name_(std::move(name)), help_(std::move(help)), labels_(std::move(labels)) {
  std::lock_guard lock(living().mutex);
  living().counters.push_back(this);
}

Counter::~Counter() {
  std::lock_guard lock(living().mutex);
  std::erase(living().counters, this);
}

std::string prometheus_text() {
  std::lock_guard lock(living().mutex);
  auto counters = living().counters;
  std::stable_sort(counters.begin(), counters.end(), [](const Counter* a, const Counter* b) {
    return std::tie(a->name_, a->labels_) < std::tie(b->name_, b->labels_);
  });
  std::string out;
  for (std::size_t i = 0; i < counters.size();) {
    const Counter& first = *counters[i];
    out += "# HELP " + first.name_ + ' ' + escape_help(first.help_) + '\n';
    out += "# TYPE " + first.name_ + " counter\n";
    while (i < counters.size() && counters[i]->name_ == first.name_) {
      // Two counters of one name and labels are one series: their values add up.
      const Counter& series = *counters[i];
      std::uint64_t value = 0;
      for (; i < counters.size() && counters[i]->name_ == series.name_ &&
             counters[i]->labels_ == series.labels_;
           ++i) {
        value += counters[i]->value();
      }
      out += series.name_;
      if (!series.labels_.empty()) out += '{' + series.labels_ + '}';
      out += ' ' + std::to_string(value) + '\n';
    }
  }
  return out;
}

}  // namespace fairlead
