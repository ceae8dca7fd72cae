// Locks that park: read-modify-write of one key at a time, on fibers or threads, without blocking
// a loop. Held across commit().
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead::storage {

// A fixed number of stripes; keys that share a stripe wait for each other. So who holds a guard
// must not ask the same KeyLocks for another (it may wait for itself): lock_all, or a KeyLocks
// apart.
class KeyLocks {
 public:
  explicit KeyLocks(std::size_t stripes = 1024);
  ~KeyLocks();

  class Guard {
   public:
    Guard(Guard&&) noexcept;
    Guard& operator=(Guard&&) = delete;
    ~Guard();

   private:
    friend class KeyLocks;
    Guard(KeyLocks& locks, std::vector<std::size_t> stripes);
    KeyLocks* locks_;
    std::vector<std::size_t> stripes_;
  };

  Guard lock(std::string_view key);
  // Several keys at once, taken in stripe order so that two callers cannot wait for each other.
  Guard lock_all(const std::vector<std::string>& keys);

 private:
  struct Stripe;
  std::unique_ptr<Stripe[]> stripes_;
  std::size_t count_;
};

}  // namespace fairlead::storage
