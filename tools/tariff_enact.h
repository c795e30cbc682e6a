// iuran tariff enact: brings a scheme document into force.
#pragma once

namespace CLI {
class App;
}

namespace iuran::tools {

class Program;

// Adds "enact" to the command "tariff".
void RegisterTariffEnact(CLI::App& tariff, Program& program);

}  // namespace iuran::tools
