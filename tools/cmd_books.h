// The commands about the books (rulebook 8); see tools/commands.h.
#pragma once

namespace CLI {
class App;
}

namespace iuran::tools {

class Program;

void RegisterBooks(CLI::App& app, Program& program);
void RegisterJournal(CLI::App& app, Program& program);
void RegisterFunds(CLI::App& app, Program& program);

}  // namespace iuran::tools
