// The GetObject handler, with its stream read to the end.
#include "services/s3/object_source.h"

#include "services/s3/operations.h"

namespace fairlead::s3 {
namespace {
const ErrorCode kTooLarge{"EntityTooLarge", 400};
}

Result<std::string> Objects::read_object(platform::Context& cx, const platform::ObjectName& name,
                                         std::size_t most) {
  const platform::HeaderList no_headers;
  platform::Request request;
  request.input = Json::object({{"Bucket", name.bucket}, {"Key", name.key}});
  if (!name.version.empty()) request.input.set("VersionId", name.version);
  request.headers = &no_headers;
  platform::Reply reply = TRY(get_object(s3_, cx, request));
  if (!reply.stream) return std::move(reply.body);
  if (reply.stream_length > most) {
    return Error{&kTooLarge, "Your proposed upload exceeds the maximum allowed object size.", {}};
  }
  std::string bytes(reply.stream_length, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t n = TRY(reply.stream->read(bytes.data() + filled, bytes.size() - filled));
    if (n == 0) break;
    filled += n;
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace fairlead::s3
