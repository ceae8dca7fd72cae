// For this room's tests: zip archives, also such as no honest tool makes.
#pragma once

#include <gtest/gtest.h>
#include <zip.h>

#include <cstdint>
#include <string>
#include <vector>

namespace fairlead::lambda::test {

struct ZipEntry {
  std::string name, content;
  std::uint32_t unix_mode = 0100644;
  bool encrypted = false;
};

inline std::string make_zip(const std::vector<ZipEntry>& entries) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  for (const ZipEntry& entry : entries) {
    zip_int64_t index;
    if (entry.name.ends_with('/')) {
      index = zip_dir_add(zip, entry.name.c_str(), 0);
    } else {
      zip_source_t* bytes = zip_source_buffer(zip, entry.content.data(), entry.content.size(), 0);
      index = zip_file_add(zip, entry.name.c_str(), bytes, ZIP_FL_ENC_UTF_8);
      if (entry.encrypted) {
        zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, "secret");
      }
    }
    EXPECT_GE(index, 0) << entry.name;
    zip_file_set_external_attributes(zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                     entry.unix_mode << 16);
  }
  EXPECT_EQ(zip_close(zip), 0);
  zip_source_open(source);
  zip_source_seek(source, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

}  // namespace fairlead::lambda::test
