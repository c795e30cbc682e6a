#include "tools/commands.h"

#include "tools/cmd_books.h"

namespace iuran::tools {

void RegisterCommands(CLI::App& app, Program& program) {
  RegisterInit(app, program);
  RegisterImport(app, program);
  RegisterBalances(app, program);
  RegisterArrears(app, program);
  RegisterCoverage(app, program);
  RegisterBooks(app, program);
  RegisterJournal(app, program);
  RegisterFunds(app, program);
  RegisterCollect(app, program);
  RegisterDiff(app, program);
  RegisterParticipation(app, program);
  RegisterRemittances(app, program);
  RegisterAllocate(app, program);
  RegisterShow(app, program);
  RegisterExplain(app, program);
  RegisterTariff(app, program);
  RegisterApprove(app, program);
  RegisterClose(app, program);
  RegisterAdjustments(app, program);
  RegisterEvents(app, program);
  RegisterReplay(app, program);
  RegisterVerify(app, program);
  RegisterStatus(app, program);
  RegisterForget(app, program);
  RegisterRecover(app, program);
  RegisterKey(app, program);
  RegisterCheckpoint(app, program);
  RegisterProve(app, program);
  RegisterExport(app, program);
  RegisterBackup(app, program);
  RegisterRestore(app, program);
  RegisterSimulate(app, program);
}

}  // namespace iuran::tools
