// Reading the source of a copy.
#include "services/s3/copy_source.h"

#include "base/limits.h"
#include "base/text.h"
#include "services/s3/conditions.h"
#include "services/s3/errors.h"

namespace fairlead::s3 {

Result<Found> open_copy_source(S3& s3, const Context& cx, const Json& input) {
  const std::string given = input["CopySource"].string_or("");
  std::string_view rest = given;
  std::string version;
  if (const std::size_t at = rest.find("?versionId="); at != rest.npos) {
    version = rest.substr(at + 11);
    rest = rest.substr(0, at);
  }
  const auto decoded = percent_decode(rest);
  std::string_view path = decoded ? std::string_view(*decoded) : std::string_view();
  if (path.starts_with("/")) path.remove_prefix(1);
  if (path.starts_with("arn:")) {
    return platform::not_implemented("Copying from an access point");
  }
  const std::size_t slash = path.find('/');
  if (slash == path.npos || slash == 0 || slash + 1 == path.size()) {
    return invalid_argument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
        "x-amz-copy-source", given);
  }
  Json source = Json::object({{"Bucket", path.substr(0, slash)}, {"Key", path.substr(slash + 1)}});
  if (!version.empty()) source.set("VersionId", version);
  if (input.has("ExpectedSourceBucketOwner")) {
    source.set("ExpectedBucketOwner", input["ExpectedSourceBucketOwner"]);
  }
  Found found = TRY(enter_object(s3, cx, source, "s3:GetObject"));
  TRY(check_copy_conditions(input, found.object));
  return found;
}

Result<Received> copy_bytes(S3& s3, const Object& source, std::uint64_t first, std::uint64_t length,
                            Algorithm algorithm) {
  const auto from = TRY(open_pieces(s3, source.pieces, first, length));
  Expectation expected;
  expected.algorithm = algorithm;
  return receive(s3, *from, expected, limits::kMaxObject);
}

}  // namespace fairlead::s3
