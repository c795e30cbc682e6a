// iuran verify: reads all that the ledger holds and compares it with all else that it holds.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "events/codec.h"
#include "ledger/checkpoints.h"
#include "ledger/log/proof/encoding.h"
#include "ledger/verify_ledger.h"
#include "projections/replay.h"
#include "tools/commands.h"
#include "tools/event_text.h"
#include "tools/program.h"
#include "tools/progress.h"
#include "tools/reading.h"
#include "tools/sheet.h"

namespace iuran::tools {
namespace {

namespace fs = std::filesystem;
using projections::ReplayReport;
using projections::Store;

struct VerifyOptions {
  std::string key;
  std::vector<std::string> witnesses;
  unsigned threads = ThreadsToUse();
  Format format = Format::kTable;
};

// What a verification found, with the part of it that could not be done.
struct Found {
  ledger::LedgerReport ledger;
  std::chrono::nanoseconds taken{0};
  std::optional<ReplayReport> replay;
  log::Anchor anchor{};
};

// The key that the ledger's first event names; nothing where it cannot be read or names none.
std::optional<log::VerifierKey> OwnKey(const log::EventLog& log) {
  const auto record = log.Read(0);
  if (!record) return std::nullopt;
  const auto event = events::Decode(*record);
  const auto* opened = event ? std::get_if<events::LedgerOpened>(&event->body) : nullptr;
  if (opened == nullptr) return std::nullopt;
  const auto key = ledger::LedgerKey(*opened);
  return key ? std::optional(*key) : std::nullopt;
}

// What stands beside the log. To be read before the log is opened, lest it be of a later moment.
Result<ledger::VerifyOptions> HowToVerify(const Program& program, const VerifyOptions& asked) {
  ledger::VerifyOptions how;
  how.threads = asked.threads;
  if (!asked.key.empty()) {
    const auto key = log::VerifierKey::Parse(asked.key);
    if (!key) return Fail(ErrorCode::kUsage, "--key: " + key.error().message);
    how.key = *key;
  }
  for (const std::string& text : asked.witnesses) {
    auto witness = log::VerifierKey::Parse(text);
    if (!witness) return Fail(ErrorCode::kUsage, "--witness: " + witness.error().message);
    how.witnesses.push_back(*std::move(witness));
  }
  const fs::path master_key = program.Folder() / "keys" / "master.key";
  std::error_code ignored;
  if (fs::exists(master_key, ignored)) how.master_key = master_key;
  auto last_signed = ledger::ReadLastSigned(ledger::LastSignedFile(program.Folder()));
  if (last_signed) {
    how.last_signed = *std::move(last_signed);
  } else {
    program.Note("iuran: " + last_signed.error().message + " The log was not compared with it.");
  }
  return how;
}

// The accounts and the closings, against a replay of the events.
void CompareAccounts(const log::EventLog& log, const Result<std::unique_ptr<Store>>& store,
                     unsigned threads, Found& found, log::Faults& faults) {
  if (!store) {
    faults.Add("The stored accounts cannot be read. " + store.error().message);
    return;
  }
  Progress progress("Replaying", "events");
  projections::ReplayOptions how;
  how.threads = threads;
  how.progress = [&progress](uint64_t done, uint64_t total) { progress.Update(done, total); };
  const auto replay = projections::Replay::Run(log, **store, how);
  if (!replay) {
    faults.Add("The events cannot be replayed. " + replay.error().message);
    return;
  }
  const ReplayReport& report = found.replay.emplace((*replay)->report());
  if (report.parked) faults.Add(report.parked->position, report.parked->reason);
  if (report.unreadable && !report.AreLiveAhead()) {
    faults.Add("The stored accounts could not be compared. " + report.unreadable->message);
  }
  for (const projections::Difference& difference : report.examples) {
    faults.Add(fmt::format("The stored accounts: {}.", Words(difference)));
  }
  if (const uint64_t more = report.RowsThatDiffer() - report.examples.size(); more > 0) {
    faults.AddMany(more, log::Fault::kNowhere,
                   fmt::format("The stored accounts: {} more rows differ.", more));
  }
  for (const projections::PinnedDifference& difference : report.closings_that_differ) {
    faults.Add(Words(difference));
  }
  if (report.closings_unreadable) {
    faults.Add("The closings cannot be computed again. " + report.closings_unreadable->message);
  }
}

std::string WordsForAll(const std::vector<log::PositionRange>& ranges) {
  constexpr size_t kShown = 8;
  if (ranges.empty()) return "nothing";
  std::string words;
  for (size_t i = 0; i < ranges.size() && i < kShown; ++i) {
    words += (i == 0 ? "" : ", ") + WordsFor(ranges[i]);
  }
  if (ranges.size() > kShown) words += fmt::format(", and {} more", ranges.size() - kShown);
  return words;
}

// What is still good, in words.
void DescribeWhole(const log::LogReport& report, Sheet& sheet) {
  sheet.Remark("Whole", WordsForAll(report.whole));
  if (report.signed_to == 0) return;
  std::vector<log::PositionRange> under;
  for (const log::PositionRange& range : report.whole) {
    if (range.from >= report.signed_to) break;
    under.push_back({range.from, std::min(range.to, report.signed_to)});
  }
  sheet.Remark("Signed", fmt::format("{}, by the checkpoint of {} records", WordsForAll(under),
                                     Grouped(static_cast<int64_t>(report.signed_to))));
}

std::string Seconds(std::chrono::nanoseconds taken) {
  const auto milliseconds = taken.count() / 1'000'000;
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

std::string RootText(const log::LogReport& report) {
  if (!report.root) return "";
  return log::EncodeBase64(
      {reinterpret_cast<const char*>(report.root->data()), report.root->size()});
}

void Print(const Found& found, const log::Faults& faults, Format format, Output& out) {
  const log::LogReport& report = found.ledger.log;
  Sheet sheet;
  sheet.Count("events", "Events", report.size);
  sheet.Text("root", "Root of the tree", RootText(report));
  sheet.Count("pages", "Pages read", report.pages);
  sheet.Count("hashes", "Hashes of the tree", report.hashes);
  sheet.Count("checkpoints", "Checkpoints", report.checkpoints);
  sheet.Count("signed_to", "Events signed", report.signed_to);
  sheet.Count("stream_rows", "Rows of streams", report.stream_rows);
  sheet.Count("key_rows", "Rows of keys", report.key_rows);
  sheet.Count("book_rows", "Rows of the book", found.ledger.book_rows);
  sheet.Count("people", "People in the vault", found.ledger.people);
  sheet.Count("people_opened", "Of them opened", found.ledger.opened);
  sheet.Count("account_rows", "Rows of the accounts", found.replay ? found.replay->rows : 0);
  sheet.Text("accounts_digest", "Their digest", found.replay ? Hex(found.replay->live_digest) : "");
  sheet.Text("seconds", "Seconds", Seconds(found.taken));
  sheet.Text("log_seconds", "Of them for the log", Seconds(found.ledger.reading));
  sheet.Count("faults", "Faults", faults.count());
  sheet.Count("closings", "Closings computed", found.replay ? found.replay->closings : 0);
  DescribeWhole(report, sheet);
  const std::vector<log::Fault> list = faults.List();
  uint64_t told = 0;
  for (const log::Fault& fault : list) {
    sheet.Remark("Fault", fault.sentence);
    told += fault.count;
  }
  if (faults.count() > told) sheet.Remark("Fault", "and more");
  sheet.Print(format, out);
}

void PrintNotes(const Program& program, const Found& found, const ledger::VerifyOptions& how) {
  if (!how.key && found.ledger.log.checkpoints > 0) {
    program.Note(
        "iuran: the signatures of the checkpoints were not checked, for want of the ledger's "
        "public "
        "key. Name it with --key.");
  }
  if (how.master_key.empty() && found.ledger.people > 0) {
    program.Note("iuran: sealed personal data were not opened, for want of the master key.");
  }
  const log::Anchor& anchor = found.anchor;
  if (anchor.state != log::Anchor::State::kLost && anchor.head.size > found.ledger.log.size) {
    program.Note(fmt::format(
        "iuran: the log holds {} events and the daybook beside it those up to {}. {} They were not "
        "verified.",
        found.ledger.log.size, anchor.head.size,
        anchor.state == log::Anchor::State::kRowsLost
            ? "'iuran recover' says whether they come back."
            : "The next command that records posts them to the log."));
    if (found.replay && found.replay->AreLiveAhead()) {
      program.Note("iuran: the stored accounts hold them already, and were not compared.");
    }
  } else if (anchor.state == log::Anchor::State::kInDaybook) {
    program.Note(
        "iuran: part of what was recorded last stands in the daybook alone: the next command that "
        "records posts it to the log. It was not verified.");
  }
  if (found.ledger.log.unread > 0) {
    program.Note(
        "iuran: book, vault and accounts were not compared, since not all events can be read.");
  }
  if (found.replay && found.replay->live_cursor < found.replay->events) {
    program.Note(fmt::format(
        "iuran: the stored accounts hold the first {} of {} events; only those were compared.",
        found.replay->live_cursor, found.replay->events));
  }
}

Result<int> Verify(Program& program, const VerifyOptions& asked) {
  IURAN_ASSIGN(ledger::VerifyOptions how, HowToVerify(program, asked));
  // A reader opens the accounts before the log.
  const auto store = Store::OpenToRead(ProjectionsFolder(program));
  auto opened = log::EventLog::Open(program.Folder() / "log", log::Access::kRead, "iuran verify",
                                    log::Loss::kAccept);
  if (!opened) {
    // What cannot be opened is not verified, and one exit code says so, whatever stands in the way.
    opened.error().code = ErrorCode::kLedgerDamaged;
    return tl::unexpected(std::move(opened.error()));
  }
  const auto log = *std::move(opened);
  if (!how.key) how.key = OwnKey(*log);
  Found found;
  found.anchor = log->anchor();
  log::Faults faults;
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress("Verifying", "events");
    how.progress = [&progress](uint64_t done, uint64_t total) { progress.Update(done, total); };
    IURAN_ASSIGN(found.ledger, VerifyLedger(*log, how, faults));
  }
  if (found.ledger.log.unread == 0) CompareAccounts(*log, store, asked.threads, found, faults);
  found.taken = std::chrono::steady_clock::now() - start;
  Print(found, faults, asked.format, program.out());
  if (asked.format != Format::kTable) {
    for (const log::Fault& fault : faults.List()) program.Note("iuran: " + fault.sentence);
  }
  PrintNotes(program, found, how);
  return faults.count() == 0 ? kDone : kDoneWithDifferences;
}

}  // namespace

void RegisterVerify(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "verify", "Reads all of the ledger, and names whatever is not as it was recorded");
  auto asked = std::make_shared<VerifyOptions>();
  command
      ->add_option(
          "--key", asked->key,
          "The public key that checkpoints must be signed with (default: the one the ledger names)")
      ->type_name("KEY");
  command
      ->add_option("--witness", asked->witnesses,
                   "The public key of a witness whose cosignatures are checked; may be repeated")
      ->type_name("KEY");
  command->add_option("--threads", asked->threads, "How many threads read (default: all cores)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  AddFormatOption(*command, asked->format);
  AddExamples(*command, {"iuran verify", "iuran verify --key \"$(cat ntt.key)\" --format json"});
  command->callback([&program, asked] { program.Finish(Verify(program, *asked)); });
}

}  // namespace iuran::tools
