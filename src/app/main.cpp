// fairlead: the one program. Everything starts in app/cli.
#include "app/cli/cli.h"

int main(int argc, char** argv) { return fairlead::app::run_command_line(argc, argv); }
