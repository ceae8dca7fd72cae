// Packages: what libzip reads out of them, and that the same folder makes the same bytes.
#include "app/cli/dev_zip.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zip.h>

#include <filesystem>
#include <map>

#include "app/cli/dev_test_folder.h"
#include "app/cli/dev_tree.h"

namespace fairlead::app {
namespace {

struct Unzipped {
  std::string bytes;
  std::uint32_t mode = 0;
};

// Read with libzip's own checks of consistency.
std::map<std::string, Unzipped> unzip(const std::string& bytes) {
  std::map<std::string, Unzipped> files;
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  EXPECT_NE(zip, nullptr) << zip_error_strerror(&error);
  if (!zip) return files;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t facts;
    zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &facts);
    Unzipped file{std::string(facts.size, '\0'), 0};
    zip_file_t* open = zip_fopen_index(zip, i, 0);
    EXPECT_EQ(zip_fread(open, file.bytes.data(), facts.size), static_cast<zip_int64_t>(facts.size));
    EXPECT_EQ(zip_fclose(open), 0);  // checks the CRC
    zip_uint8_t system;
    zip_uint32_t attributes;
    zip_file_get_external_attributes(zip, i, 0, &system, &attributes);
    EXPECT_EQ(system, ZIP_OPSYS_UNIX);
    file.mode = attributes >> 16;
    files[facts.name] = std::move(file);
  }
  zip_discard(zip);
  return files;
}

TEST(DevZip, NamesBytesAndModes) {
  std::string large;
  for (int i = 0; i < 100'000; ++i) large += std::to_string(i * 7919);
  const std::vector<ZipFile> files{{"index.js", 0644, "exports.handler = 1;\n"},
                                   {"bin/run", 0755, "#!/bin/sh\n"},
                                   {"h\xc3\xa4\xc3\x9flich.txt", 0600, ""},
                                   {"large", 0644, large}};
  for (const ZipMethod method : {ZipMethod::kStore, ZipMethod::kDeflate}) {
    const std::string zip = write_zip(files, method);
    const auto read = unzip(zip);
    ASSERT_EQ(read.size(), files.size());
    for (const auto& file : files) {
      ASSERT_TRUE(read.contains(file.name)) << file.name;
      EXPECT_EQ(read.at(file.name).bytes, file.bytes) << file.name;
      EXPECT_EQ(read.at(file.name).mode, S_IFREG | file.mode) << file.name;
    }
    EXPECT_EQ(zip.size() < large.size(), method == ZipMethod::kDeflate);
  }
}

TEST(DevZip, AFolderAsItIs) {
  const TestFolder folder;
  folder.write("index.js", "one");
  folder.write("lib/tools.js", "two");
  folder.write("lib/empty", "");
  folder.write(".git/index", "no");
  folder.write("index.js~", "no");
  folder.write("lib/.tools.js.swp", "no");
  folder.write(".env", "yes");
  chmod(folder.at("index.js").c_str(), 0755);
  std::filesystem::create_directory(folder.at("nothing"));
  std::filesystem::create_symlink("tools.js", folder.at("lib/link.js"));
  std::filesystem::create_symlink("nowhere", folder.at("broken"));
  std::filesystem::create_directory_symlink("..", folder.at("lib/circle"));
  const auto zip = pack_folder(folder.path());
  ASSERT_TRUE(zip.ok()) << zip.error().message;
  const auto read = unzip(*zip);
  std::string names;
  for (const auto& [name, file] : read) names += name + " ";
  EXPECT_EQ(names, ".env index.js lib/empty lib/link.js lib/tools.js ");
  EXPECT_EQ(read.at("index.js").mode & 0777, 0755u);
  EXPECT_EQ(read.at("lib/link.js").bytes, "two");
  EXPECT_EQ(*pack_folder(folder.path()), *zip);
  folder.write("lib/tools.js", "three");
  EXPECT_NE(*pack_folder(folder.path()), *zip);
}

TEST(DevZip, WhatIsNoPackage) {
  const TestFolder folder;
  const auto empty = pack_folder(folder.path());
  ASSERT_FALSE(empty.ok());
  EXPECT_NE(empty.error().message.find("is empty"), std::string::npos);
  const auto gone = pack_folder(folder.at("gone"));
  ASSERT_FALSE(gone.ok());
  EXPECT_NE(gone.error().message.find("is not there"), std::string::npos);
  folder.write("sparse", "");
  std::filesystem::resize_file(folder.at("sparse"), 300ull * 1024 * 1024);
  const auto large = pack_folder(folder.path());
  ASSERT_FALSE(large.ok());
  EXPECT_NE(large.error().message.find("250 MB"), std::string::npos);
}

TEST(DevTree, WhatIsIgnored) {
  for (const char* name : {".git", ".hg", "4913", "index.js~", ".#index.js", "#index.js#",
                           ".index.js.swp", "__pycache__", ".DS_Store"}) {
    EXPECT_TRUE(is_ignored(name)) << name;
  }
  for (const char* name : {"index.js", ".env", ".gitignore", "swp", "data.swp", "#hash", "~"}) {
    EXPECT_EQ(is_ignored(name), std::string_view(name) == "~") << name;
  }
  EXPECT_TRUE(is_dependency("node_modules/ms/index.js"));
  EXPECT_TRUE(is_dependency("a/node_modules"));
  EXPECT_FALSE(is_dependency("my_node_modules/x"));
}

}  // namespace
}  // namespace fairlead::app
