// iuran key, iuran checkpoint: what outsiders verify the ledger with, and what they verify.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>

#include "ledger/checkpoints.h"
#include "tools/commands.h"
#include "tools/program.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

struct CheckpointOptions {
  std::string cosignature;
  std::string witness;
  bool list = false;
  Format format = Format::kTable;
};

Result<int> Key(Program& program) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("key", log::Access::kRead));
  IURAN_ASSIGN(const log::VerifierKey key, ledger::LedgerKey(ledger->opened()));
  program.out().Write(key.Text() + "\n");
  return kDone;
}

// The time in a cosignature that was checked when it was added; nothing in signatures of other
// kinds, which have none.
std::optional<events::Time> TimeIn(const log::NoteSignature& signature) {
  const std::optional<uint64_t> seconds = log::CosignatureTime(signature);
  constexpr int64_t kSecond = 1'000'000;
  if (!seconds || *seconds > events::kLastTime.microseconds_since_1970 / kSecond) {
    return std::nullopt;
  }
  return events::Time{static_cast<int64_t>(*seconds) * kSecond};
}

Result<int> List(Program& program, Format format) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("checkpoint", log::Access::kRead));
  IURAN_ASSIGN(const log::VerifierKey key, ledger::LedgerKey(ledger->opened()));
  IURAN_ASSIGN(const auto checkpoints, ledger->log().Checkpoints());
  Report report(
      program.out(), format,
      {{"records", ColumnKind::kCount}, {"last_recorded"}, {"cosigner"}, {"cosigned_at"}});
  for (const log::StoredCheckpoint& checkpoint : checkpoints) {
    if (checkpoint.size > ledger->log().size()) break;  // signed since this reader opened
    IURAN_ASSIGN(const log::Note note, log::ParseNote(checkpoint.note));
    IURAN_ASSIGN(const events::Event last,
                 ledger->ReadEvent(events::Position{checkpoint.size - 1}));
    const auto begin_row = [&] {
      report.Count(static_cast<int64_t>(checkpoint.size));
      report.Text(ToString(last.envelope.recorded_at));
    };
    bool cosigned = false;
    for (const log::NoteSignature& signature : note.signatures) {
      if (signature.name == key.name && signature.key_id == key.Id()) continue;
      begin_row();
      report.Text(signature.name);
      const std::optional<events::Time> time = TimeIn(signature);
      time ? report.Text(ToString(*time)) : report.Nothing();
      report.EndRow();
      cosigned = true;
    }
    if (cosigned) continue;
    begin_row();
    report.Nothing();
    report.Nothing();
    report.EndRow();
  }
  report.Finish("No checkpoint is stored yet. Sign one: iuran checkpoint");
  return kDone;
}

Result<int> Cosign(Program& program, const CheckpointOptions& asked) {
  auto witness = log::VerifierKey::Parse(asked.witness);
  if (!witness) return Fail(ErrorCode::kUsage, "--witness: " + witness.error().message);
  std::ifstream file(asked.cosignature, std::ios::binary);
  const std::string lines{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("The file {} cannot be read.", asked.cosignature));
  }
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("checkpoint", log::Access::kWrite));
  IURAN_ASSIGN(const log::VerifierKey key, ledger::LedgerKey(ledger->opened()));
  IURAN_ASSIGN(const std::string note, ledger::AddCosignature(ledger->log(), key, *witness, lines));
  program.out().Write(note);
  return kDone;
}

Result<int> Checkpoint(Program& program, const CheckpointOptions& asked) {
  if (asked.cosignature.empty() != asked.witness.empty()) {
    return Fail(ErrorCode::kUsage, "--add-cosignature and --witness are given together.");
  }
  if (asked.list && !asked.cosignature.empty()) {
    return Fail(ErrorCode::kUsage, "--list goes without --add-cosignature.");
  }
  if (asked.list) return List(program, asked.format);
  if (!asked.cosignature.empty()) return Cosign(program, asked);
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("checkpoint", log::Access::kWrite));
  IURAN_ASSIGN(const log::VerifierKey own, ledger::LedgerKey(ledger->opened()));
  IURAN_ASSIGN(const log::SigningKey key,
               ledger::ReadSigningKey(ledger::SigningKeyFile(program.Folder()), own));
  IURAN_ASSIGN(const std::string note,
               ledger::SignHead(ledger->log(), key, ledger::LastSignedFile(program.Folder())));
  program.out().Write(note);
  return kDone;
}

}  // namespace

void RegisterKey(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("key", "Prints the public key that verifies checkpoints and proofs");
  AddExamples(*command, {"iuran key"});
  command->callback([&program] { program.Finish(Key(program)); });
}

void RegisterCheckpoint(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "checkpoint", "Signs how much is recorded and its digest; keeps and prints it");
  auto asked = std::make_shared<CheckpointOptions>();
  command
      ->add_option("--add-cosignature", asked->cosignature,
                   "Sign nothing; keep the signature lines of a witness, from this file")
      ->type_name("FILE");
  command->add_option("--witness", asked->witness, "The witness's public key, to check them with")
      ->type_name("KEY");
  command->add_flag("--list", asked->list,
                    "Sign nothing; show the checkpoints kept, and who cosigned them");
  AddFormatOption(*command, asked->format);
  AddExamples(*command, {"iuran checkpoint", "iuran checkpoint > november.checkpoint",
                         "iuran checkpoint --list",
                         "iuran checkpoint --add-cosignature lines.txt --witness KEY"});
  command->callback([&program, asked] { program.Finish(Checkpoint(program, *asked)); });
}

}  // namespace iuran::tools
