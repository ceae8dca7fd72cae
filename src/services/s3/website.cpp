// The website endpoint: index documents, folder redirects, error documents, routing rules.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
#include "base/text.h"
#include "services/s3/access.h"
#include "services/s3/bodies.h"
#include "services/s3/conditions.h"
#include "services/s3/error_page.h"
#include "services/s3/errors.h"
#include "services/s3/headers.h"
#include "services/s3/names.h"
#include "services/s3/objects.h"
#include "services/s3/website_config.h"

namespace fairlead::s3 {

namespace {

using platform::WebsiteRequest;

// Readers of a website are anonymous, whoever signed the request.
Context reader_of(const Context& cx) {
  Context reader = cx;
  reader.caller = {};
  return reader;
}

Reply redirect(std::string location, int status) {
  Reply reply;
  reply.status = status;
  reply.headers = {{"Location", std::move(location)}};
  return reply;
}

// "https://host/key" for rules that name a host or protocol; else a path on the same address.
std::string target_of(const Context& cx, const WebsiteRequest& request, const Json& where,
                      const std::string& key) {
  const std::string path = "/" + percent_encode(key, "/");
  const std::string host = where["HostName"].string_or("");
  const std::string protocol = where["Protocol"].string_or(cx.scheme);
  if (host.empty()) return protocol + "://" + cx.host + request.base + path;
  return protocol + "://" + host + path;
}

Reply follow_rule(const Context& cx, const WebsiteRequest& request, const Json& rule) {
  const Json& where = rule["Redirect"];
  std::string key = request.key;
  if (where.has("ReplaceKeyWith")) {
    key = where["ReplaceKeyWith"].string_or("");
  } else if (where.has("ReplaceKeyPrefixWith")) {
    const std::size_t prefix = rule["Condition"]["KeyPrefixEquals"].string_or("").size();
    key = where["ReplaceKeyPrefixWith"].string_or("") + key.substr(prefix);
  }
  return redirect(target_of(cx, request, where, key),
                  std::stoi(where["HttpRedirectCode"].string_or("301")));
}

HeaderList headers_of(const Object& object) {
  HeaderList headers{{"ETag", object.quoted_etag()},
                     {"Last-Modified", http_date(object.modified_ms)}};
  constexpr std::pair<const char*, const char*> kHeaders[] = {
      {"ContentType", "Content-Type"},
      {"CacheControl", "Cache-Control"},
      {"ContentDisposition", "Content-Disposition"},
      {"ContentEncoding", "Content-Encoding"},
      {"ContentLanguage", "Content-Language"}};
  for (const auto& [member, header] : kHeaders) {
    const std::string value = object.headers[member].string_or("");
    if (!value.empty()) headers.emplace_back(header, value);
  }
  if (const auto expires = object.headers["Expires"].to_double()) {
    headers.emplace_back("Expires", http_date(static_cast<std::int64_t>(*expires) * 1000));
  }
  for (const Json::Member& member : object.metadata.members()) {
    headers.emplace_back("x-amz-meta-" + member.key, member.value.string_or(""));
  }
  return headers;
}

// One request on its way through a bucket's configuration.
class Visit {
 public:
  Visit(S3& s3, const Context& cx, const WebsiteRequest& request, const Bucket& bucket)
      : s3_(s3), cx_(cx), request_(request), bucket_(bucket), website_(bucket.website) {}

  Reply answer();

 private:
  Result<Object> readable(const std::string& key);
  Result<Reply> serve_object(const Object& object);
  Reply fail(const Error& error);
  Result<Reply> send(const Object& object, std::optional<ByteRange> range);
  bool is_folder(const std::string& key);
  std::string suffix() const { return website_["IndexDocument"]["Suffix"].string_or(""); }

