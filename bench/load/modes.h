// What the load generator can do; each mode is one function in a file of its own.
#pragma once

#include "load/options.h"

namespace fairlead::bench {

// N connections, each with `depth` messages on the way; every reply is followed by a new message.
void ws_echo(Options& options);
// Opens connections that then say nothing, and reports the server's memory for each.
void ws_idle(Options& options);
// Opens connections, prints the answer to one message on each (their connection ids), then reads
// whatever is pushed to them until standard input ends.
void ws_sink(Options& options);
// C keep-alive connections that send prepared requests, one at a time each.
void http(Options& options);

}  // namespace fairlead::bench
