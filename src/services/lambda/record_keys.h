// The keys of this room's records: docs/formats/keys-lambda.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/lambda/names.h"
#include "storage/keys.h"

namespace fairlead::lambda {

inline constexpr std::string_view kFunctions = "lm/f/";
inline constexpr std::string_view kVersions = "lm/v/";
inline constexpr std::string_view kAliases = "lm/a/";
inline constexpr std::string_view kProvisioned = "lm/p/";
inline constexpr std::string_view kLayers = "lm/l/";
inline constexpr std::string_view kLayerCounters = "lm/ln/";

// Of the function, or the start of the keys of all that belongs to it.
inline std::string function_key(std::string_view prefix, const FunctionName& name) {
  return storage::KeyWriter(prefix).text(name.account).text(name.region).text(name.name).take();
}

// The number that a qualifier is; empty for aliases, $LATEST and what is no number of a version.
std::optional<std::uint64_t> version_number(std::string_view qualifier);

}  // namespace fairlead::lambda