  S3& s3_;
  const Context& cx_;
  const WebsiteRequest& request_;
  const Bucket& bucket_;
  const Json& website_;
};

// On the website endpoint a missing key is a 404 even for those who may not list the bucket.
Result<Object> Visit::readable(const std::string& key) {
  auto object = TRY(s3_.find_object(bucket_.name, key));
  if (!object) return no_such_key(key);
  TRY(require(cx_, bucket_,
              {.action = "s3:GetObject",
               .key = key,
               .object = &*object,
               .referer = header_or_empty(request_.headers, "referer")}));
  return std::move(*object);
}

Result<Reply> Visit::send(const Object& object, std::optional<ByteRange> range) {
  const ByteRange part = range.value_or(ByteRange{0, object.size});
  Reply reply;
  reply.status = range ? 206 : 200;
  reply.headers = headers_of(object);
  if (range) reply.headers.emplace_back("Content-Range", content_range(*range, object.size));
  reply.stream_length = part.length;
  reply.stream = TRY(open_pieces(s3_, object.pieces, part.first, part.length));
  return reply;
}

Result<Reply> Visit::serve_object(const Object& object) {
  const std::string elsewhere = object.headers["WebsiteRedirectLocation"].string_or("");
  if (!elsewhere.empty()) {
    return redirect(elsewhere.starts_with("/") ? request_.base + elsewhere : elsewhere, 301);
  }
  const Json conditions = conditions_from_headers(request_.headers);
  if (TRY(check_read_conditions(conditions, object)) == Freshness::kNotModified) {
    Reply reply;
    reply.status = 304;
    reply.headers = headers_of(object);
    return reply;
  }
  const auto range = TRY(read_range(header_or_empty(request_.headers, "range"), object.size));
  Reply reply = TRY(send(object, range));
  reply.headers.emplace_back("Accept-Ranges", "bytes");
  return reply;
}

bool Visit::is_folder(const std::string& key) {
  if (key.empty() || key.ends_with('/')) return false;
  return readable(key + "/" + suffix()).ok();
}

// Routing rules for the error, then the error document, then a page of our own.
Reply Visit::fail(const Error& error) {
  const int status = error.code->http_status;
  if (const Json* rule = find_routing_rule(website_, request_.key, status)) {
    return follow_rule(cx_, request_, *rule);
  }
  const std::string document = website_["ErrorDocument"]["Key"].string_or("");
  if (document.empty() || status < 400 || status >= 500 || status == 416 || status == 412) {
    return error_page(error, cx_.request_id);
  }
  auto page = readable(document);
  if (!page.ok()) return error_page(error, cx_.request_id, &page.error());
  auto reply = send(*page, std::nullopt);
  if (!reply.ok()) return error_page(reply.error(), cx_.request_id);
  reply->status = status;
  add_error_headers(*reply, error);
  return std::move(reply).value();
}

Reply Visit::answer() {
  const Json& all = website_["RedirectAllRequestsTo"];
  if (all.is_object()) return redirect(target_of(cx_, request_, all, request_.key), 301);
  if (const Json* rule = find_routing_rule(website_, request_.key, 0)) {
    return follow_rule(cx_, request_, *rule);
  }
  std::string key = request_.key;
  if (key.empty() || key.ends_with('/')) key += suffix();
  constexpr int kTries = 4;  // an object may be replaced between its record and its bytes
  for (int tries = 1;; ++tries) {
    auto object = readable(key);
    if (!object.ok()) {
      if (object.error().code == &kNoSuchKey && is_folder(request_.key)) {
        return redirect(request_.base + "/" + percent_encode(request_.key, "/") + "/", 302);
      }
      return fail(object.error());
    }
    auto reply = serve_object(*object);
    if (reply.ok()) return std::move(reply).value();
    if (reply.error().code != &storage::kBlobMissing || tries == kTries) {
      return fail(reply.error());
    }
  }
}

}  // namespace

Reply S3::serve(Context& cx, const WebsiteRequest& request) {
  auto bucket = find_bucket(request.bucket);
  if (!bucket.ok()) return error_page(bucket.error(), cx.request_id);
  if (!*bucket) return error_page(no_such_bucket(request.bucket), cx.request_id);
  if (request.method != "GET" && request.method != "HEAD") {
    Reply reply = error_page(method_not_allowed(request.method), cx.request_id);
    reply.headers.emplace_back("Allow", "GET, HEAD");
    return reply;
  }
  if ((*bucket)->website.is_null()) {
    return error_page(no_such_website_configuration(request.bucket), cx.request_id);
  }
  const Context reader = reader_of(cx);
  return Visit(*this, reader, request, **bucket).answer();
}

}  // namespace fairlead::s3
