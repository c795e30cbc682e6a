// The lists of a file of payments: those that name the same remittance (ledger/rules/README.md),
// gathered from its batches until the file is at its end. Memory grows with the lists of one file.
#pragma once

#include <unordered_map>
#include <vector>

#include "tools/import_batches.h"

namespace iuran::tools {

class PaymentLists {
 public:
  // Takes the payments that name a remittance out of the batch, which is of the file that `source`
  // names and asked for by `author`. A row that could not be read is counted with its list and
  // stays.
  void TakeFrom(Batch& batch, const events::Source& source, const std::string& author);
  // Each list as one command, in the order of their first rows; none are left here.
  std::vector<rules::Command> TakeAll(bool hold);

 private:
  rules::ReceiveList& Of(const events::RemittanceId& remittance, events::Source source,
                         uint32_t line, const std::string& author);

  std::unordered_map<events::RemittanceId, size_t> places_;
  std::vector<rules::Command> lists_;
};

}  // namespace iuran::tools
