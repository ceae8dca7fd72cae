// For tests: whether two values mean the same to a client that got them through a protocol.
#pragma once

#include <cmath>

#include "base/json.h"

namespace fairlead::wire {

inline bool is_empty(const Json& value) {
  return value.is_null() || ((value.is_object() || value.is_array()) && value.empty());
}

// Numbers by value, `tolerance` apart at most; empty lists and maps equal missing ones (many
// protocols cannot tell).
inline bool same(const Json& a, const Json& b, double tolerance = 0) {
  if (a.is_number() && b.is_number()) {
    return std::fabs(*a.to_double() - *b.to_double()) <= tolerance;
  }
  if (a.is_array() && b.is_array()) {
    bool equal = a.size() == b.size();
    for (std::size_t i = 0; equal && i < a.size(); ++i) {
      equal = same(a.items()[i], b.items()[i], tolerance);
    }
    return equal;
  }
  if (a.is_object() && b.is_object()) {
    for (const auto& m : a.members()) {
      if (!(is_empty(m.value) && is_empty(b[m.key])) && !same(m.value, b[m.key], tolerance)) {
        return false;
      }
    }
    for (const auto& m : b.members()) {
      if (!is_empty(m.value) && !a.has(m.key)) return false;
    }
    return true;
  }
  return a == b || (is_empty(a) && is_empty(b));
}

}  // namespace fairlead::wire
