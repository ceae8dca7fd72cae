// Ranges of both families, and what is no range.
#include "base/address_range.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(AddressRange, Contains) {
  struct {
    const char *range, *address;
    bool inside;
  } const cases[] = {
      {"10.0.0.0/8", "10.200.3.4", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"192.0.2.128/25", "192.0.2.200", true},
      {"192.0.2.128/25", "192.0.2.1", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"127.0.0.1", "127.0.0.1", true},
      {"127.0.0.1", "127.0.0.2", false},
      {"2001:db8::/32", "2001:db8:1::1", true},
      {"2001:db8::/32", "2001:db9::1", false},
      {"::1/128", "::1", true},
      {"::/0", "::1", true},
      {"0.0.0.0/0", "::1", false},
      {"10.0.0.0/x", "10.0.0.1", false},
      {"10.0.0.0/", "10.0.0.1", false},
      {"ten", "10.0.0.1", false},
      {"10.0.0.0/8", "", false},
      {"10.0.0.0/999", "10.0.0.0", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(in_address_range(c.range, c.address), c.inside) << c.range << " " << c.address;
  }
}

}  // namespace
}  // namespace fairlead
