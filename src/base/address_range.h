// IP addresses and CIDR ranges as text: what policies and event patterns compare.
#pragma once

#include <string_view>

namespace fairlead {

// Is `address` in `range` ("10.0.0.0/8", "2001:db8::/32", or a single address)? False for what is
// neither, and across IPv4 and IPv6.
bool in_address_range(std::string_view range, std::string_view address);

}  // namespace fairlead
