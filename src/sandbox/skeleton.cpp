// Making the skeleton: mount points, symlinks, and the files of /etc.
#include "sandbox/skeleton.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sandbox/errors.h"

namespace fairlead::sandbox {

namespace fs = std::filesystem;

namespace {

constexpr fs::perms kFolderMode = fs::perms::owner_all | fs::perms::group_read |
                                  fs::perms::group_exec | fs::perms::others_read |
                                  fs::perms::others_exec;  // 0755
constexpr fs::perms kFileMode = fs::perms::owner_read | fs::perms::owner_write |
                                fs::perms::group_read | fs::perms::others_read;  // 0644

// Mount points that are always there, so that what is attached later finds its place.
constexpr const char* kFolders[] = {"proc",     "dev",     "tmp", "var/task", "var/runtime",
                                    "var/lang", "var/tmp", "opt", "run",      "home",
                                    "mnt",      "root",    "srv", "etc",      ".attach"};
// Where programs and their configuration live; whatever of it the host has.
constexpr const char* kSystem[] = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
constexpr const char* kEtc[] = {"/etc/ld.so.cache",     "/etc/ld.so.conf",
                                "/etc/ld.so.conf.d",    "/etc/alternatives",
                                "/etc/ssl/certs",       "/etc/ssl/openssl.cnf",
                                "/etc/pki/tls/certs",   "/etc/pki/ca-trust/extracted",
                                "/etc/ca-certificates", "/etc/crypto-policies",
                                "/etc/localtime",       "/etc/services",
                                "/etc/protocols",       "/etc/mime.types",
                                "/etc/python3"};
constexpr const char* kDevices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                    "/dev/urandom"};
constexpr const char* kSystemBundles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                          "/etc/pki/tls/certs/ca-bundle.crt",
                                          "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

Status make_folder(const std::string& path) {
  std::error_code failed;
  std::string made;
  for (const fs::path& part : fs::path(path)) {
    made = made.empty() ? part.string() : (fs::path(made) / part).string();
    if (fs::is_directory(fs::path(made), failed)) continue;
    fs::create_directory(made, failed);
    if (failed) return cannot_sandbox("folder " + made, failed.value());
    fs::permissions(made, kFolderMode, failed);  // whatever the umask
  }
  return {};
}

Status write_file(const std::string& path, const std::string& text) {
  TRY(make_folder(fs::path(path).parent_path()));
  std::error_code failed;
  fs::remove(path, failed);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return cannot_sandbox("file " + path, errno);
  fs::permissions(path, kFileMode, failed);
  return {};
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

Result<std::unique_ptr<Skeleton>> Skeleton::make(const std::string& folder,
                                                 const std::string& ca_file,
                                                 std::size_t attachables) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  std::unique_ptr<Skeleton> made(new Skeleton(folder));
  TRY(make_folder(folder));
  fs::permissions(folder, kFolderMode, ignored);
  for (const char* name : kFolders) TRY(make_folder(folder + "/" + name));
  for (std::size_t i = 0; i < attachables; ++i) TRY(make_folder(folder + hidden_place(i)));
  made->base_.push_back({folder, "/"});
  TRY(made->make_system());
  TRY(made->make_etc(ca_file));
  TRY(made->make_devices());
  return made;
}

Status Skeleton::mount_if_there(const std::string& path) {
  std::error_code failed;
  if (!fs::exists(path, failed)) return {};
  TRY(make_place(path, path));
  base_.push_back({path, path});
  return {};
}

Status Skeleton::make_system() {
  std::error_code failed;
  for (const std::string path : kSystem) {
    if (fs::is_symlink(fs::symlink_status(path, failed))) {
      fs::create_symlink(fs::read_symlink(path, failed), folder_ + path, failed);
      if (failed) return cannot_sandbox("symlink " + path, failed.value());
    } else {
      TRY(mount_if_there(path));
    }
  }
  return {};
}

Status Skeleton::make_etc(const std::string& ca_file) {
  const std::string etc = folder_ + "/etc/";
  TRY(write_file(etc + "passwd",
                 "root:x:0:0:root:/root:/sbin/nologin\n"
                 "sbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\n"
                 "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"));
  TRY(write_file(etc + "group", "root:x:0:\nsbx_user1051:x:990:\nnogroup:x:65534:\n"));
  TRY(write_file(etc + "hosts", "127.0.0.1 localhost\n"));
  TRY(write_file(etc + "resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n"));
  TRY(write_file(etc + "nsswitch.conf",
                 "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n"
                 "protocols: files\n"));
  if (!ca_file.empty()) {
    const std::string ours = read_whole(ca_file);
    if (ours.empty()) return cannot_sandbox("reading " + ca_file, errno);
    std::string bundle;
    for (const char* path : kSystemBundles) {
      if (bundle.empty()) bundle = read_whole(path);
    }
    if (!bundle.empty() && bundle.back() != '\n') bundle += '\n';
    TRY(write_file(etc + "fairlead/ca.pem", ours));
    TRY(write_file(etc + "fairlead/ca-bundle.pem", bundle + ours));
  }
  for (const char* path : kEtc) TRY(mount_if_there(path));
  // Debian's Pythons keep their sitecustomize there: /etc/python3.11.
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/etc", failed)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("python3.")) TRY(mount_if_there(entry.path()));
  }
  return {};
}

Status Skeleton::make_devices() {
  for (const char* path : kDevices) TRY(mount_if_there(path));
  const std::pair<const char*, const char*> links[] = {{"/proc/self/fd", "fd"},
                                                       {"/proc/self/fd/0", "stdin"},
                                                       {"/proc/self/fd/1", "stdout"},
                                                       {"/proc/self/fd/2", "stderr"}};
  std::error_code failed;
  for (const auto& [target, name] : links) {
    fs::create_symlink(target, folder_ + "/dev/" + name, failed);
    if (failed) return cannot_sandbox("symlink " + std::string(name), failed.value());
  }
  return {};
}

Status Skeleton::make_place(const std::string& source, const std::string& target) {
  const fs::path wanted(target);
  if (!wanted.is_absolute() || wanted.lexically_normal() != wanted) {
    return cannot_sandbox("mount point " + target, EINVAL);
  }
  struct stat what {};
  if (::stat(source.c_str(), &what) != 0) return cannot_sandbox("mount of " + source, errno);
  // Below a mount of the system's there is nothing to make: the place exists or it does not.
  for (const PlannedMount& mount : base_) {
    if (mount.target != "/" && (target == mount.target || target.starts_with(mount.target + "/"))) {
      return {};
    }
  }
  const std::lock_guard lock(mutex_);
  const std::string place = folder_ + target;
  std::error_code failed;
  if (S_ISDIR(what.st_mode)) return make_folder(place);
  if (fs::exists(place, failed)) return {};
  return write_file(place, "");
}

}  // namespace fairlead::sandbox
