// libFuzzer target: any bytes behind a right version and checksum as a stored item; what is read
// must be written as the same bytes again when it was canonical, and never crash.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/hashes.h"
#include "services/dynamodb/item_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  std::string bytes(1, '\x01');
  bytes.append(reinterpret_cast<const char*>(data), size);
  const std::uint32_t checksum = crc32c(bytes);
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(checksum >> shift));
  auto item = dynamodb::decode_item(bytes);
  if (!item.ok()) return 0;
  auto again = dynamodb::decode_item(dynamodb::encode_item(*item));
  CHECK(again.ok());
  CHECK(*again == *item);
  return 0;
}
