// Making a ledger: everything is made in a folder beside the one asked for and moved there last.
#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "events/codec.h"
#include "events/quote.h"
#include "ledger/checkpoints.h"
#include "ledger/civil_day.h"
#include "ledger/ledger.h"
#include "ledger/rules/scheme_document.h"
#include "ledger/rules/shipped_schemes.h"
#include "ledger/rules/values.h"
#include "ledger/workshop.h"

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;

// Position 0, and the value that tells this ledger's master key.
Result<void> RecordOpening(log::EventLog& log, const Vault& vault, const Settings& settings,
                           const log::VerifierKey& key, Time now) {
  Event event;
  event.envelope.stream = "ledger";
  event.envelope.recorded_at = now;
  event.envelope.day = CivilDayIn(settings.time_zone, now);
  event.envelope.author = settings.author;
  event.envelope.source.channel = "init";
  event.envelope.idempotency_key = "ledger";
  event.body = LedgerOpened{settings.time_zone, settings.currency, key.Text()};
  const std::string bytes = Encode(event);
  log::Batch batch;
  batch.records.push_back({event.envelope.stream, 0, bytes, event.envelope.idempotency_key, {}});
  batch.rows.push_back({log::Table::kVault, std::string(Vault::kCheckKey), vault.CheckValue()});
  return log.Append(batch);
}

Result<void> CheckCurrency(const std::string& code) {
  if (code.size() == 3 &&
      code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos) {
    return {};
  }
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("{} is no currency code. Write the three capital letters of ISO 4217, "
                          "such as IDR.",
                          Quoted(code)));
}

// Those in the ledger's currency.
Result<void> EnactShippedSchemes(Ledger& ledger, const std::string& author) {
  std::vector<rules::Command> commands;
  for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
    IURAN_ASSIGN(const auto read, rules::ReadSchemeDocument(shipped.document));
    if (read.currency != ledger.opened().currency) continue;
    rules::Command& command = commands.emplace_back();
    command.request = rules::EnactScheme{shipped.id, std::string(shipped.document)};
    command.source.channel = "init";
    command.author = author;
  }
  IURAN_ASSIGN(const std::vector<Receipt> receipts, ledger.Submit(commands));
  for (const Receipt& receipt : receipts) {
    IURAN_CHECK(std::holds_alternative<Recorded>(receipt), "a shipped scheme can be enacted");
  }
  return ledger.log().Flush();
}

// The key that signs checkpoints, always in the ledger's own folder; returns its public half.
Result<log::VerifierKey> ProvideSigningKey(const Workshop& workshop, std::string origin) {
  const fs::path file = SigningKeyFile(workshop.folder());
  IURAN_TRY(MakeKeysFolder(file.parent_path()));
  if (origin.empty()) {
    IURAN_ASSIGN(origin, RandomOrigin());
  }
  IURAN_ASSIGN(log::VerifierKey key, CreateSigningKey(file, origin));
  const LockedFolder keys(file.parent_path());
  if (!keys.Sync()) return CannotBeMade(file.parent_path(), LastError());
  return key;
}

// The master key of the new ledger: in its own folder, or where the caller keeps keys.
Result<void> ProvideKey(Workshop& workshop, const fs::path& key_file, bool outside) {
  std::error_code failed;
  if (outside && fs::exists(key_file, failed)) return {};
  if (!outside) IURAN_TRY(MakeKeysFolder(key_file.parent_path()));
  IURAN_TRY(Vault::CreateMasterKey(key_file));
  if (outside) workshop.MadeOutside(key_file);
  const LockedFolder keys(key_file.parent_path());
  if (!keys.Sync()) return CannotBeMade(key_file.parent_path(), LastError());
  return {};
}

}  // namespace

Result<void> Ledger::Init(const Options& options, const Settings& settings) {
  IURAN_ASSIGN(const fs::path target, PlaceForLedger(options.folder));
  IURAN_TRY(CheckTimeZone(settings.time_zone));
  IURAN_TRY(rules::CheckAuthor(settings.author));
  IURAN_TRY(CheckCurrency(settings.currency));
  IURAN_ASSIGN(const std::unique_ptr<Workshop> workshop, Workshop::Open(target, "init"));

  const bool key_outside = !options.master_key.empty();
  Options making = options;
  making.folder = workshop->folder();
  making.purpose = "iuran init";
  making.master_key = key_outside ? options.master_key : making.folder / "keys" / "master.key";
  IURAN_TRY(ProvideKey(*workshop, making.master_key, key_outside));
  IURAN_ASSIGN(const log::VerifierKey key, ProvideSigningKey(*workshop, settings.origin));
  IURAN_ASSIGN(const Vault vault, Vault::Open(making.master_key));
  IURAN_TRY(log::EventLog::Create(making.folder / "log"));
  {
    IURAN_ASSIGN(const auto log,
                 log::EventLog::Open(making.folder / "log", log::Access::kWrite, making.purpose));
    const Time now = options.clock ? options.clock() : SystemTime();
    IURAN_TRY(RecordOpening(*log, vault, settings, key, now));
  }
  {
    IURAN_ASSIGN(const auto ledger, Ledger::Open(making, log::Access::kWrite));
    IURAN_TRY(EnactShippedSchemes(*ledger, settings.author));
  }
  return workshop->MoveTo(target);
}

}  // namespace iuran::ledger
