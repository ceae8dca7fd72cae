// The operation table's lookups: rows sorted once, found by binary search.
#include <algorithm>
#include <tuple>

#include "platform/invoker.h"
#include "platform/operation.h"

namespace fairlead::platform {

const ErrorCode kNotImplemented{"NotImplemented", 501};
const ErrorCode kInvokeTimedOut{"InvokeTimedOut", 504};

Error not_implemented(std::string_view what) {
  return Error{&kNotImplemented, std::string(what) + " is not implemented by Fairlead yet.", {}};
}

namespace {
std::tuple<std::string_view, std::string_view> place(const Registry::Entry& entry) {
  return {entry.service, entry.operation->name};
}
}  // namespace

void Registry::add(std::string_view service, std::span<const Operation> rows, void* state) {
  for (const Operation& row : rows) entries_.push_back({service, &row, state});
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return place(a) < place(b); });
}

const Registry::Entry* Registry::find(std::string_view service, std::string_view operation) const {
  const std::tuple wanted{service, operation};
  auto found = std::lower_bound(entries_.begin(), entries_.end(), wanted,
                                [](const Entry& e, const auto& w) { return place(e) < w; });
  if (found == entries_.end() || place(*found) != wanted) return nullptr;
  return &*found;
}

Result<Reply> Registry::run(std::string_view service, std::string_view operation, Context& cx,
                            Request& request) const {
  const Entry* entry = find(service, operation);
  if (!entry) return not_implemented(std::string(service) + "." + std::string(operation));
  return entry->operation->handler(entry->state, cx, request);
}

}  // namespace fairlead::platform
