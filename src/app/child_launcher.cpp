// From the configuration to sandbox::Options: which of our folders sandboxes may see parts of.
#include "app/child_launcher.h"

#include <filesystem>

namespace fairlead::app {

Result<std::unique_ptr<net::ChildLauncher>> make_child_launcher(const Config& config,
                                                                const ChildLauncherNeeds& needs) {
  sandbox::Options options;
  options.mode = config.sandbox;
  options.egress = config.egress;
  options.folder = config.data_folder + "/sandbox";
  options.ca_file = needs.ca_file;
  options.server_port = needs.port;
  options.attachable = {config.data_folder + "/functions"};  // unpacked code and layers
  std::error_code failed;
  for (const std::string& folder : {options.folder, options.attachable[0]}) {
    std::filesystem::create_directories(folder, failed);
    if (failed) {
      return Error{&kBadConfig, "Cannot make the folder " + folder + ": " + failed.message(), {}};
    }
  }
  auto made = sandbox::make_launcher(needs.loops, needs.http, std::move(options));
  if (!made.ok()) return Error{&kBadConfig, made.error().message, {}};
  return made;
}

}  // namespace fairlead::app
