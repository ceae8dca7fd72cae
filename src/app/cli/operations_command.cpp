// `fairlead operations`: what is implemented, from the rows; as markdown it is the coverage page,
// with what the service models have and no row names.
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "app/cli/cli.h"
#include "app/wiring.h"
#include "wire/model.h"

namespace fairlead::app {

namespace {

using Rows = std::map<std::string, std::vector<const platform::Operation*>>;

Rows rows_of(const platform::Registry& registry, const std::string& only) {
  Rows rows;
  for (const auto& entry : registry.entries()) {
    if (only.empty() || only == entry.service) {
      rows[std::string(entry.service)].push_back(entry.operation);
    }
  }
  return rows;
}

void print_text(const Rows& rows) {
  for (const auto& [service, operations] : rows) {
    for (const auto* operation : operations) {
      std::printf("%-26s %-38s %-46s %s\n", service.c_str(), operation->name, operation->permission,
                  operation->kind == platform::OperationKind::kWrite ? "write" : "read");
    }
  }
}

void print_names(const char* title, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::printf("\n%s:", title);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::printf("%s %s", i == 0 ? "" : ",", names[i].c_str());
  }
  std::printf("\n");
}

void print_markdown(const Rows& rows, const std::string& only) {
  std::printf(
      "# Coverage\n\nMade by `fairlead operations --format markdown`. An operation that is not "
      "listed as implemented\nanswers `501 NotImplemented` with its name.\n");
  const auto& models = wire::Models::house();
  for (std::size_t i = 0; i < models.service_count(); ++i) {
    const auto service = models.service(i);
    if (!only.empty() && only != service.name()) continue;
    std::vector<std::string> done, missing;
    const auto found = rows.find(std::string(service.name()));
    for (std::size_t j = 0; j < service.operation_count(); ++j) {
      const std::string name(service.operation(j).name());
      bool implemented = false;
      if (found != rows.end()) {
        for (const auto* row : found->second) implemented |= row->name == name;
      }
      (implemented ? done : missing).push_back(name);
    }
    std::printf("\n## %s: %zu of %zu\n", std::string(service.service_id()).c_str(), done.size(),
                done.size() + missing.size());
    print_names("Implemented", done);
    if (!done.empty()) print_names("Not yet", missing);
  }
}

}  // namespace

int operations_command(const OperationsOptions& options) {
  const OperationTable table;
  const Rows rows = rows_of(table.registry(), options.service);
  if (rows.empty()) {
    std::fprintf(stderr, "fairlead: there is no service named %s\n", options.service.c_str());
    return 1;
  }
  if (options.format == "markdown") {
    print_markdown(rows, options.service);
  } else {
    print_text(rows);
  }
  return 0;
}

}  // namespace fairlead::app
