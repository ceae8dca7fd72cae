// For tests: a byte stream through the frame reader in pieces of a size.
#pragma once

#include <string_view>
#include <vector>

#include "workers/frames.h"

namespace fairlead::workers {

inline std::vector<WorkerFrame> read_in_pieces(std::string_view bytes, std::size_t piece) {
  FrameReader reader;
  std::vector<WorkerFrame> frames;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      WorkerFrame frame = reader.next(part);
      if (frame.kind != WorkerFrame::Kind::kNeedMore) frames.push_back(std::move(frame));
    }
  }
  return frames;
}

}  // namespace fairlead::workers
