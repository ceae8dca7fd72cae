// One writer and one reader of the item format. The reader trusts nothing: lengths and depth are
// checked even though the checksum held.
#include "services/dynamodb/item_format.h"

#include <algorithm>

#include "base/hashes.h"
#include "services/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

constexpr char kVersion = 1;
constexpr std::size_t kChecksumBytes = 4;

void put_length(std::string& out, std::size_t n) {
  while (n >= 0x80) {
    out.push_back(static_cast<char>(n | 0x80));
    n >>= 7;
  }
  out.push_back(static_cast<char>(n));
}

void put_text(std::string& out, std::string_view text) {
  put_length(out, text.size());
  out.append(text);
}

void put_map(std::string& out, const Map& map);

void put_value(std::string& out, const AttributeValue& value) {
  out.push_back(static_cast<char>(value.type()));
  switch (value.type()) {
    case Type::kS:
      return put_text(out, *value.as<std::string>());
    case Type::kN:
      return value.as<Number>()->append_packed(out);
    case Type::kB:
      return put_text(out, value.as<Binary>()->bytes);
    case Type::kBool:
      return out.push_back(*value.as<bool>() ? 1 : 0);
    case Type::kNull:
      return;
    case Type::kM:
      return put_map(out, *value.as<Map>());
    case Type::kL:
      put_length(out, value.as<List>()->size());
      for (const AttributeValue& each : *value.as<List>()) put_value(out, each);
      return;
    case Type::kSs:
      put_length(out, value.as<StringSet>()->members.size());
      for (const std::string& each : value.as<StringSet>()->members) put_text(out, each);
      return;
    case Type::kNs:
      put_length(out, value.as<NumberSet>()->members.size());
      for (const Number& each : value.as<NumberSet>()->members) each.append_packed(out);
      return;
    case Type::kBs:
      put_length(out, value.as<BinarySet>()->members.size());
      for (const Binary& each : value.as<BinarySet>()->members) put_text(out, each.bytes);
      return;
  }
}

void put_map(std::string& out, const Map& map) {
  put_length(out, map.size());
  for (const Attribute& attribute : map) {
    put_text(out, attribute.name);
    put_value(out, attribute.value);
  }
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }

  bool length(std::size_t& n) {
    n = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (rest_.empty()) return false;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      n |= static_cast<std::size_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  // A number of elements; each takes at least a byte.
  bool count(std::size_t& n) { return length(n) && n <= rest_.size(); }

  bool text(std::string& out) {
    std::size_t n = 0;
    if (!length(n) || n > rest_.size()) return false;
    out.assign(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return true;
  }

  bool number(Number& out) {
    auto number = Number::take_packed(rest_);
    if (number) out = *number;
    return number.has_value();
  }

  template <class Member, class Read>
  bool set(AttributeValue& out, Read read) {
    std::size_t n = 0;
    if (!count(n)) return false;
    SetOf<Member> set;
    set.members.resize(n);
    for (Member& member : set.members) {
      if (!read(member)) return false;
    }
    out = AttributeValue(std::move(set));
    return true;
  }

  bool list(AttributeValue& out, int depth) {
    std::size_t n = 0;
    if (!count(n)) return false;
    List list(n);
    for (AttributeValue& each : list) {
      if (!value(each, depth)) return false;
    }
    out = AttributeValue(std::move(list));
    return true;
  }

  bool map(Map& out, int depth) {
    std::size_t n = 0;
    if (!count(n)) return false;
    out.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      std::string name;
      AttributeValue each;
      if (!text(name) || !value(each, depth)) return false;
      out.append(std::move(name), std::move(each));
    }
    return true;
  }

  bool value(AttributeValue& out, int depth) {
    if (rest_.empty() || depth > kMaxNesting) return false;
    const auto type = static_cast<Type>(rest_.front());
    rest_.remove_prefix(1);
    switch (type) {
      case Type::kS: {
        std::string read;
        if (!text(read)) return false;
        out = AttributeValue(std::move(read));
        return true;
      }
      case Type::kN: {
        Number read;
        if (!number(read)) return false;
        out = AttributeValue(read);
        return true;
      }
      case Type::kB: {
        Binary read;
        if (!text(read.bytes)) return false;
        out = AttributeValue(std::move(read));
        return true;
      }
      case Type::kBool: {
        if (rest_.empty()) return false;
        out = AttributeValue(rest_.front() != 0);
        rest_.remove_prefix(1);
        return true;
      }
      case Type::kNull:
        out = AttributeValue(Null{});
        return true;
      case Type::kM: {
        Map read;
        if (!map(read, depth + 1)) return false;
        out = AttributeValue(std::move(read));
        return true;
      }
      case Type::kL:
        return list(out, depth + 1);
      case Type::kSs:
        return set<std::string>(out, [this](std::string& s) { return text(s); });
      case Type::kNs:
        return set<Number>(out, [this](Number& n) { return number(n); });
      case Type::kBs:
        return set<Binary>(out, [this](Binary& b) { return text(b.bytes); });
    }
    return false;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::string encode_item(const Item& item) {
  std::string out;
  out.reserve(size_of(item) + 4 * item.size() + 16);
  out.push_back(kVersion);
  put_map(out, item);
  const std::uint32_t checksum = crc32c(out);
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(checksum >> shift));
  return out;
}

Result<Item> decode_item(std::string_view bytes) {
  if (bytes.size() < 1 + kChecksumBytes || bytes.front() != kVersion) return item_damaged();
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  std::uint32_t checksum = 0;
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    checksum |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[body.size() + i]))
                << (8 * i);
  }
  if (crc32c(body) != checksum) return item_damaged();
  Reader reader(body.substr(1));
  Item item;
  if (!reader.map(item, 0) || !reader.at_end()) return item_damaged();
  return item;
}

}  // namespace fairlead::dynamodb
