// The records of the model blob, byte for byte as tools/models/compile_models.py writes them
// (docs/formats/model-blob.md). Only model.h and route.cpp look at these; everyone else holds the
// handles of model.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace fairlead::wire::blob {

inline constexpr char kMagic[8] = {'F', 'L', 'M', 'O', 'D', 'E', 'L', 'S'};
inline constexpr std::uint32_t kVersion = 1;

// Byte offset from the start of the blob; 0 is "none". A text is a 16-bit length and its bytes.
using Offset = std::uint32_t;

struct Header {
  char magic[8];
  std::uint32_t version, size;
  std::uint32_t service_count, services;
  std::uint32_t pattern_count, crc32;  // crc32 of everything behind the header
};

struct Service {
  Offset name, service_id, json_version, target_prefix, signing_name, endpoint_prefix;
  Offset api_version, xml_namespace, error_namespace;
  std::uint8_t protocol, flags;
  std::uint16_t unused;
  std::uint32_t operation_count, operations;  // records, sorted by name
  std::uint32_t error_count, errors;          // shape offsets, sorted by shape name
  Offset routes;                              // root Node, 0 for json and query
};

struct Operation {
  Offset name, method, uri, host_prefix, result_wrapper, input_root, input_namespace;
  Offset service, input, output;
  std::uint16_t response_code, flags;
  std::uint32_t error_count, errors;  // shape offsets, in the model's order
  std::uint32_t label_count, labels;  // member indexes (u16) in the order of the path
};

struct Shape {
  std::int64_t min, max;
  Offset name, item, key;      // item: of a list, or the values of a map
  Offset item_name, key_name;  // their wire names
  Offset pattern, regex;       // as AWS prints it; as RE2 reads it (0: cannot)
  Offset location_name, xml_namespace, xml_prefix, error_code;
  std::uint32_t member_count, members;
  Offset by_name, by_wire_name;          // member indexes (u16), sorted bytewise
  std::uint32_t enum_count, enums;       // text offsets, in the model's order
  std::uint16_t pattern_index, payload;  // payload: index + 1 of the payload member
  std::uint16_t error_status, flags;
  std::uint8_t kind, timestamp, unused[10];
};
static_assert(sizeof(Shape) == 104);

struct Member {
  Offset name, wire_name, shape, xml_namespace, xml_prefix;
  std::uint8_t location, timestamp;
  std::uint16_t flags;
};

// One step of a service's path table. Children of a literal segment are sorted by text.
struct Node {
  std::uint32_t literal_count, literals;      // pairs of (text, node)
  Offset label, greedy;                       // nodes of {x} and {x+}
  std::uint32_t candidate_count, candidates;  // of a path that ends here, most specific first
};

struct Candidate {
  Offset operation, method;
  std::uint32_t given;                  // so many of the queries are spelled in the template
  std::uint32_t query_count, queries;   // pairs of (key, value or 0) that must be there
  std::uint32_t header_count, headers;  // header names that must be there, lower case
};

inline std::string_view text_at(const char* base, Offset at) {
  if (at == 0) return {};
  std::uint16_t length;
  std::memcpy(&length, base + at, sizeof length);
  return {base + at + sizeof length, length};
}

template <class Record>
const Record* record_at(const char* base, Offset at) {
  return at == 0 ? nullptr : reinterpret_cast<const Record*>(base + at);
}

}  // namespace fairlead::wire::blob
