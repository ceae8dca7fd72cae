// The version that --version, the banner and /_fairlead/health show.
#pragma once

namespace fairlead::app {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace fairlead::app
