// The walk over a service's path table.
#include "wire/route.h"

#include "base/text.h"
#include "wire/http_input.h"

namespace fairlead::wire {
namespace {

struct Walk {
  const char* base;
  const HttpInput& input;
  bool s3;
  Route route;

  const blob::Node& node(blob::Offset at) const { return *blob::record_at<blob::Node>(base, at); }
  const blob::Offset* offsets(blob::Offset at) const {
    return blob::record_at<blob::Offset>(base, at);
  }
  void push_label(std::string_view label) {
    if (route.label_count < route.labels.size()) route.labels[route.label_count++] = label;
  }
};

blob::Offset literal_child(const Walk& walk, const blob::Node& node, std::string_view segment) {
  const blob::Offset* pairs = walk.offsets(node.literals);
  std::size_t low = 0, high = node.literal_count;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const int order = blob::text_at(walk.base, pairs[2 * middle]).compare(segment);
    if (order == 0) return pairs[2 * middle + 1];
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (segment.find('%') == std::string_view::npos) return 0;
  const auto decoded = percent_decode(segment);  // "%40connections"
  const bool nothing_new = !decoded || decoded->find('%') != std::string::npos;
  return nothing_new ? 0 : literal_child(walk, node, *decoded);
}

// Whether the request has the candidate's first `count` query parameters.
bool has_query(const Walk& walk, const blob::Candidate& candidate, std::uint32_t count) {
  const blob::Offset* pairs = walk.offsets(candidate.queries);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto value = raw_parameter(walk.input.query, blob::text_at(walk.base, pairs[2 * i]));
    if (!value) return false;
    if (pairs[2 * i + 1] != 0 && *value != blob::text_at(walk.base, pairs[2 * i + 1])) return false;
  }
  return true;
}

bool has_headers(const Walk& walk, const blob::Candidate& candidate) {
  const blob::Offset* names = walk.offsets(candidate.headers);
  for (std::uint32_t i = 0; i < candidate.header_count; ++i) {
    if (walk.input.header(blob::text_at(walk.base, names[i])) == nullptr) return false;
  }
  return true;
}

// The most specific candidate comes first in the table. When only required parameters are missing,
// the least specific one is taken, and validation says what is missing (S3 refuses the method).
bool choose(Walk& walk, const blob::Node& node) {
  if (node.candidate_count == 0) return false;
  const auto* candidates = blob::record_at<blob::Candidate>(walk.base, node.candidates);
  const blob::Candidate* chosen = nullptr;
  for (std::uint32_t i = 0; i < node.candidate_count; ++i) {
    const blob::Candidate& candidate = candidates[i];
    if (blob::text_at(walk.base, candidate.method) != walk.input.method) continue;
    if (has_query(walk, candidate, candidate.query_count) && has_headers(walk, candidate)) {
      chosen = &candidate;
      break;
    }
    if (!walk.s3 && has_query(walk, candidate, candidate.given)) chosen = &candidate;
  }
  walk.route.outcome = chosen == nullptr ? RouteOutcome::kNoMethod : RouteOutcome::kFound;
  if (chosen != nullptr) walk.route.operation = OperationModel(walk.base, chosen->operation);
  return chosen != nullptr;
}

// Literal before label before greedy label; goes back when a branch leads nowhere.
bool descend(Walk& walk, blob::Offset at, std::string_view path) {
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  const blob::Node& node = walk.node(at);
  if (path.empty()) return choose(walk, node);
  const std::string_view segment = path.substr(0, path.find('/'));
  const std::string_view rest = path.substr(segment.size());
  const std::size_t labels = walk.route.label_count;
  if (const blob::Offset child = literal_child(walk, node, segment)) {
    if (descend(walk, child, rest)) return true;
    walk.route.label_count = labels;
  }
  if (node.label != 0) {
    walk.push_label(segment);
    if (descend(walk, node.label, rest)) return true;
    walk.route.label_count = labels;
  }
  if (node.greedy == 0) return false;
  walk.push_label(path);
  if (choose(walk, walk.node(node.greedy))) return true;
  walk.route.label_count = labels;
  return false;
}

// S3: "/", "/bucket" or "/bucket/key", and a key is every byte behind the slash.
void descend_s3(Walk& walk, blob::Offset root, std::string_view bucket) {
  std::string_view path = walk.input.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (bucket.empty()) {
    bucket = path.substr(0, path.find('/'));
    path.remove_prefix(bucket.size());
    if (path.starts_with('/')) path.remove_prefix(1);
  }
  const blob::Node* node = &walk.node(root);
  if (!bucket.empty()) {
    walk.push_label(bucket);
    node = &walk.node(node->label);
    if (!path.empty()) {
      walk.push_label(path);
      node = &walk.node(node->greedy);
    }
  }
  choose(walk, *node);
}

}  // namespace

Route find_route(const ServiceModel& service, const HttpInput& input, std::string_view bucket) {
  Walk walk{service.base(), input, service.name() == "s3", {}};
  const blob::Offset root = service.record().routes;
  if (root == 0) return walk.route;
  if (walk.s3) {
    descend_s3(walk, root, bucket);
    return walk.route;
  }
  std::string_view path = input.path;
  if (service.name() == "apigatewaymanagementapi") {
    // An API's stage, or any path prefix of a custom endpoint, stands in front.
    const std::size_t plain = path.find("/@connections/"), escaped = path.find("/%40connections/");
    const std::size_t start = std::min(plain, escaped);
    if (start != std::string_view::npos) path.remove_prefix(start);
  }
  descend(walk, root, path);
  return walk.route;
}

}  // namespace fairlead::wire
