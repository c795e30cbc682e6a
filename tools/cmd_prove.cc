// iuran prove: writes a file that shows to anybody who holds the public key that an event is
// recorded.
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

struct ProveOptions {
  std::string payment;
  std::optional<uint64_t> position;
  std::string file;
};

Result<uint64_t> PositionAsked(const log::EventLog& log, const ProveOptions& asked) {
  if (asked.position) return *asked.position;
  const std::vector<std::string> keys = {"payment/" + asked.payment};
  IURAN_ASSIGN(const auto found, log.FindKeys(keys));
  if (found[0]) return found[0]->position;
  return Fail(ErrorCode::kNotFound,
              fmt::format("There is no payment {}. Check its number.", asked.payment));
}

Result<int> Prove(Program& program, const ProveOptions& asked) {
  if (asked.position.has_value() == !asked.payment.empty()) {
    return Fail(ErrorCode::kUsage, "Name what to prove, by --payment or by --position.");
  }
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("prove", log::Access::kRead));
  IURAN_ASSIGN(const uint64_t position, PositionAsked(ledger->log(), asked));
  IURAN_ASSIGN(const log::VerifierKey key, ledger::LedgerKey(ledger->opened()));
  IURAN_ASSIGN(const std::string proof, ledger::ProveRecord(ledger->log(), key, position));
  std::ofstream out(asked.file, std::ios::binary | std::ios::trunc);
  out << proof;
  out.close();
  if (!out) return Fail(ErrorCode::kIo, fmt::format("{} cannot be written.", asked.file));
  std::ifstream in(asked.file, std::ios::binary);
  if (std::string{std::istreambuf_iterator<char>(in), {}} != proof) {
    return Fail(ErrorCode::kIo, fmt::format("{} does not hold what was written to it. Look at the "
                                            "disk, or write to another.",
                                            asked.file));
  }
  program.out().Write(
      fmt::format("{} proves the event at position {}. To check it: iuran-verify {} --key KEY\n"
                  "The key is what 'iuran key' prints.\n",
                  asked.file, position, asked.file));
  return kDone;
}

}  // namespace

void RegisterProve(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "prove", "Writes a file that proves to outsiders that an event is recorded");
  auto asked = std::make_shared<ProveOptions>();
  command->add_option("--payment", asked->payment, "The payment to prove")->type_name("PAYMENT");
  command->add_option("--position", asked->position, "The position to prove")
      ->type_name("POSITION");
  command->add_option("-o,--output", asked->file, "Where to write the proof")
      ->type_name("FILE")
      ->required();
  AddExamples(*command, {"iuran prove --payment P-000123 -o P-000123.proof",
                         "iuran prove --position 17 -o 17.proof"});
  command->callback([&program, asked] { program.Finish(Prove(program, *asked)); });
}

}  // namespace iuran::tools
