// Unpacking happens in a temporary folder that is renamed when it is complete.
#include "services/lambda/code_store.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "services/lambda/errors.h"
#include "services/lambda/unzip.h"

namespace fairlead::lambda {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemporary = ".unpacking-";
constexpr std::string_view kNoSet = "v2";  // runtimes that have aws-sdk v2 alone

std::string_view layer_of(const Runtime& runtime) {
  return runtime.sdk_set.empty() ? kNoSet : runtime.sdk_set;
}

Error disk_failed(const std::string& what, const std::error_code& error) {
  return cannot_start(what + ": " + error.message());
}

Status make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return disk_failed(folder.string(), error);
  return {};
}

Status point(const fs::path& link, const fs::path& target) {
  std::error_code error;
  if (fs::read_symlink(link, error) == target) return {};
  // Made under another name and renamed, so that a worker that starts meanwhile finds one of both.
  const fs::path fresh = link.string() + "." + random_hex(8);
  error.clear();
  fs::create_directory_symlink(target, fresh, error);
  if (error) return disk_failed(fresh.string(), error);
  fs::rename(fresh, link, error);
  if (error) return disk_failed(link.string(), error);
  return {};
}

std::string read_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

Result<std::string> read_blob(storage::Blobs& blobs, const std::string& id) {
  const auto reader = TRY(blobs.open(id));
  std::string bytes(reader->size(), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t n = TRY(reader->read(bytes.data() + filled, bytes.size() - filled));
    if (n == 0) break;
    filled += n;
  }
  bytes.resize(filled);
  return bytes;
}

std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; at != end; at.increment(error)) {
    std::error_code unknown;
    if (!at->is_regular_file(unknown) || at->is_symlink(unknown)) continue;
    const std::uintmax_t size = at->file_size(unknown);
    if (!unknown) bytes += size;
  }
  return bytes;
}

// One file, link or folder of a layer takes the place of whatever earlier layers have there.
std::error_code lay_over_one(const fs::directory_entry& from, const fs::path& to) {
  std::error_code error, ignored;
  const bool folder = from.is_directory(ignored) && !from.is_symlink(ignored);
  const auto present = fs::symlink_status(to, ignored).type();
  if (folder && present == fs::file_type::directory) return error;
  if (present != fs::file_type::not_found) fs::remove_all(to, ignored);
  if (folder) {
    fs::create_directory(to, error);
  } else if (from.is_symlink(ignored)) {
    fs::copy_symlink(from.path(), to, error);
  } else {
    fs::create_hard_link(from.path(), to, error);
    if (error) fs::copy_file(from.path(), to, error);  // another disk, or too many links
  }
  return error;
}

Status lay_over(const std::string& layer, const std::string& into) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(layer, error), end; at != end; at.increment(error)) {
    const fs::path to = fs::path(into) / fs::path(at->path()).lexically_relative(layer);
    if (const auto failed = lay_over_one(*at, to)) return disk_failed(to.string(), failed);
  }
  if (error) return disk_failed(layer, error);
  return {};
}

}  // namespace

CodeStore::CodeStore(storage::Blobs& blobs, std::string data_folder, std::string runtimes_folder)
    : blobs_(blobs),
      functions_folder_(std::move(data_folder) + "/functions"),
      runtimes_folder_(std::move(runtimes_folder)) {
  forget_other_boots();
}

void CodeStore::forget_other_boots() const {
  const fs::path mark = fs::path(functions_folder_) / "boot-id";
  const std::string boot = read_line("/proc/sys/kernel/random/boot_id");
  if (!boot.empty() && read_line(mark) == boot) return;
  std::error_code error;
  fs::remove_all(functions_folder_, error);
  fs::create_directories(functions_folder_, error);
  std::ofstream(mark) << boot << "\n";
}

std::string CodeStore::sdk_folder(std::string_view set) const {
  return runtimes_folder_ + "/nodejs/sdk/" + std::string(set) + "/node_modules";
}

std::string CodeStore::task_path(std::string_view sha256, const Runtime& runtime) const {
  const std::string name = hex_encode(base64_decode(sha256).value_or(""));
  return functions_folder_ + "/" + std::string(layer_of(runtime)) + "/" + name + "/task";
}

std::string CodeStore::layer_path(std::string_view sha256) const {
  const std::string name = hex_encode(base64_decode(sha256).value_or(""));
  return functions_folder_ + "/layers/" + name + "/opt";
}

// One layer is merged with nothing.
std::string CodeStore::merged_path(const Function& function) const {
  if (function.layers.size() == 1) return layer_path(function.layers.front().sha256);
  std::string all;
  for (const LayerUse& layer : function.layers) all += layer.sha256 + "\n";
  return layer_path(base64_encode(sha256(all)));
}

Status CodeStore::link_sdks(const Runtime& runtime) const {
  const fs::path folder = fs::path(functions_folder_) / layer_of(runtime);
  TRY(make_folders(folder));
  TRY(point(fs::path(functions_folder_) / "node_modules", sdk_folder(kNoSet)));
  if (!runtime.sdk_set.empty()) TRY(point(folder / "node_modules", sdk_folder(runtime.sdk_set)));
  return {};
}

