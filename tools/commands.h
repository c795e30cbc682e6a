// The subcommands. Each stands in its own tools/cmd_<name>.cc: it adds itself with its options,
// help and a callback that hands its outcome to program.Finish.
#pragma once

namespace CLI {
class App;
}

namespace iuran::tools {

class Program;

void RegisterInit(CLI::App& app, Program& program);
void RegisterImport(CLI::App& app, Program& program);
void RegisterBalances(CLI::App& app, Program& program);
void RegisterArrears(CLI::App& app, Program& program);
void RegisterCoverage(CLI::App& app, Program& program);
void RegisterCollect(CLI::App& app, Program& program);
void RegisterDiff(CLI::App& app, Program& program);
void RegisterParticipation(CLI::App& app, Program& program);
void RegisterRemittances(CLI::App& app, Program& program);
void RegisterAllocate(CLI::App& app, Program& program);
void RegisterShow(CLI::App& app, Program& program);
void RegisterExplain(CLI::App& app, Program& program);
void RegisterTariff(CLI::App& app, Program& program);
void RegisterApprove(CLI::App& app, Program& program);  // and decline, and proposals
void RegisterClose(CLI::App& app, Program& program);    // and closings
void RegisterAdjustments(CLI::App& app, Program& program);
void RegisterEvents(CLI::App& app, Program& program);
void RegisterReplay(CLI::App& app, Program& program);
void RegisterVerify(CLI::App& app, Program& program);
void RegisterStatus(CLI::App& app, Program& program);
void RegisterForget(CLI::App& app, Program& program);
void RegisterRecover(CLI::App& app, Program& program);
void RegisterKey(CLI::App& app, Program& program);
void RegisterCheckpoint(CLI::App& app, Program& program);
void RegisterProve(CLI::App& app, Program& program);
void RegisterExport(CLI::App& app, Program& program);
void RegisterBackup(CLI::App& app, Program& program);
void RegisterRestore(CLI::App& app, Program& program);
void RegisterSimulate(CLI::App& app, Program& program);

// All of them, in the order the help shows.
void RegisterCommands(CLI::App& app, Program& program);

}  // namespace iuran::tools
