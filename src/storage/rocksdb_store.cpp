// The durable store: RocksDB with five fixed column families behind our commit thread. The only
// file that knows RocksDB.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <thread>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/park.h"
#include "storage/commit_thread.h"
#include "storage/store.h"
#include "storage/store_folder.h"

namespace fairlead::storage {

namespace {

constexpr std::array<const char*, kFamilies> kFamilyNames{"default", "items", "indexes", "streams",
                                                          "logs"};
constexpr std::array<std::size_t, kFamilies> kWriteBufferBytes{4 << 20, 16 << 20, 8 << 20, 8 << 20,
                                                               8 << 20};
constexpr std::int64_t kResumeEveryMs = 1000;

// RocksDB's warnings and errors as our log lines; no LOG files in the data folder.
class LogForwarder : public rocksdb::Logger {
 public:
  LogForwarder() : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}
  using Logger::Logv;
  void LogHeader(const char*, va_list) override {}
  void Logv(const char*, va_list) override {}
  void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level < GetInfoLogLevel() || level == rocksdb::InfoLogLevel::HEADER_LEVEL) return;
    char line[512];
    std::vsnprintf(line, sizeof line, format, arguments);
    const bool worse = level >= rocksdb::InfoLogLevel::ERROR_LEVEL;
    log(worse ? LogLevel::kError : LogLevel::kWarn, "the store's database says",
        {{"text", std::string_view(line)}});
  }
};

rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error read_error(const rocksdb::Status& status) {
  if (status.IsCorruption()) {
    return Error{&kStoreDamaged, "The store is damaged: " + status.ToString() + ".", {}};
  }
  return Error{&kStoreFailed, "The store cannot read: " + status.ToString() + ".", {}};
}

Error open_error(const rocksdb::Status& status, const std::string& folder) {
  if (status.IsIOError() && !status.IsPathNotFound()) {
    return Error{&kStoreFailed,
                 "Cannot open the store in " + folder + ": " + status.ToString() +
                     ". Check the disk and the folder's owner.",
                 {}};
  }
  return Error{&kStoreDamaged,
               "The store in " + folder + " is damaged: " + status.ToString() +
                   ". Restore the folder from a backup, or name another one.",
               {}};
}

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = false;
  options.paranoid_checks = true;
  // A cut-off last record is a crash before its acknowledgement. Anything else that is wrong in the
  // log would drop acknowledged writes, so the store refuses to open.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.avoid_flush_during_recovery = true;
  options.info_log = std::make_shared<LogForwarder>();
  options.keep_log_file_num = 2;
  options.recycle_log_file_num = 0;
  options.max_background_jobs = 2;
  options.max_open_files = 1000;
  options.max_total_wal_size = 64 << 20;  // bounds what a start has to replay
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.enable_pipelined_write = false;  // one writer: nothing to overlap
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.is_fd_close_on_exec = true;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors(std::size_t cache_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes, 4);
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 8 << 10;
  table.format_version = 5;
  const std::shared_ptr<rocksdb::TableFactory> factory(rocksdb::NewBlockBasedTableFactory(table));
  // Log lines repeat each other: larger blocks and zstd keep them in about half of LZ4's room.
  table.block_size = 32 << 10;
  const std::shared_ptr<rocksdb::TableFactory> of_logs(rocksdb::NewBlockBasedTableFactory(table));

  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (int family = 0; family < kFamilies; ++family) {
    rocksdb::ColumnFamilyOptions options;
    const bool logs = family == static_cast<int>(Family::kLogs);
    options.table_factory = logs ? of_logs : factory;
    options.compression = logs ? rocksdb::kZSTD : rocksdb::kLZ4Compression;
    options.write_buffer_size = kWriteBufferBytes[family];
    options.max_write_buffer_number = 3;
    options.arena_block_size = 64 << 10;  // a family that is never written costs next to nothing
    descriptors.emplace_back(kFamilyNames[family], options);
  }
  return descriptors;
}

// The open database; cursors and snapshots keep it open.
class Database {
 public:
  static Result<std::shared_ptr<Database>> open(StoreFolder folder, std::size_t cache_bytes);
  ~Database();

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return families_[static_cast<int>(family)];
  }

 private:
  explicit Database(StoreFolder folder) : folder_(std::move(folder)) {}

  StoreFolder folder_;  // the lock goes last
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

