// What bench_lambda measures, each with the product's own workers room.
#pragma once

#include <string>

#include "lambda/workshop.h"
#include "load/options.h"
#include "load/window.h"

namespace fairlead::bench {

// One warm worker, one invocation after the other, from a fiber as the product does it.
void measure_warm(Workshop& workshop, const std::string& event, Window& window);
// `count` launches, each from launch() to its init answered; ended before the next. Prints JSON.
void measure_cold(Workshop& workshop, long count);
// `count` starts of argv, each to its end: what the interpreter itself takes. Prints JSON.
void measure_start(Workshop& workshop, long count);
// Memory of `count` idle workers that have answered one invocation. Prints JSON.
void measure_idle(Workshop& workshop, const std::string& event, long count);

}  // namespace fairlead::bench
