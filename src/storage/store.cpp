// What every Store shares: the error codes, the batch, the end of a prefix.
#include "storage/store.h"

#include "base/check.h"

namespace fairlead::storage {

const ErrorCode kStoreDamaged{"StoreDamaged", 500};
const ErrorCode kStoreTooNew{"StoreTooNew", 500};
const ErrorCode kStoreBusy{"StoreBusy", 500};
const ErrorCode kStoreFailed{"StoreFailed", 500};

void Batch::put(Family family, std::string key, std::string value) {
  changes_.push_back({Change::Kind::kPut, family, std::move(key), std::move(value)});
}

void Batch::erase(Family family, std::string key) {
  changes_.push_back({Change::Kind::kErase, family, std::move(key), {}});
}

void Batch::erase_range(Family family, std::string from, std::string to) {
  changes_.push_back({Change::Kind::kEraseRange, family, std::move(from), std::move(to)});
}

std::string after_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace fairlead::storage
