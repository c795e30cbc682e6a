#include "tools/program.h"

#include <pwd.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tools/commands.h"
#include "tools/usage.h"

namespace iuran::tools {
namespace {

constexpr const char* kFooter =
    "Reports go to standard output, everything else to standard error.\n"
    "Exit codes: 0 done; 1 done with rejected rows or differences; 2 wrong usage;\n"
    "3 the ledger is missing, locked or damaged; 4 any other failure.\n"
    "Type 'iuran help COMMAND' for the options of a command, with examples.";

void PrintToStandardError(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

const CLI::App* FindCommand(const CLI::App& app, std::string_view name) {
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// The text of `iuran help [COMMAND]` and --help.
std::string HelpOf(const CLI::App& app, const CLI::App& explained) {
  const std::string name = NameOf(app, explained);
  return app.get_formatter()->make_help(&explained, name.empty() ? "iuran" : "iuran " + name,
                                        CLI::AppFormatMode::Normal);
}

void RegisterHelp(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("help", "Explains the program or one command");
  auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("command", *names, "The command to explain, such as \"tariff try\"")
      ->type_name("COMMAND");
  const CLI::App* whole = &app;
  command->callback([whole, &program, names] {
    const CLI::App* explained = whole;
    for (const std::string& name : *names) {
      const CLI::App* found = FindCommand(*explained, name);
      if (found == nullptr) {
        PrintToStandardError(ExplainUnknownCommand(*explained, name));
        return program.Finish(ExitCode(ErrorCode::kUsage));
      }
      explained = found;
    }
    program.out().Write(HelpOf(*whole, *explained));
    program.Finish(kDone);
  });
}

// An empty value is a variable of a script that was not set, and never means "all of them".
void RefuseEmptyValues(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0 || option->get_positional()) continue;
    option->each([](const std::string& value) {
      if (!value.empty()) return;
      throw CLI::ValidationError("the value is empty. Write one, or leave the option out");
    });
  }
  for (CLI::App* command : app.get_subcommands({})) RefuseEmptyValues(*command);
}

// The word standing where the command stands, or nothing: only global options can precede it, and
// what is wrong with those is told first.
std::string_view FirstWord(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--ledger") {
      ++i;
    } else if (!word.starts_with("-")) {
      return word;
    } else if (word != "--verbose" && !word.starts_with("--ledger=")) {
      return {};
    }
  }
  return {};
}

