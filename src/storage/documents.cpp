// Documents: one byte of version, four of CRC-32C (little-endian), then compact JSON text.
#include "storage/documents.h"

#include "base/hashes.h"
#include "base/json_parse.h"

namespace fairlead::storage {

namespace {

constexpr unsigned char kDocumentVersion = 1;
constexpr std::size_t kHeaderBytes = 5;

std::uint32_t stored_checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (int i = 4; i >= 1; --i) sum = sum << 8 | static_cast<unsigned char>(bytes[i]);
  return sum;
}

Error damaged(const char* what) {
  return Error{&kStoreDamaged, std::string("A stored document is damaged: ") + what + ".", {}};
}

}  // namespace

std::string encode_document(const Json& document) {
  std::string bytes(kHeaderBytes, '\0');
  append_json(bytes, document);
  const std::uint32_t sum = crc32c(std::string_view(bytes).substr(kHeaderBytes));
  bytes[0] = static_cast<char>(kDocumentVersion);
  for (int i = 0; i < 4; ++i) bytes[1 + i] = static_cast<char>(sum >> (8 * i));
  return bytes;
}

Result<Json> decode_document(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return damaged("it is too short");
  const unsigned char version = static_cast<unsigned char>(bytes[0]);
  if (version == 0) return damaged("its version is 0");
  if (version > kDocumentVersion) {
    return Error{&kStoreTooNew,
                 "A stored document has version " + std::to_string(version) +
                     "; this program reads up to " + std::to_string(kDocumentVersion) + ".",
                 {}};
  }
  const std::string_view text = bytes.substr(kHeaderBytes);
  if (crc32c(text) != stored_checksum(bytes)) return damaged("its checksum does not hold");
  auto document = parse_json(text);
  if (!document.ok()) return damaged("it is not JSON");
  return document;
}

Result<std::optional<Json>> get_document(const Snapshot& from, std::string_view key) {
  const auto bytes = TRY(from.get(Family::kMeta, key));
  if (!bytes) return std::optional<Json>();
  return std::optional<Json>(TRY(decode_document(*bytes)));
}

Result<std::vector<std::pair<std::string, Json>>> list_documents(const Snapshot& from,
                                                                 std::string_view prefix,
                                                                 std::size_t limit) {
  std::vector<std::pair<std::string, Json>> found;
  auto cursor = from.range(Family::kMeta, prefix, after_prefix(prefix));
  for (; cursor->valid() && found.size() < limit; cursor->next()) {
    found.emplace_back(std::string(cursor->key()), TRY(decode_document(cursor->value())));
  }
  TRY(cursor->status());
  return found;
}

void put_document(Batch& batch, std::string key, const Json& document) {
  batch.put(Family::kMeta, std::move(key), encode_document(document));
}

}  // namespace fairlead::storage
