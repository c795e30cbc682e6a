// What to say to a command line that cannot be understood: what is wrong, what was probably meant,
// where the help is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace iuran::tools {

// The candidate nearest to what was typed, or empty where none is near (edit distance at most a
// third of the word, at least 2).
std::string Nearest(std::string_view typed, const std::vector<std::string>& candidates);

// The command chosen on the command line, or the one chosen of its own ("tariff try"); `app` itself
// where none is.
const CLI::App& ChosenCommand(const CLI::App& app);
// "tariff try"; empty for `app` itself.
std::string NameOf(const CLI::App& app, const CLI::App& command);

// The text for standard error, with a trailing newline.
std::string ExplainUsage(const CLI::App& app, const CLI::ParseError& error);
// The same for a word that is none of the commands of `app`, which may itself be a command.
std::string ExplainUnknownCommand(const CLI::App& app, std::string_view typed);

}  // namespace iuran::tools
