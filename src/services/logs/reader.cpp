// Merging blocks of a stream, and streams of a group, with heaps.
#include "services/logs/reader.h"

#include <algorithm>
#include <tuple>

#include "storage/documents.h"

namespace fairlead::logs {

using storage::Direction;

namespace {

std::int64_t minus_span(std::int64_t time_ms) {
  return time_ms < kBlockSpanMs ? 0 : time_ms - kBlockSpanMs;
}

Error damaged() { return {&storage::kStoreDamaged, "A log event in the store is damaged.", {}}; }

}  // namespace

StreamReader::StreamReader(const storage::Snapshot& snapshot, std::uint64_t group_id,
                           std::uint64_t stream_id, Span span, Direction direction)
    : span_(span), direction_(direction) {
  const std::string prefix = events_prefix(group_id, stream_id);
  const std::string from = block_key(group_id, stream_id, {minus_span(span.from.time_ms), 0});
  const std::string to = span.to == kLastPosition ? storage::after_prefix(prefix)
                                                  : block_key(group_id, stream_id, span.to);
  cursor_ = snapshot.range(storage::Family::kLogs, from, to, direction);
  fill();
}

bool StreamReader::later(const Event& a, const Event& b) const {
  return direction_ == Direction::kForward ? a.at > b.at : a.at < b.at;
}

bool StreamReader::may_come_first() const {
  if (heap_.empty()) return true;
  const auto start = block_start(cursor_->key());
  if (!start.ok()) return true;  // read_block tells
  if (direction_ == Direction::kForward) return *start <= heap_.front().at;
  return start->time_ms + kBlockSpanMs >= heap_.front().at.time_ms;
}

void StreamReader::fill() {
  const auto order = [this](const Event& a, const Event& b) { return later(a, b); };
  while (!damaged_ && cursor_->valid() && may_come_first()) {
    block_.clear();
    damaged_ = !read_block(cursor_->key(), cursor_->value(), block_).ok();
    for (Event& event : block_) {
      if (event.at < span_.from || event.at >= span_.to) continue;
      heap_.push_back(std::move(event));
      std::push_heap(heap_.begin(), heap_.end(), order);
    }
    cursor_->next();
  }
}

void StreamReader::next() {
  std::pop_heap(heap_.begin(), heap_.end(),
                [this](const Event& a, const Event& b) { return later(a, b); });
  heap_.pop_back();
  fill();
}

Status StreamReader::status() const {
  if (damaged_) return damaged();
  return cursor_->status();
}

MergedReader::MergedReader(const storage::Snapshot& snapshot, std::vector<StreamRef> streams,
                           Span span, Direction direction)
    : snapshot_(snapshot), streams_(std::move(streams)), span_(span), direction_(direction) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const StreamRef& stream = streams_[i];
    if (stream.last_ms < span.from.time_ms || stream.first_ms > span.to.time_ms) continue;
    const Position bound = direction == Direction::kForward
                               ? std::max(span.from, Position{stream.first_ms, 0})
                               : std::min(span.to, Position{stream.last_ms, UINT64_MAX});
    lanes_.push_back({i, bound, nullptr});
  }
  std::make_heap(lanes_.begin(), lanes_.end(),
                 [this](const Lane& a, const Lane& b) { return later(a, b); });
  settle();
}

bool MergedReader::later(const Lane& a, const Lane& b) const {
  const auto left = std::tie(a.at, a.stream), right = std::tie(b.at, b.stream);
  return direction_ == Direction::kForward ? left > right : left < right;
}

void MergedReader::settle() {
  const auto order = [this](const Lane& a, const Lane& b) { return later(a, b); };
  while (!lanes_.empty() && !lanes_.front().reader) {
    std::pop_heap(lanes_.begin(), lanes_.end(), order);
    Lane& lane = lanes_.back();
    const StreamRef& stream = streams_[lane.stream];
    lane.reader = std::make_unique<StreamReader>(snapshot_, stream.group_id, stream.stream_id,
                                                 span_, direction_);
    failed_ |= !lane.reader->status().ok();
    if (lane.reader->valid()) {
      lane.at = lane.reader->event().at;
      std::push_heap(lanes_.begin(), lanes_.end(), order);
    } else {
      lanes_.pop_back();
    }
  }
}

void MergedReader::next() {
  const auto order = [this](const Lane& a, const Lane& b) { return later(a, b); };
  std::pop_heap(lanes_.begin(), lanes_.end(), order);
  Lane& lane = lanes_.back();
  lane.reader->next();
  if (lane.reader->valid()) {
    lane.at = lane.reader->event().at;
    std::push_heap(lanes_.begin(), lanes_.end(), order);
  } else {
    failed_ |= !lane.reader->status().ok();
    lanes_.pop_back();
  }
  settle();
}

Status MergedReader::status() const {
  if (failed_) return damaged();
  return {};
}

}  // namespace fairlead::logs