Result<std::shared_ptr<Database>> Database::open(StoreFolder folder, std::size_t cache_bytes) {
  std::shared_ptr<Database> database(new Database(std::move(folder)));
  StoreFolder& place = database->folder_;
  rocksdb::DBOptions options = database_options();
  options.create_if_missing = options.create_missing_column_families = place.is_new();
  if (place.is_new()) TRY(make_folders(place.database()));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(
      options, place.database(), family_descriptors(cache_bytes), &database->families_, &db);
  database->db_.reset(db);
  if (!status.ok()) return open_error(status, place.folder());
  if (place.is_new()) {
    TRY(sync_folder(place.folder()));
    TRY(place.mark_created());
  }
  return database;
}

Database::~Database() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* handle : families_) {
    const rocksdb::Status ignored = db_->DestroyColumnFamilyHandle(handle);
    ignored.PermitUncheckedError();
  }
  const rocksdb::Status closed = db_->Close();
  if (!closed.ok()) log_warn("the store did not close well", {{"error", closed.ToString()}});
}

class RocksCursor : public Cursor {
 public:
  RocksCursor(std::shared_ptr<const Database> database, rocksdb::ReadOptions options, Family family,
              std::string_view from, std::string_view to, Direction direction)
      : database_(std::move(database)), from_(from), to_(to), direction_(direction) {
    from_slice_ = from_;
    to_slice_ = to_;
    options.iterate_lower_bound = &from_slice_;
    if (!to_.empty()) options.iterate_upper_bound = &to_slice_;
    empty_ = !to_.empty() && from_ >= to_;
    if (empty_) return;
    iterator_.reset(database_->db().NewIterator(options, database_->family(family)));
    direction == Direction::kForward ? iterator_->SeekToFirst() : iterator_->SeekToLast();
  }

  bool valid() const override { return !empty_ && iterator_->Valid(); }
  void next() override {
    CHECK(valid());
    direction_ == Direction::kForward ? iterator_->Next() : iterator_->Prev();
  }
  std::string_view key() const override { return view_of(iterator_->key()); }
  std::string_view value() const override { return view_of(iterator_->value()); }
  Status status() const override {
    if (empty_ || iterator_->status().ok()) return {};
    return read_error(iterator_->status());
  }

 private:
  std::shared_ptr<const Database> database_;
  std::string from_, to_;
  rocksdb::Slice from_slice_, to_slice_;
  Direction direction_;
  bool empty_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

Result<std::optional<std::string>> get_from(const Database& database,
                                            const rocksdb::ReadOptions& options, Family family,
                                            std::string_view key) {
  std::optional<std::string> value(std::in_place);
  const rocksdb::Status status =
      database.db().Get(options, database.family(family), slice_of(key), &*value);
  if (status.ok()) return value;
  if (status.IsNotFound()) return std::optional<std::string>();
  return read_error(status);
}

class RocksSnapshot : public Snapshot {
 public:
  explicit RocksSnapshot(std::shared_ptr<const Database> database)
      : database_(std::move(database)), snapshot_(database_->db().GetSnapshot()) {
    options_.snapshot = snapshot_;
  }
  ~RocksSnapshot() override { database_->db().ReleaseSnapshot(snapshot_); }
  RocksSnapshot(const RocksSnapshot&) = delete;

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return get_from(*database_, options_, family, key);
  }
  std::unique_ptr<Cursor> range(Family family, std::string_view from, std::string_view to,
                                Direction direction) const override {
    return std::make_unique<RocksCursor>(database_, options_, family, from, to, direction);
  }

 private:
  std::shared_ptr<const Database> database_;
  const rocksdb::Snapshot* snapshot_;
  rocksdb::ReadOptions options_;
};

// What the commit thread does with a group of batches, and how it lives with a disk that refuses:
// every write fails clearly until the database could be resumed, which is tried once a second.
class Writer {
 public:
  Writer(std::shared_ptr<Database> database, Durability durability)
      : database_(std::move(database)) {
    options_.sync = durability == Durability::kSync;
  }

  Status write(std::span<const Batch* const> batches);

 private:
  void add(const Batch::Change& change);
  Status resume();
  Error fail(const rocksdb::Status& status);
  Error refused() const;

  std::shared_ptr<Database> database_;
  rocksdb::WriteOptions options_;
  rocksdb::WriteBatch merged_;
  std::string failure_;  // not empty while the database refuses to write
  std::int64_t next_resume_ms_ = 0;
};

