// The derived key of SigV4: four HMACs, the same for a whole day. A small table keeps them, since
// every request needs one.
#include <array>
#include <functional>
#include <mutex>

#include "base/hashes.h"
#include "wire/sigv4.h"

namespace fairlead::wire {
namespace {

std::string derive(std::string_view secret, std::string_view date, std::string_view region,
                   std::string_view service) {
  const std::string of_date = hmac_sha256("AWS4" + std::string(secret), date);
  const std::string of_region = hmac_sha256(of_date, region);
  const std::string of_service = hmac_sha256(of_region, service);
  return hmac_sha256(of_service, "aws4_request");
}

// One place for each hash value: a newer key takes the place of an older one.
class KeyTable {
 public:
  std::string get(std::string_view secret, std::string_view date, std::string_view region,
                  std::string_view service) {
    std::string identity;
    identity.reserve(secret.size() + date.size() + region.size() + service.size() + 3);
    identity.append(secret).append(1, '\0').append(date).append(1, '\0');
    identity.append(region).append(1, '\0').append(service);
    Slot& slot = slots_[std::hash<std::string>()(identity) % slots_.size()];
    {
      const std::lock_guard lock(slot.mutex);
      if (slot.identity == identity) return slot.key;
    }
    std::string key = derive(secret, date, region, service);
    const std::lock_guard lock(slot.mutex);
    slot.identity = std::move(identity);
    slot.key = key;
    return key;
  }

 private:
  struct Slot {
    std::mutex mutex;
    std::string identity, key;
  };
  std::array<Slot, 256> slots_;
};

}  // namespace

std::string signing_key(std::string_view secret, std::string_view date, std::string_view region,
                        std::string_view service) {
  static KeyTable table;
  return table.get(secret, date, region, service);
}

}  // namespace fairlead::wire
