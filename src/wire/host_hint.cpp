// What the Host header says about service, region, account and bucket.
// https://docs.aws.amazon.com/general/latest/gr/rande.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
#include "base/text.h"
#include "wire/protocol.h"

namespace fairlead::wire {
namespace {

using Labels = std::vector<std::string_view>;

bool is_region(std::string_view label) {  // us-east-1, us-gov-west-1
  const std::size_t dash = label.rfind('-');
  return label.size() >= 8 && label[2] == '-' && dash != std::string_view::npos &&
         is_digits(label.substr(dash + 1));
}

// The part of `host` from label `first` to before label `last`.
std::string_view span_of(const Labels& labels, std::size_t first, std::size_t last) {
  if (first >= last) return {};
  const char* begin = labels[first].data();
  const std::string_view back = labels[last - 1];
  return {begin, static_cast<std::size_t>(back.data() + back.size() - begin)};
}

std::string_view without_port(std::string_view host) {
  if (!host.empty() && host.front() == '[') return {};
  return host.substr(0, host.find(':'));
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         equals_ignoring_case(text.substr(text.size() - end.size()), end);
}

// "s3", "s3-us-west-2", "s3-accelerate"; a website host is the edge's own affair.
bool is_s3_label(std::string_view label) {
  return label == "s3" || (label.starts_with("s3-") && !label.starts_with("s3-website"));
}

std::optional<HostHint> s3_host(const Labels& labels) {
  for (std::size_t i = labels.size(); i-- > 0;) {
    if (!is_s3_label(labels[i])) continue;
    HostHint hint;
    hint.endpoint = labels[i].substr(0, 2);
    hint.bucket = span_of(labels, 0, i);
    if (labels[i].size() > 3 && is_region(labels[i].substr(3))) hint.region = labels[i].substr(3);
    for (std::size_t k = i + 1; k < labels.size(); ++k) {
      if (is_region(labels[k])) hint.region = labels[k];
    }
    return hint;
  }
  return std::nullopt;
}

HostHint aws_host(Labels labels) {
  HostHint hint;
  if (labels.size() > 1 && is_region(labels.back())) {
    hint.region = labels.back();
    labels.pop_back();
  }
  if (labels.size() == 2 && labels[1] == "ddb") {
    hint.account = labels[0];
    hint.endpoint = "dynamodb";
    return hint;
  }
  if (labels.back() == "execute-api") {
    hint.endpoint = labels.back();
    return hint;
  }
  if (labels.back() == "queue") {  // SQS's old name
    hint.endpoint = "sqs";
    return hint;
  }
  hint.endpoint = span_of(labels, 0, labels.size());
  // Host prefixes that some operations put in front (reference 2.4).
  for (const std::string_view prefix : {"sync-", "streaming-", "stream-"}) {
    if (hint.endpoint.starts_with(prefix)) hint.endpoint.remove_prefix(prefix.size());
  }
  return hint;
}

}  // namespace

HostHint read_host(std::string_view host) {
  host = without_port(host);
  std::string_view name = host;
  bool aws = false, local = false;
  for (const std::string_view suffix : {".amazonaws.com.cn", ".amazonaws.com", ".api.aws"}) {
    if (!aws && ends_with(host, suffix))
      name = host.substr(0, host.size() - suffix.size()), aws = true;
  }
  if (!aws && ends_with(host, ".localhost")) name = host.substr(0, host.size() - 10), local = true;
  if (name.empty()) return {};
  const Labels labels = split(name, '.');
  if (auto s3 = s3_host(labels)) return *s3;
  if (aws) return aws_host(labels);
  if (!local) return {};
  HostHint hint = aws_host(labels);
  // <bucket>.localhost is what the JavaScript SDK makes of http://localhost (reference 2.3).
  if (!Models::house().find_by_endpoint(hint.endpoint)) return {.endpoint = "s3", .bucket = name};
  return hint;
}

}  // namespace fairlead::wire
