#include "tools/usage.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>

namespace iuran::tools {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::vector<std::string> OptionNames(const CLI::App& app, const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* level : {&command, &app}) {
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

}  // namespace

std::string Nearest(std::string_view typed, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, typed.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(typed, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

const CLI::App& ChosenCommand(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : ChosenCommand(*chosen.front());
}

std::string NameOf(const CLI::App& app, const CLI::App& command) {
  if (&command == &app) return {};
  const std::string before = NameOf(app, *command.get_parent());
  return before + (before.empty() ? "" : " ") + command.get_name();
}

std::string ExplainUsage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = ChosenCommand(app);
  std::string text = "iuran: ";
  const std::vector<std::string> extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr
                                              ? app.remaining(true)
                                              : std::vector<std::string>();
  if (!extras.empty()) {
    const std::string& extra = extras.front();
    const bool option = extra.starts_with("-");
    text += (option ? "unknown option '" : "unexpected word '") + extra + "'.";
    const std::string typed = extra.substr(0, extra.find('='));
    const std::string near = option ? Nearest(typed, OptionNames(app, command)) : std::string();
    if (!near.empty()) text += " Did you mean " + near + "?";
  } else {
    const std::string_view what = error.what();
    constexpr std::string_view kConvert = "Could not convert: ";
    text += what.starts_with(kConvert)
                ? "this value cannot be read: " + std::string(what.substr(kConvert.size()))
                : std::string(what);
    if (!text.ends_with('.')) text += '.';
  }
  text += '\n';
  text += &command == &app ? std::string("Type 'iuran help' for the commands.\n")
                           : "Type 'iuran help " + NameOf(app, command) + "' for its options.\n";
  return text;
}

std::string ExplainUnknownCommand(const CLI::App& app, std::string_view typed) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  std::string text = "iuran: there is no command '" + std::string(typed) + "'.";
  const std::string near = Nearest(typed, names);
  if (!near.empty()) text += " Did you mean " + near + "?";
  return text + "\nType 'iuran help' for the commands.\n";
}

}  // namespace iuran::tools
