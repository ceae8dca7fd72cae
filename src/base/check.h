// CHECK and ODD: what to do when something happens that cannot.
//
// CHECK(condition) guards an invariant of our own: it logs where and why, then aborts.
// ODD(text) marks what should not happen but is survivable: it is counted, logged once for each
// site, and the caller goes on (usually by answering InternalFailure).
#pragma once

namespace fairlead {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);
void odd_happened(const char* text, const char* file, int line, bool& seen);

}  // namespace fairlead

#define CHECK(condition) \
  ((condition) ? void() : ::fairlead::check_failed(#condition, __FILE__, __LINE__))
#define ODD(text)                                                \
  do {                                                           \
    static bool seen_ = false;                                   \
    ::fairlead::odd_happened((text), __FILE__, __LINE__, seen_); \
  } while (false)
