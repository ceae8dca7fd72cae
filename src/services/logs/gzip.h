// gzip (RFC 1952), as subscriptions send their events.
#pragma once

#include <string>
#include <string_view>

namespace fairlead::logs {

std::string gzip(std::string_view bytes);

}  // namespace fairlead::logs
