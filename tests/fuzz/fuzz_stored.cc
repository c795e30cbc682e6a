// What the ledger reads back from its own disk, as foreign bytes: refused, or values that are in
// order and are stored again as they were read.
//   p BYTES   a page of the log
//   r ...     records, written as a page and changed
//   t BYTES   a timeline       g BYTES   a group       s BYTES   the state of the projections
//   b BYTES   each of the book's rows
//   d ...     a daybook of a few entries, changed
//   m ...     the list of a backup's files, changed
#include <set>

#include "ledger/backup_manifest.h"
#include "ledger/book_rows.h"
#include "ledger/log/bytes.h"
#include "ledger/log/daybook.h"
#include "ledger/log/page.h"
#include "projections/accounts.h"
#include "projections/store.h"
#include "tests/fuzz/input.h"

namespace iuran {
namespace {

std::vector<std::string> RecordsOf(const log::PageReader& page) {
  std::vector<std::string> records;
  for (size_t i = 0; i < page.count(); ++i) {
    const auto bytes = page.record(i);
    IURAN_CHECK(reinterpret_cast<uintptr_t>(bytes.data()) % 8 == 0, "records are aligned");
    records.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  return records;
}

std::string Written(const std::vector<std::string>& records) {
  const std::vector<std::string_view> views(records.begin(), records.end());
  log::PageWriter writer;
  return std::string(writer.Write(views));
}

void TryPage(std::string_view value) {
  log::PageReader page;
  if (page.Load(value)) {
    IURAN_CHECK(page.count() == 0, "a page that is refused shows no records");
    return;
  }
  IURAN_CHECK(log::CountOfPage(value) == page.count(), "the header tells the number of records");
  const std::vector<std::string> records = RecordsOf(page);
  IURAN_CHECK(!records.empty() && records.size() <= log::kMaxRecordsInPage, "a page is not empty");
  for (const std::string& record : records) IURAN_CHECK(!record.empty(), "nor is a record");
  IURAN_CHECK(!page.Load(Written(records)), "what was read can be written");
  IURAN_CHECK(RecordsOf(page) == records, "and read again");
}

void TryWrittenPage(FuzzedDataProvider& in) {
  std::vector<std::string> records;
  for (auto left = in.ConsumeIntegralInRange<size_t>(1, 256); left > 0; --left) {
    records.push_back("r" + in.ConsumeRandomLengthString(40));
    if (in.remaining_bytes() == 0) break;
  }
  const std::string value = Written(records);
  log::PageReader page;
  IURAN_CHECK(!page.Load(value) && RecordsOf(page) == records, "records are read as written");
  TryPage(fuzz::Changed(value, in));
}

void TryTimeline(std::string_view row) {
  rules::Timeline timeline;
  if (!projections::DecodeTimeline("M-1", row, timeline)) return;
  const std::string again = projections::EncodeTimeline(timeline);
  // Memory of another timeline is reused; nothing of it may stay.
  rules::Timeline other = timeline;
  other.payments.emplace_back();
  other.changes.emplace_back();
  other.exits.emplace_back();
  other.attributes.region += "x";
  IURAN_CHECK(projections::DecodeTimeline("M-1", again, other), "what was read can be stored");
  IURAN_CHECK(other == timeline, "and is read as the same");
  IURAN_CHECK(projections::EncodeTimeline(other) == again, "in one form");
}

void TryGroup(std::string_view row) {
  const auto group = projections::DecodeGroup(row);
  if (!group) return;
  const auto again = projections::DecodeGroup(projections::EncodeGroup(*group));
  IURAN_CHECK(again && *again == *group, "a group that was read can be stored");
}

void TryState(std::string_view row) {
  const auto state = projections::DecodeState(row);
  if (!state) return;
  const auto again = projections::DecodeState(projections::EncodeState(*state));
  IURAN_CHECK(again && *again == *state, "a state that was read can be stored");
}

template <typename Value>
void TryBookRow(std::string_view row) {
  Value value{};
  if (!ledger::DecodeRow(row, value)) return;
  IURAN_CHECK(ledger::EncodeRow(value) == row, "a row of the book has one form");
}

// An entry as FORMAT.md, "The daybook", has it.
std::string DaybookEntry(uint64_t generation, uint64_t first, const log::TreeHead& head,
                         uint64_t rows, const std::string& writes) {
  std::string entry = "iuD2" + std::string(68, '\0');
  log::WriteLittleEndian(entry.data() + 4, static_cast<uint32_t>(writes.size()));
  log::WriteLittleEndian(entry.data() + 8, generation);
  log::WriteLittleEndian(entry.data() + 16, first);
  log::WriteLittleEndian(entry.data() + 24, head.size);
  std::copy(head.root.begin(), head.root.end(), entry.begin() + 32);
  log::WriteLittleEndian(entry.data() + 64, rows);
  const log::Hash hash = log::Sha256(entry + writes);
  entry.append(hash.begin(), hash.begin() + 16).append(writes);
  entry.resize((entry.size() + 7) / 8 * 8);
  return entry;
}

// What a daybook says, but where in the file.
std::string Said(const log::Daybook::Content& content) {
  const auto head = [](const log::TreeHead& head) {
    return std::to_string(head.size) + " " + std::string(head.root.begin(), head.root.end()) + " ";
  };
  std::string said = std::to_string(content.generation) + " " + head(content.head) +
                     head(content.held) + std::to_string(content.held_rows) + "\n";
  for (const log::Daybook::Commit& commit : content.commits) {
    said += std::to_string(commit.first) + " " + head(commit.head) + std::to_string(commit.rows) +
            " " + commit.writes + "\n";
  }
  return said;
}

// Whatever happens to a half, what is read was noted in it, up to some entry.
void TryDaybook(FuzzedDataProvider& in) {
  log::Daybook::Content content;
  content.generation = 2 * uint64_t{in.ConsumeIntegral<uint8_t>()};
  std::set<std::string> said;  // behind each entry
  std::string half;
  for (auto left = in.ConsumeIntegralInRange<int>(1, 6); left > 0; --left) {
    const uint64_t first = content.head.size;
    content.head.size += 1 + in.ConsumeIntegralInRange<uint64_t>(0, 255);
    content.head.root.fill(in.ConsumeIntegral<uint8_t>());
    const std::string writes = said.empty() ? "" : in.ConsumeRandomLengthString(20);
    const auto rows = in.ConsumeIntegral<uint64_t>();
    content.commits.push_back({first, content.head, rows, writes});
    if (writes.empty()) {
      content.commits.clear();
      content.held = content.head;
      content.held_rows = rows;
    }
    half += DaybookEntry(content.generation, first, content.head, rows, writes);
    said.insert(Said(content));
  }
  log::Daybook::Content read;
  IURAN_CHECK(
      log::Daybook::Parse(half, read) && Said(read) == Said(content) && read.end == half.size(),
      "a daybook is read as it was noted");
  if (!log::Daybook::Parse(fuzz::Changed(half, in), read)) return;
  IURAN_CHECK(said.contains(Said(read)), "nothing is read that was not noted");
}

void TryManifest(FuzzedDataProvider& in) {
  ledger::BackupManifest manifest;
  manifest.number = in.ConsumeIntegral<uint64_t>();
  manifest.made_at = events::Time{in.ConsumeIntegralInRange<int64_t>(
      events::kFirstTime.microseconds_since_1970, events::kLastTime.microseconds_since_1970)};
  manifest.head = {in.ConsumeIntegral<uint64_t>(), log::EmptyRoot()};
  for (auto left = in.ConsumeIntegralInRange<int>(0, 3); left > 0; --left) {
    const std::string name = std::to_string(in.ConsumeIntegral<uint16_t>());
    manifest.files.push_back({name + ".sst", name, in.ConsumeIntegral<uint64_t>(), {}});
  }
  const std::string text = ledger::Print(manifest);
  const auto read = ledger::ParseManifest(text);
  IURAN_CHECK(read && read->files == manifest.files && ledger::Print(*read) == text,
              "a list of files is read as printed");
  const std::string changed = fuzz::Changed(text, in);
  IURAN_CHECK(changed == text || !ledger::ParseManifest(changed), "and not where it was changed");
}

}  // namespace
}  // namespace iuran

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran;
  const std::string_view input = fuzz::Bytes(data, size);
  if (input.empty()) return 0;
  const std::string_view rest = input.substr(1);
  FuzzedDataProvider in = fuzz::Provider(rest);
  if (input[0] == 'p') TryPage(rest);
  if (input[0] == 'r') TryWrittenPage(in);
  if (input[0] == 't') TryTimeline(rest);
  if (input[0] == 'g') TryGroup(rest);
  if (input[0] == 's') TryState(rest);
  if (input[0] == 'd') TryDaybook(in);
  if (input[0] == 'm') TryManifest(in);
  if (input[0] == 'b') {
    TryBookRow<rules::KnownMember>(rest);
    TryBookRow<rules::KnownGroup>(rest);
    TryBookRow<rules::KnownRemittance>(rest);
    TryBookRow<rules::Book::LastChange>(rest);
    TryBookRow<rules::KnownKey>(rest);
    TryBookRow<uint32_t>(rest);
    TryBookRow<std::vector<uint64_t>>(rest);
  }
  return 0;
}
