// PKWARE's APPNOTE, the part that every reader knows: local headers, a central directory, its end.
#include "app/cli/dev_zip.h"

#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/cli/dev_tree.h"
#include "base/check.h"
#include "base/hashes.h"

namespace fairlead::app {

namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50;
constexpr std::uint16_t kVersion = 20, kMadeOnUnix = 3 << 8, kNamesAreUtf8 = 1 << 11;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint16_t kTime = 0, kDate = (0 << 9) | (1 << 5) | 1;  // 1980-01-01, always
constexpr std::uint64_t kDeflateAbove = 16ull * 1024 * 1024;

void put16(std::string& out, std::uint32_t value) {
  out.push_back(static_cast<char>(value & 0xff));
  out.push_back(static_cast<char>((value >> 8) & 0xff));
}
void put32(std::string& out, std::uint64_t value) {
  put16(out, value & 0xffff);
  put16(out, (value >> 16) & 0xffff);
}

std::string deflated(const std::string& bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// What local and central header share, from the flags to the lengths of name and extra field.
std::string facts_of(const ZipFile& file, std::uint16_t method, std::size_t packed) {
  std::string facts;
  put16(facts, kNamesAreUtf8);
  put16(facts, method);
  put16(facts, kTime);
  put16(facts, kDate);
  put32(facts, crc32(file.bytes));
  put32(facts, packed);
  put32(facts, file.bytes.size());
  put16(facts, static_cast<std::uint32_t>(file.name.size()));
  put16(facts, 0);
  return facts;
}

}  // namespace

std::string write_zip(const std::vector<ZipFile>& files, ZipMethod method) {
  CHECK(files.size() <= 0xffff);
  std::string out, directory;
  for (const ZipFile& file : files) {
    const std::uint64_t offset = out.size();
    const std::string packed = method == ZipMethod::kDeflate ? deflated(file.bytes) : file.bytes;
    const std::string facts =
        facts_of(file, method == ZipMethod::kDeflate ? kDeflated : kStored, packed.size());
    put32(out, kLocalHeader);
    put16(out, kVersion);
    out += facts + file.name + packed;
    put32(directory, kCentralHeader);
    put16(directory, kMadeOnUnix | kVersion);
    put16(directory, kVersion);
    directory += facts;
    put16(directory, 0);  // comment
    put16(directory, 0);  // disk
    put16(directory, 0);  // internal attributes
    put32(directory, static_cast<std::uint64_t>(S_IFREG | (file.mode & 0777)) << 16);
    put32(directory, offset);
    directory += file.name;
    CHECK(out.size() + directory.size() < 0xffffffffu);
  }
  const std::uint64_t start = out.size();
  out += directory;
  put32(out, kEnd);
  put32(out, 0);  // disks
  put16(out, static_cast<std::uint32_t>(files.size()));
  put16(out, static_cast<std::uint32_t>(files.size()));
  put32(out, directory.size());
  put32(out, start);
  put16(out, 0);  // comment
  return out;
}

Result<std::string> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{&kBadTree, "Cannot read " + path + ".", {}};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<std::string> pack_folder(const std::string& folder) {
  std::vector<ZipFile> files;
  std::uint64_t bytes = 0;
  for (const TreeFile& file : TRY(list_tree(folder))) {
    auto read = read_whole(file.path);
    if (!read.ok()) continue;
    bytes += read->size();
    files.push_back({file.name, file.mode, std::move(read).value()});
  }
  if (files.empty()) return Error{&kBadTree, folder + " is empty.", {}};
  return write_zip(files, bytes > kDeflateAbove ? ZipMethod::kDeflate : ZipMethod::kStore);
}

}  // namespace fairlead::app
