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

Status CodeStore::link_sdks(const Runtime& runtime) const {
  const fs::path folder = fs::path(functions_folder_) / layer_of(runtime);
  TRY(make_folders(folder));
  TRY(point(fs::path(functions_folder_) / "node_modules", sdk_folder(kNoSet)));
  if (!runtime.sdk_set.empty()) TRY(point(folder / "node_modules", sdk_folder(runtime.sdk_set)));
  return {};
}

Status CodeStore::unzip_off_the_loop(std::string_view zip, const std::string& folder) {
  Status result;
  disk_.run([&] { result = unzip(zip, folder); });
  return result;
}

Status CodeStore::unpack(std::string_view zip, const std::string& task) {
  const fs::path final_folder = fs::path(task).parent_path();
  const fs::path temporary =
      fs::path(functions_folder_) / (std::string(kTemporary) + random_hex(16));
  const std::string into = (temporary / "task").string();
  TRY(make_folders(into));
  Status unpacked = unzip_off_the_loop(zip, into);
  std::error_code error;
  if (unpacked.ok()) {
    fs::rename(temporary, final_folder, error);
    // Somebody else may have unpacked the same code at the same time.
    std::error_code ignored;
    if (error && !fs::exists(task, ignored)) {
      unpacked = disk_failed(final_folder.string(), error);
    }
  }
  fs::remove_all(temporary, error);
  return unpacked;
}

Result<Package> CodeStore::check(std::string_view zip, const Runtime& runtime) {
  if (zip.empty()) return empty_zip();
  if (zip.size() > limits::kMaxLambdaZip) return request_too_large();
  Package package;
  package.sha256 = base64_encode(sha256(zip));
  package.size = zip.size();
  TRY(link_sdks(runtime));
  const std::string task = task_path(package.sha256, runtime);
  std::error_code ignored;
  if (!fs::exists(task, ignored)) TRY(unpack(zip, task));
  return package;
}

Result<Package> CodeStore::accept(std::string_view zip, const Runtime& runtime) {
  Package package = TRY(check(zip, runtime));
  const auto writer = TRY(blobs_.create());
  TRY(writer->write(zip));
  package.blob = TRY(writer->finish());
  return package;
}

Result<std::string> CodeStore::task_folder(const Function& function) {
  const Runtime* runtime = find_runtime(function.runtime);
  if (!runtime) return unknown_runtime(function.runtime);
  const std::string task = task_path(function.code_sha256, *runtime);
  std::error_code ignored;
  if (fs::exists(task, ignored)) return task;
  TRY(link_sdks(*runtime));
  const std::string zip = TRY(read_blob(blobs_, function.code_blob));
  if (base64_encode(sha256(zip)) != function.code_sha256) {
    return cannot_start("the stored code of " + function.name + " is damaged");
  }
  TRY(unpack(zip, task));
  return task;
}

void CodeStore::sweep(const std::vector<FunctionPtr>& living) {
  std::set<fs::path> needed;
  for (const FunctionPtr& function : living) {
    const Runtime* runtime = find_runtime(function->runtime);
    if (runtime) needed.insert(fs::path(task_path(function->code_sha256, *runtime)).parent_path());
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
