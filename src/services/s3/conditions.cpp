// The order of the conditions follows RFC 9110 section 13.2.2.
#include "services/s3/conditions.h"

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "services/s3/errors.h"
#include "services/s3/headers.h"

namespace fairlead::s3 {

namespace {

bool names_etag(const std::string& list, const std::string& etag) {
  for (std::string_view item : split(list, ',')) {
    item = trim(item);
    if (item == "*") return true;
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item.size() >= 2 && item.front() == '"' && item.back() == '"') {
      item = item.substr(1, item.size() - 2);
    }
    if (item == etag) return true;
  }
  return false;
}

struct Conditions {
  std::optional<std::string> match, none_match;
  std::optional<double> modified_since, unmodified_since;  // epoch seconds
};

Conditions read(const Json& input, const std::string& prefix) {
  Conditions conditions;
  const auto text = [&](const char* name) -> std::optional<std::string> {
    const Json& value = input[prefix + name];
    if (!value.is_string()) return std::nullopt;
    return value.as_string();
  };
  conditions.match = text("IfMatch");
  conditions.none_match = text("IfNoneMatch");
  conditions.modified_since = input[prefix + "IfModifiedSince"].to_double();
  conditions.unmodified_since = input[prefix + "IfUnmodifiedSince"].to_double();
  return conditions;
}

Result<Freshness> check(const Conditions& conditions, const Object& object) {
  const double modified = static_cast<double>(object.modified_ms / 1000);
  if (conditions.match) {
    if (!names_etag(*conditions.match, object.etag)) return precondition_failed("If-Match");
  } else if (conditions.unmodified_since && modified > *conditions.unmodified_since) {
    return precondition_failed("If-Unmodified-Since");
  }
  if (conditions.none_match) {
    if (names_etag(*conditions.none_match, object.etag)) return Freshness::kNotModified;
  } else if (conditions.modified_since && modified <= *conditions.modified_since) {
    return Freshness::kNotModified;
  }
  return Freshness::kServe;
}

std::optional<std::uint64_t> read_number(std::string_view digits) {
  if (!is_digits(digits) || digits.size() > 18) return std::nullopt;
  return std::stoull(std::string(digits));
}

}  // namespace

Result<Freshness> check_read_conditions(const Json& input, const Object& object) {
  return check(read(input, ""), object);
}

Status check_copy_conditions(const Json& input, const Object& object) {
  const Conditions conditions = read(input, "CopySource");
  auto freshness = check(conditions, object);
  if (!freshness.ok()) {
    const std::string condition = freshness.error().detail["Condition"].string_or("");
    return precondition_failed("x-amz-copy-source-" + condition);
  }
  if (*freshness == Freshness::kServe) return {};
  return precondition_failed(conditions.none_match ? "x-amz-copy-source-If-None-Match"
                                                   : "x-amz-copy-source-If-Modified-Since");
}

bool has_write_conditions(const Json& input) {
  return input["IfMatch"].is_string() || input["IfNoneMatch"].is_string();
}

Status check_write_conditions(const Json& input, const Object* before) {
  if (input["IfNoneMatch"].is_string()) {
    if (input["IfNoneMatch"].as_string() != "*") {
      return Error{&platform::kNotImplemented,
                   "A header you provided implies functionality that is not implemented",
                   Json::object({{"Header", "If-None-Match"}})};
    }
    if (before) return precondition_failed("If-None-Match");
  }
  if (input["IfMatch"].is_string()) {
    if (!before) return no_such_key(input["Key"].string_or(""));
    if (!names_etag(input["IfMatch"].as_string(), before->etag)) {
      return precondition_failed("If-Match");
    }
  }
  return {};
}

Json conditions_from_headers(const platform::HeaderList* headers) {
  Json input = Json::object({});
  struct Row {
    const char *header, *member;
    bool is_date;
  };
  for (const Row& row :
       {Row{"if-match", "IfMatch", false}, Row{"if-none-match", "IfNoneMatch", false},
        Row{"if-modified-since", "IfModifiedSince", true},
        Row{"if-unmodified-since", "IfUnmodifiedSince", true}}) {
    const std::string value(header_or_empty(headers, row.header));
    if (value.empty()) continue;
    if (!row.is_date) {
      input.set(row.member, value);
    } else if (const std::int64_t at = parse_http_date(value); at >= 0) {
      input.set(row.member, at / 1000);
    }
  }
  return input;
}

Result<std::optional<ByteRange>> read_range(std::string_view header, std::uint64_t size) {
  const std::optional<ByteRange> whole;
  if (!header.starts_with("bytes=")) return whole;
  const std::string_view spec = trim(header.substr(6));
  const std::size_t dash = spec.find('-');
  if (dash == spec.npos) return whole;  // also for several ranges: S3 serves one or the whole
  const std::string_view from = spec.substr(0, dash), to = spec.substr(dash + 1);
  if (from.empty()) {
    const auto suffix = read_number(to);
    if (!suffix) return whole;
    if (*suffix == 0 || size == 0) return invalid_range(header, size);
    const std::uint64_t length = std::min(*suffix, size);
    return std::optional<ByteRange>({size - length, length});
  }
  const auto first = read_number(from);
  if (!first) return whole;
  std::uint64_t last = UINT64_MAX;
  if (!to.empty()) {
    const auto given = read_number(to);
    if (!given || *given < *first) return whole;
    last = *given;
  }
  if (*first >= size) return invalid_range(header, size);
  return std::optional<ByteRange>({*first, std::min(last, size - 1) - *first + 1});
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + "-" +
         std::to_string(range.first + range.length - 1) + "/" + std::to_string(size);
}

}  // namespace fairlead::s3
