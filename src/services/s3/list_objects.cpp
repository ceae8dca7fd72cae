// ListObjectsV2 and ListObjects: a range scan that jumps over what a delimiter folds together.
#include "base/base64.h"
#include "base/text.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

constexpr std::int64_t kMostKeys = 1000;

struct Listing {
  std::string prefix, delimiter;
  std::string after;  // exclusive; a common prefix here is passed over whole
  std::int64_t limit = kMostKeys;
  bool with_owner = false;
  bool url_encoded = false;

  Json text(std::string_view raw) const {
    return url_encoded ? Json(percent_encode(raw, "/")) : Json(raw);
  }
};

struct Page {
  Json contents = Json::array(), prefixes = Json::array();
  std::string last;  // the key or common prefix that the page ends with
  bool truncated = false;

  std::int64_t count() const {
    return static_cast<std::int64_t>(contents.size() + prefixes.size());
  }
};

Json entry(const Object& object, const Listing& listing) {
  Json item =
      Json::object({{"Key", listing.text(object.key)},
                    {"LastModified", epoch(object.modified_ms)},
                    {"ETag", object.quoted_etag()},
                    {"Size", object.size},
                    {"StorageClass", object.headers["StorageClass"].string_or("STANDARD")}});
  const std::string algorithm = checksum_algorithm_of(object);
  if (!algorithm.empty()) {
    item.set("ChecksumAlgorithm", Json::array({algorithm}));
    item.set("ChecksumType", object.checksums["ChecksumType"]);
  }
  if (listing.with_owner) item.set("Owner", owner_json(object.owner));
  return item;
}

// The common prefix that `key` belongs to, or empty.
std::string_view folded(std::string_view key, const Listing& listing) {
  if (listing.delimiter.empty()) return {};
  const std::size_t at = key.find(listing.delimiter, listing.prefix.size());
  if (at == key.npos) return {};
  return key.substr(0, at + listing.delimiter.size());
}

Result<Page> walk(S3& s3, const Bucket& bucket, const Listing& listing) {
  Page page;
  const std::string base = objects_prefix(bucket.name);
  const std::string end = storage::after_prefix(base + listing.prefix);
  std::string from = base + listing.prefix;
  if (!listing.after.empty()) from = std::max(from, base + listing.after + '\0');
  const auto view = s3.store().snapshot();
  auto cursor = view->range(storage::Family::kMeta, from, end);
  while (cursor->valid() && listing.limit > 0) {
    const std::string key(cursor->key().substr(base.size()));
    const std::string common(folded(key, listing));
    const bool passed_over = !common.empty() && common == listing.after;
    if (!passed_over && page.count() == listing.limit) {
      page.truncated = true;
      break;
    }
    if (common.empty()) {
      const Json record = TRY(storage::decode_document(cursor->value()));
      page.contents.push_back(entry(object_from(key, record), listing));
      page.last = key;
      cursor->next();
      continue;
    }
    if (!passed_over) {
      page.prefixes.push_back(Json::object({{"Prefix", listing.text(common)}}));
      page.last = common;
    }
    cursor = view->range(storage::Family::kMeta, storage::after_prefix(base + common), end);
  }
  TRY(cursor->status());
  return page;
}

Result<Listing> read_listing(const Json& input) {
  Listing listing;
  listing.prefix = input["Prefix"].string_or("");
  listing.delimiter = input["Delimiter"].string_or("");
  listing.limit = input["MaxKeys"].int_or(kMostKeys);
  if (listing.limit < 0) {
    return invalid_argument("Argument maxKeys must be an integer between 0 and 2147483647",
                            "maxKeys", std::to_string(listing.limit));
  }
  const std::string encoding = input["EncodingType"].string_or("");
  if (!encoding.empty() && encoding != "url") {
    return invalid_argument("Invalid Encoding Method specified in Request", "encoding-type",
                            encoding);
  }
  listing.url_encoded = !encoding.empty();
  return listing;
}

Json output_of(const Bucket& bucket, const Json& input, const Listing& listing, Page page) {
  Json output = Json::object({{"Name", bucket.name},
                              {"Prefix", listing.text(listing.prefix)},
                              {"MaxKeys", listing.limit},
                              {"IsTruncated", page.truncated}});
  if (!listing.delimiter.empty()) output.set("Delimiter", listing.text(listing.delimiter));
  if (listing.url_encoded) output.set("EncodingType", input["EncodingType"]);
  if (!page.contents.empty()) output.set("Contents", std::move(page.contents));
  if (!page.prefixes.empty()) output.set("CommonPrefixes", std::move(page.prefixes));
  return output;
}

}  // namespace

Result<Json> list_objects_v2(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:ListBucket"));
  Listing listing = TRY(read_listing(input));
  listing.limit = std::min(listing.limit, kMostKeys);
  listing.after = input["StartAfter"].string_or("");
  listing.with_owner = input["FetchOwner"].bool_or(false);
  if (input.has("ContinuationToken")) {
    const std::string token = input["ContinuationToken"].string_or("");
    const auto marker = base64url_decode(token);
    if (!marker || marker->empty()) {
      return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                              token);
    }
    listing.after = *marker;
  }
  Page page = TRY(walk(s3, bucket, listing));
  const std::int64_t count = page.count();
  const std::string next = page.truncated ? base64url_encode(page.last) : std::string();
  Json output = output_of(bucket, input, listing, std::move(page));
  output.set("KeyCount", count);
  if (input.has("ContinuationToken")) {
    output.set("ContinuationToken", input["ContinuationToken"]);
  }
  if (!next.empty()) output.set("NextContinuationToken", next);
  if (input.has("StartAfter")) {
    output.set("StartAfter", listing.text(input["StartAfter"].string_or("")));
  }
  return output;
}

Result<Json> list_objects(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:ListBucket"));
  Listing listing = TRY(read_listing(input));
  listing.limit = std::min(listing.limit, kMostKeys);
  listing.after = input["Marker"].string_or("");
  listing.with_owner = true;
  Page page = TRY(walk(s3, bucket, listing));
  // Without a delimiter the last key is the marker, and S3 leaves it to the client to see that.
  const bool with_marker = page.truncated && !listing.delimiter.empty();
  const std::string last = page.last;
  Json output = output_of(bucket, input, listing, std::move(page));
  output.set("Marker", listing.text(listing.after));
  if (with_marker) output.set("NextMarker", listing.text(last));
  return output;
}

}  // namespace fairlead::s3
