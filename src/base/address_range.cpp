// Comparing the leading bits. <arpa/inet.h> is used for reading addresses alone: no socket here.
#include "base/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"

namespace fairlead {

bool in_address_range(std::string_view range, std::string_view address) {
  const std::size_t slash = range.find('/');
  const std::string base(range.substr(0, slash)), host(address);
  const int family = base.find(':') == base.npos ? AF_INET : AF_INET6;
  unsigned char wanted[16], actual[16];
  if (::inet_pton(family, base.c_str(), wanted) != 1) return false;
  if (::inet_pton(family, host.c_str(), actual) != 1) return false;
  int bits = family == AF_INET ? 32 : 128;
  if (slash != range.npos) {
    const std::string_view length = range.substr(slash + 1);
    if (!is_digits(length) || length.size() > 3) return false;
    bits = std::min(bits, std::stoi(std::string(length)));
  }
  if (std::memcmp(wanted, actual, static_cast<std::size_t>(bits / 8)) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || (wanted[bits / 8] ^ actual[bits / 8]) >> (8 - rest) == 0;
}

}  // namespace fairlead