// Unpacking 250 MB would hold up everything else on the loop: `fill` runs on a thread of its own.
Status CodeStore::make(const std::string& folder, const Fill& fill) {
  const fs::path final_folder = fs::path(folder).parent_path();
  const fs::path temporary =
      fs::path(functions_folder_) / (std::string(kTemporary) + random_hex(16));
  const std::string into = (temporary / fs::path(folder).filename()).string();
  TRY(make_folders(into));
  TRY(make_folders(final_folder.parent_path()));
  Status filled;
  disk_.run([&] { filled = fill(into); });
  std::error_code error;
  if (filled.ok()) {
    fs::rename(temporary, final_folder, error);
    // Somebody else may have made the same at the same time.
    std::error_code ignored;
    if (error && !fs::exists(folder, ignored)) filled = disk_failed(final_folder.string(), error);
  }
  fs::remove_all(temporary, error);
  return filled;
}

Result<Package> CodeStore::unpack_checked(std::string_view zip, const std::string& folder) {
  Package package;
  package.sha256 = base64_encode(sha256(zip));
  package.size = zip.size();
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) {
    TRY(make(folder, [&](const std::string& into) { return unzip(zip, into); }));
  }
  disk_.run([&] { package.unpacked = bytes_in(folder); });
  return package;
}

Status CodeStore::store(std::string_view zip, Package& package) {
  const auto writer = TRY(blobs_.create());
  TRY(writer->write(zip));
  package.blob = TRY(writer->finish());
  return {};
}

Result<Package> CodeStore::check(std::string_view zip, const Runtime& runtime) {
  if (zip.empty()) return empty_zip();
  TRY(link_sdks(runtime));
  return unpack_checked(zip, task_path(base64_encode(sha256(zip)), runtime));
}

Result<Package> CodeStore::accept(std::string_view zip, const Runtime& runtime) {
  Package package = TRY(check(zip, runtime));
  TRY(store(zip, package));
  return package;
}

Result<Package> CodeStore::accept_layer(std::string_view zip) {
  if (zip.empty()) return empty_zip();
  Package package = TRY(unpack_checked(zip, layer_path(base64_encode(sha256(zip)))));
  TRY(store(zip, package));
  return package;
}

Result<std::string> CodeStore::unpacked_again(const std::string& blob, const std::string& digest,
                                              const std::string& folder) {
  std::error_code ignored;
  if (fs::exists(folder, ignored)) return folder;
  const std::string zip = TRY(read_blob(blobs_, blob));
  if (base64_encode(sha256(zip)) != digest) return cannot_start("stored code is damaged");
  TRY(make(folder, [&](const std::string& into) { return unzip(zip, into); }));
  return folder;
}

Result<std::string> CodeStore::task_folder(const Function& function) {
  const Runtime* runtime = find_runtime(function.runtime);
  if (!runtime) return unknown_runtime(function.runtime);
  TRY(link_sdks(*runtime));
  return unpacked_again(function.code_blob, function.code_sha256,
                        task_path(function.code_sha256, *runtime));
}

Result<std::string> CodeStore::layers_folder(const Function& function) {
  if (function.layers.empty()) return std::string();
  const std::string merged = merged_path(function);
  std::error_code ignored;
  if (fs::exists(merged, ignored)) return merged;
  std::vector<std::string> single;
  for (const LayerUse& layer : function.layers) {
    single.push_back(TRY(unpacked_again(layer.blob, layer.sha256, layer_path(layer.sha256))));
  }
  if (single.size() == 1) return single.front();
  const auto merge = [&](const std::string& into) -> Status {
    for (const std::string& folder : single) TRY(lay_over(folder, into));
    return {};
  };
  TRY(make(merged, merge));
  return merged;
}

void CodeStore::sweep(const std::vector<FunctionPtr>& living) {
  std::set<fs::path> needed;
  for (const FunctionPtr& function : living) {
    const Runtime* runtime = find_runtime(function->runtime);
    if (runtime) needed.insert(fs::path(task_path(function->code_sha256, *runtime)).parent_path());
    for (const LayerUse& layer : function->layers) {
      needed.insert(fs::path(layer_path(layer.sha256)).parent_path());
    }
    if (!function->layers.empty()) needed.insert(fs::path(merged_path(*function)).parent_path());
  }
  std::error_code error;
  for (const auto& layer : fs::directory_iterator(functions_folder_, error)) {
    if (layer.is_symlink(error) || !layer.is_directory(error)) continue;
    if (layer.path().filename().string().starts_with(kTemporary)) {
      fs::remove_all(layer.path(), error);
      continue;
    }
    for (const auto& code : fs::directory_iterator(layer.path(), error)) {
      if (code.is_symlink(error) || needed.contains(code.path())) continue;
      log_debug("removing code that no function uses", {{"folder", code.path().string()}});
      fs::remove_all(code.path(), error);
    }
  }
}

}  // namespace fairlead::lambda