int Parse(CLI::App& app, Program& program, int argc, const char* const* argv) {
  const std::string_view word = FirstWord(argc, argv);
  if (!word.empty() && FindCommand(app, word) == nullptr) {
    PrintToStandardError(ExplainUnknownCommand(app, word));
    return ExitCode(ErrorCode::kUsage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    program.out().Write(HelpOf(app, ChosenCommand(app)));
    return kDone;
  } catch (const CLI::CallForVersion& version) {
    program.out().Write(std::string(version.what()) + "\n");
    return kDone;
  } catch (const CLI::ParseError& error) {
    PrintToStandardError(ExplainUsage(app, error));
    return ExitCode(ErrorCode::kUsage);
  } catch (const std::exception& error) {
    // What no part foresaw, such as memory that has run out.
    program.Finish(Fail(ErrorCode::kIo, std::string("It could not go on: ") + error.what() + "."));
  }
  if (app.get_subcommands().empty()) {
    PrintToStandardError(HelpOf(app, app));
    return ExitCode(ErrorCode::kUsage);
  }
  return program.exit_code();
}

// As another user, such as root, an opening for writing would leave files in the ledger that its
// owner cannot write to.
bool IsOwn(const std::filesystem::path& ledger) {
  struct stat status {};
  return ::stat((ledger / "log").c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

}  // namespace

void Program::Note(std::string_view line) const { PrintToStandardError(std::string(line) + "\n"); }

std::filesystem::path Program::Folder() const {
  if (!ledger_option.empty()) return ledger_option;
  const char* variable = std::getenv("IURAN_LEDGER");
  return variable != nullptr && *variable != '\0' ? variable : "iuran-data";
}

ledger::Options Program::LedgerOptions(std::string_view command) const {
  ledger::Options options;
  options.folder = Folder();
  options.purpose = "iuran " + std::string(command);
  return options;
}

// A ledger that is behind its anchor can be read; nobody must take its figures for the whole.
void Program::NoteWhatIsMissing(const log::EventLog& log) const {
  const log::Anchor anchor = log.anchor();
  if (anchor.state == log::Anchor::State::kHeld) return;
  if (anchor.state == log::Anchor::State::kMissing) {
    Note(
        "iuran: the daybook of this ledger is missing or cannot be read, so that events may be "
        "missing; these are of what is left. 'iuran recover' says what to do.");
    return;
  }
  if (anchor.state == log::Anchor::State::kLost) {
    Note(fmt::format(
        "iuran: EVENTS ARE MISSING: {} were acknowledged, {} are left, and these are of what is "
        "left. 'iuran recover' says what to do.",
        anchor.head.size, log.size()));
    return;
  }
  if (anchor.state == log::Anchor::State::kRowsLost) {
    Note(
        "iuran: what was stored beside the events, such as a checkpoint, is missing. 'iuran "
        "recover' says what to do.");
    if (anchor.head.size > log.size()) {
      Note(
          fmt::format("iuran: {} of {} events stand in the daybook alone and are not in these "
                      "figures. They come back when that loss is accepted.",
                      anchor.head.size - log.size(), anchor.head.size));
    }
    return;
  }
  if (anchor.head.size > log.size()) {
    Note(
        fmt::format("iuran: the last writer was cut off: {} of {} events stand in the daybook "
                    "alone and are not in these figures. The next command that records brings "
                    "them back; so does 'iuran recover'.",
                    anchor.head.size - log.size(), anchor.head.size));
  } else {
    Note(
        "iuran: the last writer was cut off: part of what it recorded stands in the daybook alone, "
        "and may not be in these figures. The next command that records brings it back; so does "
        "'iuran recover'.");
  }
}

Result<std::unique_ptr<ledger::Ledger>> Program::OpenLedger(std::string_view command,
                                                            log::Access access) const {
  const ledger::Options options = LedgerOptions(command);
  IURAN_ASSIGN(auto ledger, ledger::Ledger::Open(options, access));
  if (access == log::Access::kRead) {
    if (ledger->log().anchor().state == log::Anchor::State::kInDaybook && IsOwn(options.folder)) {
      // The last writer was cut off, and an opening for writing brings its last events back. Where
      // that is refused because somebody else writes, it was done.
      ledger.reset();
      [[maybe_unused]] const auto posted =
          ledger::Ledger::Open(options, log::Access::kWrite).map([](const auto&) {});
      IURAN_ASSIGN(ledger, ledger::Ledger::Open(options, access));
    }
    NoteWhatIsMissing(ledger->log());
  }
  spdlog::debug("{} holds {} events", Folder().string(), ledger->head().value);
  return ledger;
}

void Program::Finish(const Result<int>& outcome) {
  if (outcome) {
    exit_code_ = *outcome;
    return;
  }
  exit_code_ = ExitCode(outcome.error().code);
  out_.Flush();
  PrintToStandardError("iuran: " + outcome.error().message + "\n");
}

void AddExamples(CLI::App& command, std::initializer_list<std::string_view> lines) {
  std::string footer = lines.size() == 1 ? "Example:" : "Examples:";
  for (std::string_view line : lines) footer += "\n  " + std::string(line);
  command.footer(footer);
}

void AddAuthorOption(CLI::App& command, std::string& author) {
  const char* variable = std::getenv("USER");
  if (variable != nullptr && *variable == '\0') variable = nullptr;
  const passwd* user = variable == nullptr ? ::getpwuid(::geteuid()) : nullptr;
  author = variable != nullptr ? variable
           : user != nullptr   ? user->pw_name
                               : "uid " + std::to_string(::geteuid());
  command.add_option("--author", author, "Who answers for what is recorded (default: your login)")
      ->type_name("NAME");
}

int RunProgram(int argc, const char* const* argv) {
  // A reader that goes away is seen by Output; a signal would end a writer half way.
  std::signal(SIGPIPE, SIG_IGN);
  auto logger = spdlog::stderr_logger_st("iuran");
  logger->set_pattern("iuran: %l: %v");
  logger->set_level(spdlog::level::warn);
  spdlog::set_default_logger(logger);

  Output out(STDOUT_FILENO);
  Program program(out);
  CLI::App app("iuran: the book of record of a contributory social-security scheme", "iuran");
  app.fallthrough();
  app.require_subcommand(0, 1);  // behind the command, words are words
  app.footer(kFooter);
  app.set_help_flag("-h,--help", "Explain the program or the command, and exit");
  app.set_version_flag("--version", "iuran " IURAN_VERSION, "Say which version this is, and exit");
  app.add_option("--ledger", program.ledger_option,
                 "The ledger's folder (default: $IURAN_LEDGER, else ./iuran-data)")
      ->type_name("DIR");
  app.add_flag_callback(
      "--verbose", [] { spdlog::default_logger()->set_level(spdlog::level::debug); },
      "Say more on standard error");
  RegisterCommands(app, program);
  RegisterHelp(app, program);
  RefuseEmptyValues(app);

  const auto begun = std::chrono::steady_clock::now();
  int exit_code = Parse(app, program, argc, argv);
  if (auto finished = out.Finish(); !finished && exit_code <= kDoneWithDifferences) {
    program.Finish(tl::unexpected<Error>(finished.error()));
    exit_code = program.exit_code();
  }
  const auto taken = std::chrono::steady_clock::now() - begun;
  spdlog::debug("done after {} ms, exit code {}",
                std::chrono::duration_cast<std::chrono::milliseconds>(taken).count(), exit_code);
  spdlog::drop_all();
  return exit_code;
}

}  // namespace iuran::tools
