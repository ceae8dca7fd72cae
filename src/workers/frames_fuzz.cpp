// Any bytes, in any pieces, as the frames of a worker: no crash, nothing kept beyond its bounds,
// and the same frames as at once.
#include <cstdlib>

#include "workers/log_lines.h"
#include "workers/test_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = fairlead::workers::read_in_pieces(bytes, bytes.size() + 1);
  const auto pieces = fairlead::workers::read_in_pieces(bytes, data[0] % 16 + 1u);
  if (whole.size() != pieces.size()) std::abort();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i].kind != pieces[i].kind || whole[i].header != pieces[i].header ||
        whole[i].payload != pieces[i].payload || whole[i].time_us != pieces[i].time_us) {
      std::abort();
    }
  }
  std::size_t total = 0;
  fairlead::workers::LogLines lines([&](std::string_view line) { total += line.size(); });
  lines.feed(bytes);
  lines.finish();
  if (total > 3 * bytes.size()) std::abort();  // a bad byte becomes three
  return 0;
}
