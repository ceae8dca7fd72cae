// Where code comes from: a zip in the request or an object in S3. Images are refused by name.
#include "base/base64.h"
#include "base/limits.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"

namespace fairlead::lambda {

using platform::not_implemented;

namespace {

bool given(const Json& value) { return !value.is_null(); }

Result<std::string> read_sent(const Json& code) {
  auto zip = base64_decode(code["ZipFile"].string_or(""));
  if (!zip) return bad_zip();
  if (zip->empty()) return empty_zip();
  if (zip->size() > limits::kMaxLambdaZip) return request_too_large();
  return std::move(*zip);
}

Result<std::string> read_from_s3(Lambda& lambda, Context& cx, std::string_view operation,
                                 const Json& code) {
  if (!lambda.object_source()) {
    return not_implemented(std::string(operation) + " with S3Bucket");
  }
  const platform::ObjectName name{code["S3Bucket"].string_or(""), code["S3Key"].string_or(""),
                                  code["S3ObjectVersion"].string_or("")};
  if (name.bucket.empty() || name.key.empty()) return no_code();
  auto zip = lambda.object_source()->read_object(cx, name, limits::kMaxLambdaUnzipped);
  if (!zip.ok()) return object_unreadable(zip.error().code->name, zip.error().message);
  if (zip->empty()) return empty_zip();
  return zip;
}

}  // namespace

Result<std::string> read_zip(Lambda& lambda, Context& cx, std::string_view operation,
                             const Json& code) {
  const auto refuse = [&](std::string_view member) {
    return not_implemented(std::string(operation) + " with " + std::string(member));
  };
  const bool from_s3 = given(code["S3Bucket"]) || given(code["S3Key"]);
  if (given(code["ZipFile"]) && from_s3) return ambiguous_code();
  if (given(code["ImageUri"])) return refuse("ImageUri");
  if (given(code["SourceKMSKeyArn"])) return refuse("SourceKMSKeyArn");
  if (from_s3) return read_from_s3(lambda, cx, operation, code);
  if (!given(code["ZipFile"])) return no_code();
  return read_sent(code);
}

}  // namespace fairlead::lambda
