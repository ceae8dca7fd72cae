// CodeStore: deployment packages. The zip lives in the blobs; for running, it is unpacked once for
// each content into a folder beside the SDK that its runtime brings along.
//
//   <data>/functions/node_modules            -> the aws-sdk v2 set
//   <data>/functions/<set>/node_modules      -> the @aws-sdk v3 set of newer runtimes
//   <data>/functions/<set>/<sha256>/task     the unpacked code
//   <data>/functions/layers/<sha256>/opt     one unpacked layer
//   <data>/functions/layers/<digest>/opt     several merged (hard links), for each order of them
//
// Unpacked code is never synced to the disk: what an earlier boot of the machine left, perhaps cut
// short by a power failure, is thrown away and made again from the blobs.
//
// Node.js looks for packages in each parent folder, for `require` and `import` alike: the
// function's own node_modules first, then v3, then v2.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/lambda/function.h"
#include "services/lambda/runtimes.h"
#include "storage/blobs.h"
#include "storage/disk_threads.h"

namespace fairlead::lambda {

struct Package {
  std::string sha256;  // base64
  std::string blob;    // empty for a dry run
  std::uint64_t size = 0;
  std::uint64_t unpacked = 0;  // bytes of its files
};

class CodeStore {
 public:
  // Both folders are absolute paths. `runtimes_folder` holds nodejs/.
  CodeStore(storage::Blobs& blobs, std::string data_folder, std::string runtimes_folder);

  // Checks the zip by unpacking it for `runtime`, then stores it.
  Result<Package> accept(std::string_view zip, const Runtime& runtime);
  Result<Package> check(std::string_view zip, const Runtime& runtime);  // the same, stores nothing

  Result<Package> accept_layer(std::string_view zip);

  // The folder with the function's code, unpacked again if it is missing.
  Result<std::string> task_folder(const Function& function);
  // Its layers in one folder, what later ones have in place of the earlier ones'. Empty: it has
  // none.
  Result<std::string> layers_folder(const Function& function);

  // A zip as it was given, for a download. kBlobMissing.
  Result<std::unique_ptr<storage::BlobReader>> open(const std::string& blob) {
    return blobs_.open(blob);
  }

  // Removes unpacked code that no function of `living` needs. At start only: a running worker may
  // still use what a changed function left behind.
  void sweep(const std::vector<FunctionPtr>& living);

  std::string sdk_folder(std::string_view set) const;  // …/node_modules

 private:
  void forget_other_boots() const;
  std::string task_path(std::string_view sha256, const Runtime& runtime) const;
  std::string layer_path(std::string_view sha256) const;
  std::string merged_path(const Function& function) const;
  Result<Package> unpack_checked(std::string_view zip, const std::string& folder);
  Status store(std::string_view zip, Package& package);
  Result<std::string> unpacked_again(const std::string& blob, const std::string& sha256,
                                     const std::string& folder);
  // Fills `folder` (…/task, …/opt), which appears when it is complete.
  using Fill = std::function<Status(const std::string& into)>;
  Status make(const std::string& folder, const Fill& fill);
  Status link_sdks(const Runtime& runtime) const;

  storage::Blobs& blobs_;
  storage::DiskThreads disk_{2};  // unpacking 250 MB would hold up everything else on the loop
  std::string functions_folder_, runtimes_folder_;
};

}  // namespace fairlead::lambda
