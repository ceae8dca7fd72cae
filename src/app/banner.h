// What a person sees when the server has started.
#pragma once

#include "app/config.h"
#include "app/wiring.h"

namespace fairlead::app {

void print_banner(const Config& config, const Server& server);

}  // namespace fairlead::app
