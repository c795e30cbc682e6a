// iuran key, iuran checkpoint: what outsiders verify the ledger with, and what they verify.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>

#include "ledger/checkpoints.h"
#include "tools/commands.h"
#include "tools/program.h"

namespace iuran::tools {
namespace {

struct CheckpointOptions {
  std::string cosignature;
  std::string witness;
};

Result<int> Key(Program& program) {
  // Opened so that a missing ledger is told as one.
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("key", log::Access::kRead));
  IURAN_ASSIGN(const log::SigningKey key,
               ledger::ReadSigningKey(ledger::SigningKeyFile(program.Folder())));
  program.out().Write(key.verifier().Text() + "\n");
  return kDone;
}

Result<int> Checkpoint(Program& program, const CheckpointOptions& asked) {
  if (asked.cosignature.empty() != asked.witness.empty()) {
    return Fail(ErrorCode::kUsage, "--add-cosignature and --witness are given together.");
  }
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("checkpoint", log::Access::kWrite));
  IURAN_ASSIGN(const log::SigningKey key,
               ledger::ReadSigningKey(ledger::SigningKeyFile(program.Folder())));
  if (asked.cosignature.empty()) {
    IURAN_ASSIGN(const std::string note, ledger::SignHead(ledger->log(), key));
    program.out().Write(note);
    return kDone;
  }
  auto witness = log::VerifierKey::Parse(asked.witness);
  if (!witness) return Fail(ErrorCode::kUsage, "--witness: " + witness.error().message);
  std::ifstream file(asked.cosignature, std::ios::binary);
  const std::string lines{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("The file {} cannot be read.", asked.cosignature));
  }
  IURAN_ASSIGN(const std::string note,
               ledger::AddCosignature(ledger->log(), key.verifier(), *witness, lines));
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
  AddExamples(*command, {"iuran checkpoint", "iuran checkpoint > november.checkpoint"});
  command->callback([&program, asked] { program.Finish(Checkpoint(program, *asked)); });
}

}  // namespace iuran::tools
