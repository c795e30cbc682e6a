// iuran simulate: writes the input files of a believable province.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/commands.h"
#include "tools/program.h"
#include "tools/simulate.h"

namespace iuran::tools {
namespace {

struct SimulateOptions {
  std::string folder;
  std::string from = "2023-12";
  SimulationSize size;
};

Result<int> Run(Program& program, SimulateOptions& asked) {
  IURAN_ASSIGN(asked.size.from, events::ParseMonth(asked.from));
  IURAN_ASSIGN(const SimulationTotals totals, Simulate(asked.folder, asked.size));
  program.out().Write(
      fmt::format("{} holds {} groups, {} members, {} changes, {} remittances, {} payments and {} "
                  "reversals.\nNext: iuran import {}\n",
                  asked.folder, totals.groups, totals.members, totals.changes, totals.remittances,
                  totals.payments, totals.reversals, asked.folder));
  return kDone;
}

}  // namespace

void RegisterSimulate(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("simulate", "Writes input files of a believable province, for trying out");
  auto asked = std::make_shared<SimulateOptions>();
  command->add_option("DIR", asked->folder, "The folder to write; it must be new or empty")
      ->required();
  command
      ->add_option("--members", asked->size.members, "How many people begin (default: 1000)")
      ->check(CLI::Range(1u, 20'000'000u))
      ->type_name("N");
  command->add_option("--months", asked->size.months, "How many months pass (default: 36)")
      ->check(CLI::Range(1, 240))
      ->type_name("M");
  command->add_option("--seed", asked->size.seed, "The same seed writes the same bytes (default: 1)")
      ->type_name("S");
  command->add_option("--from", asked->from, "The first month (default: 2023-12)")
      ->type_name("YYYY-MM");
  AddExamples(*command, {"iuran simulate province --members 100000 --months 18 --seed 7"});
  command->callback([&program, asked] { program.Finish(Run(program, *asked)); });
}

}  // namespace iuran::tools