void Writer::add(const Batch::Change& change) {
  rocksdb::ColumnFamilyHandle* const family = database_->family(change.family);
  rocksdb::Status status;
  switch (change.kind) {
    case Batch::Change::Kind::kPut:
      status = merged_.Put(family, change.key, change.value);
      break;
    case Batch::Change::Kind::kErase:
      status = merged_.Delete(family, change.key);
      break;
    case Batch::Change::Kind::kEraseRange:
      // RocksDB would find an inverted range only after it has logged the whole group.
      if (change.key < change.value) {
        status = merged_.DeleteRange(family, change.key, change.value);
      }
      break;
  }
  CHECK(status.ok());  // building in memory fails only for sizes that the callers bound
}

Status Writer::write(std::span<const Batch* const> batches) {
  if (!failure_.empty()) TRY(resume());
  merged_.Clear();
  for (const Batch* batch : batches) {
    for (const Batch::Change& change : batch->changes()) add(change);
  }
  const rocksdb::Status status = database_->db().Write(options_, &merged_);
  if (!status.ok()) return fail(status);
  return {};
}

Error Writer::fail(const rocksdb::Status& status) {
  if (failure_.empty()) {
    log_error("the store cannot write; it answers errors until the disk takes writes again",
              {{"error", status.ToString()}});
  }
  failure_ = status.ToString();
  next_resume_ms_ = system_clock().monotonic_ms() + kResumeEveryMs;
  return refused();
}

Error Writer::refused() const {
  return Error{&kStoreFailed,
               "The store cannot write: " + failure_ +
                   ". Make room or mend the disk; if writes still fail then, restart Fairlead.",
               {}};
}

Status Writer::resume() {
  if (system_clock().monotonic_ms() < next_resume_ms_) return refused();
  const rocksdb::Status status = database_->db().Resume();
  if (!status.ok()) return fail(status);
  failure_.clear();
  log_info("the store writes again");
  return {};
}

class RocksStore : public Store {
 public:
  RocksStore(std::shared_ptr<Database> database, Durability durability)
      : database_(database),
        writer_(std::move(database), durability),
        thread_([this](std::span<const Batch* const> batches) { return writer_.write(batches); }) {}

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    static const rocksdb::ReadOptions kNewest;
    return get_from(*database_, kNewest, family, key);
  }
  std::unique_ptr<Cursor> range(Family family, std::string_view from, std::string_view to,
                                Direction direction) const override {
    return std::make_unique<RocksCursor>(database_, rocksdb::ReadOptions(), family, from, to,
                                         direction);
  }
  Status commit(Batch batch) override {
    if (batch.empty()) return {};
    return thread_.commit(batch);
  }
  std::shared_ptr<const Snapshot> snapshot() const override {
    return std::make_shared<const RocksSnapshot>(database_);
  }
  Status backup(const std::string& folder) override;

 private:
  std::shared_ptr<Database> database_;
  Writer writer_;
  CommitThread thread_;  // ends first
};

Status copy_to(Database& database, const std::string& folder) {
  if (path_exists(folder + "/FORMAT") || path_exists(folder + "/rocksdb")) {
    return Error{&kStoreFailed, "The backup folder " + folder + " already holds a store.", {}};
  }
  TRY(make_folders(folder));
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(&database.db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder + "/rocksdb");
  if (!status.ok()) {
    return Error{&kStoreFailed, "Cannot back up to " + folder + ": " + status.ToString() + ".", {}};
  }
  return write_format(folder);  // last: a folder without it is no backup
}

// On a thread of its own, since it flushes and links for tens of milliseconds.
Status RocksStore::backup(const std::string& folder) {
  const Future<std::shared_ptr<Status>> done;
  std::thread copier(
      [this, &folder, done] { done.set(std::make_shared<Status>(copy_to(*database_, folder))); });
  const std::shared_ptr<Status> status = done.get();
  copier.join();
  return std::move(*status);
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const std::string& folder, const StoreOptions& options) {
  StoreFolder place = TRY(StoreFolder::open(folder));
  auto database = TRY(Database::open(std::move(place), options.cache_bytes));
  if (options.durability == Durability::kRelaxed) {
    log_warn("relaxed durability: what was acknowledged in the last moments may be lost in a crash",
             {{"folder", folder}});
  }
  return std::unique_ptr<Store>(
      std::make_unique<RocksStore>(std::move(database), options.durability));
}

}  // namespace fairlead::storage
