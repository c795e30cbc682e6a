// iuran tariff try: what a scheme document would change, for whom and by how much, with nothing
// recorded.
#pragma once

namespace CLI {
class App;
}

namespace iuran::tools {

class Program;

// Adds "try" to the command "tariff".
void RegisterTariffTry(CLI::App& tariff, Program& program);

}  // namespace iuran::tools
