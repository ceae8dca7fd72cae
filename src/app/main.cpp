// fairlead: the one program. Everything starts in app/cli, but for the first process of a sandbox,
// which is this program, too.
#include "app/cli/cli.h"
#include "sandbox/launcher.h"

int main(int argc, char** argv) {
  fairlead::sandbox::become_first_process_if_asked(argc, argv);
  return fairlead::app::run_command_line(argc, argv);
}
