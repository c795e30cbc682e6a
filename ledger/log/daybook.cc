// Entries of the daybook, and where they go. See daybook.h; FORMAT.md, "The daybook".
#include "ledger/log/daybook.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "events/check.h"
#include "ledger/log/bytes.h"

namespace iuran::log {
namespace {

using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using rocksdb::Status;

// An entry: magic (4), bytes of writes (4), generation (8), first (8), size (8), root (32), rows
// (8), checksum (16), writes, zeros up to a multiple of 8.
constexpr std::string_view kMagic = "iuD2";
constexpr size_t kChecked = 72;  // bytes before the checksum
constexpr size_t kChecksum = 16;
constexpr size_t kHeader = kChecked + kChecksum;
constexpr uint64_t kFileBytes = 2 * Daybook::kHalfBytes;

size_t Padded(size_t bytes) { return (bytes + 7) / 8 * 8; }
size_t EntryBytes(size_t writes) { return Padded(kHeader + writes); }

// The first half of a SHA-256 over the entry without its checksum.
std::string ChecksumOf(std::string_view checked, std::string_view writes) {
  const Hash hash = Sha256(std::string(checked).append(writes));
  return {reinterpret_cast<const char*>(hash.data()), kChecksum};
}

void AppendEntry(std::string& out, uint64_t generation, uint64_t first, const TreeHead& head,
                 uint64_t rows, std::string_view writes) {
  const size_t begin = out.size();
  out.resize(begin + EntryBytes(writes.size()));
  char* const entry = out.data() + begin;
  std::memcpy(entry, kMagic.data(), kMagic.size());
  WriteLittleEndian(entry + 4, static_cast<uint32_t>(writes.size()));
  WriteLittleEndian(entry + 8, generation);
  WriteLittleEndian(entry + 16, first);
  WriteLittleEndian(entry + 24, head.size);
  std::memcpy(entry + 32, head.root.data(), head.root.size());
  WriteLittleEndian(entry + 64, rows);
  const std::string checksum = ChecksumOf({entry, kChecked}, writes);
  std::memcpy(entry + kChecked, checksum.data(), kChecksum);
  std::copy(writes.begin(), writes.end(), entry + kHeader);  // there may be none
}

struct Entry {
  uint64_t generation;
  uint64_t first;
  TreeHead head;
  uint64_t rows;
  std::string_view writes;
};

// Takes an entry off the front; false where no whole one stands there.
bool TakeEntry(std::string_view& bytes, Entry& entry) {
  if (bytes.size() < kHeader || !bytes.starts_with(kMagic)) return false;
  const size_t writes = ReadLittleEndian<uint32_t>(bytes.data() + 4);
  if (writes > Daybook::kLargestCommit || EntryBytes(writes) > bytes.size()) return false;
  entry.writes = bytes.substr(kHeader, writes);
  if (ChecksumOf(bytes.substr(0, kChecked), entry.writes) != bytes.substr(kChecked, kChecksum)) {
    return false;
  }
  entry.generation = ReadLittleEndian<uint64_t>(bytes.data() + 8);
  entry.first = ReadLittleEndian<uint64_t>(bytes.data() + 16);
  entry.head.size = ReadLittleEndian<uint64_t>(bytes.data() + 24);
  std::memcpy(entry.head.root.data(), bytes.data() + 32, entry.head.root.size());
  entry.rows = ReadLittleEndian<uint64_t>(bytes.data() + 64);
  bytes.remove_prefix(EntryBytes(writes));
  return true;
}

// What stands in a half, up to the first entry that is not whole or not of this turn of the half: a
// torn one, or what an earlier turn left. Goes on from the end of `content`, which was taken from
// fewer bytes of the half, or is new. False where no head stands at the begin.
bool TakeHalf(std::string_view half, bool second, Daybook::Content& content) {
  std::string_view rest = half.substr(content.end);
  Entry entry;
  if (content.end == 0) {
    if (!TakeEntry(rest, entry) || !entry.writes.empty() || (entry.generation % 2 == 1) != second) {
      return false;
    }
    content = Daybook::Content();
    content.head = content.held = entry.head;
    content.held_rows = entry.rows;
    content.generation = entry.generation;
    content.end = half.size() - rest.size();
  }
  while (TakeEntry(rest, entry) && entry.generation == content.generation &&
         entry.first == content.head.size) {
    content.head = entry.head;
    content.end = half.size() - rest.size();
    if (entry.writes.empty()) {
      content.commits.clear();
      content.held = entry.head;
      content.held_rows = entry.rows;
    } else {
      content.commits.push_back({entry.first, entry.head, entry.rows, std::string(entry.writes)});
    }
  }
  return true;
}

// How a half begins.
enum class HalfBegin { kHead, kBlank, kOther };

HalfBegin BeginOf(std::string_view half, bool has_head) {
  if (has_head) return HalfBegin::kHead;
  const bool is_blank = half.substr(0, kHeader).find_first_not_of('\0') == std::string_view::npos;
  return is_blank ? HalfBegin::kBlank : HalfBegin::kOther;
}

// Reads as much of a half as has entries in it, and leaves the file at the half's end.
Status ReadHalf(rocksdb::FSSequentialFile& file, bool second, HalfBegin& begin,
                Daybook::Content& content) {
  std::string half;
  bool has_head = false;
  std::string part(size_t{128} << 10, '\0');
  Slice read;
  do {
    const size_t most = std::min<size_t>(part.size(), Daybook::kHalfBytes - half.size());
    const Status status = file.Read(most, IOOptions(), &read, part.data(), nullptr);
    if (!status.ok()) return status;
    half.append(read.data(), read.size());
    has_head = TakeHalf(half, second, content);
  } while (!read.empty() && half.size() < content.end + EntryBytes(Daybook::kLargestCommit));
  begin = BeginOf(half, has_head);
  return file.Skip(Daybook::kHalfBytes - half.size());
}

// Of two halves, the one that was begun later.
bool TakeLater(HalfBegin begin_first, Daybook::Content& first, HalfBegin begin_second,
               Daybook::Content& second, Daybook::Content& content) {
  const bool has_first = begin_first == HalfBegin::kHead;
  const bool has_second = begin_second == HalfBegin::kHead;
  if (!has_first && !has_second) return false;
  const bool use_second = has_second && (!has_first || second.generation > first.generation);
  content = std::move(use_second ? second : first);
  content.is_rotten = begin_first == HalfBegin::kOther || begin_second == HalfBegin::kOther;
  return true;
}

}  // namespace

std::string Daybook::FileOf(const std::filesystem::path& log_folder) {
  return log_folder.string() + ".daybook";
}

Status Daybook::Create(rocksdb::FileSystem& files, const std::string& file, const TreeHead& head,
                       uint64_t rows, std::span<const Commit> commits) {
  // Zeros are written, and not only asked for: a block that was never written is as slow to sync as
  // a new one.
  std::string bytes;
  AppendEntry(bytes, 0, head.size, head, rows, {});
  for (const Commit& commit : commits) {
    AppendEntry(bytes, 0, commit.first, commit.head, commit.rows, commit.writes);
  }
  IURAN_CHECK(bytes.size() <= kHalfBytes, "the commits fit into a half");
  bytes.resize(kFileBytes);
  std::unique_ptr<rocksdb::FSWritableFile> out;
  const std::string unfinished = file + ".unfinished";
  IOStatus status = files.NewWritableFile(unfinished, {}, &out, nullptr);
  if (status.ok()) status = out->Append(bytes, IOOptions(), nullptr);
  if (status.ok()) status = out->Fsync(IOOptions(), nullptr);
  if (status.ok()) status = out->Close(IOOptions(), nullptr);
  if (status.ok()) status = files.RenameFile(unfinished, file, IOOptions(), nullptr);
  std::unique_ptr<rocksdb::FSDirectory> folder;
  const std::string parent = std::filesystem::path(file).parent_path().string();
  if (status.ok()) {
    status = files.NewDirectory(parent.empty() ? "." : parent, IOOptions(), &folder, nullptr);
  }
  if (status.ok()) status = folder->Fsync(IOOptions(), nullptr);
  return status;
}

Status Daybook::Read(rocksdb::FileSystem& files, const std::string& file, Content& content) {
  std::unique_ptr<rocksdb::FSSequentialFile> in;
  IOStatus status = files.FileExists(file, IOOptions(), nullptr);
  if (status.ok()) status = files.NewSequentialFile(file, {}, &in, nullptr);
  if (!status.ok()) return status;
  HalfBegin begin_first{};
  HalfBegin begin_second{};
  Content first;
  Content second;
  Status read = ReadHalf(*in, false, begin_first, first);
  if (read.ok()) read = ReadHalf(*in, true, begin_second, second);
  if (!read.ok() || TakeLater(begin_first, first, begin_second, second, content)) return read;
  return Status::Corruption("neither half of the daybook begins with a head", file);
}

bool Daybook::Parse(std::string_view bytes, Content& content) {
  Content first;
  Content second;
  const std::string_view first_half = bytes.substr(0, kHalfBytes);
  const std::string_view second_half = bytes.substr(first_half.size(), kHalfBytes);
  const HalfBegin begin_first = BeginOf(first_half, TakeHalf(first_half, false, first));
  const HalfBegin begin_second = BeginOf(second_half, TakeHalf(second_half, true, second));
  return TakeLater(begin_first, first, begin_second, second, content);
}

Status Daybook::Open(rocksdb::FileSystem& files, const std::string& file, const Content& content,
                     std::unique_ptr<Daybook>& daybook) {
  std::unique_ptr<rocksdb::FSRandomRWFile> opened;
  const IOStatus status = files.NewRandomRWFile(file, {}, &opened, nullptr);
  if (status.ok()) daybook.reset(new Daybook(std::move(opened), content));
  return status;
}

void Daybook::BeginHalf() {
  ++generation_;
  end_ = 0;
  begun_ = true;
}

Status Daybook::Write(const TreeHead& last, bool commits) {
  IOStatus status = file_->Write(Begin() + end_, entry_, IOOptions(), nullptr);
  if (status.ok()) status = file_->Sync(IOOptions(), nullptr);
  begun_ = status.ok();
  end_ += entry_.size();
  last_size_ = last.size;
  has_commits_ = commits;
  return status;
}

Status Daybook::NoteCommit(const TreeHead& before, const TreeHead& after, uint64_t rows,
                           std::string_view writes, const std::function<Status()>& settle) {
  IURAN_CHECK(!writes.empty() && writes.size() <= kLargestCommit, "a larger commit notes its head");
  entry_.clear();
  if (!Fits(EntryBytes(writes.size()))) {
    if (const Status settled = settle(); !settled.ok()) return settled;
    BeginHalf();
    AppendEntry(entry_, generation_, before.size, before, rows, {});
  }
  AppendEntry(entry_, generation_, before.size, after, rows, writes);
  return Write(after, true);
}

Status Daybook::NoteHead(const TreeHead& head, uint64_t rows) {
  entry_.clear();
  if (!Fits(EntryBytes(0))) BeginHalf();
  AppendEntry(entry_, generation_, last_size_, head, rows, {});
  return Write(head, false);
}

Status Daybook::Wipe(const TreeHead& head, uint64_t rows) {
  entry_.clear();
  BeginHalf();
  AppendEntry(entry_, generation_, head.size, head, rows, {});
  Status status = Write(head, false);
  const std::string zeros(kHalfBytes, '\0');
  const Slice rest(zeros.data(), kHalfBytes - end_);
  if (status.ok()) status = file_->Write(Begin() + end_, rest, IOOptions(), nullptr);
  if (status.ok()) status = file_->Write(kHalfBytes - Begin(), zeros, IOOptions(), nullptr);
  if (status.ok()) status = file_->Sync(IOOptions(), nullptr);
  return status;
}

}  // namespace iuran::log
