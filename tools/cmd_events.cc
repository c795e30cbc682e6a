// iuran events: the log as JSON Lines, one event a line.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "events/codec.h"
#include "tools/asked.h"
#include "tools/commands.h"
#include "tools/event_text.h"
#include "tools/program.h"

namespace iuran::tools {
namespace {

struct EventsOptions {
  std::string from;
  std::string to;  // inclusive
  std::string stream;
  std::string type;
};

class EventPrinter {
 public:
  EventPrinter(Output& out, const std::string& type) : out_(out), type_(type) {}

  void Print(const events::Event& event) {
    if (!type_.empty() && events::TypeName(event.body) != type_) return;
    line_.clear();
    json_.Restart();
    WriteEvent(json_, event);
    line_ += '\n';
    out_.Write(line_);
  }

 private:
  Output& out_;
  const std::string& type_;
  std::string line_;
  JsonWriter json_{line_};
};

Result<void> PrintRange(const ledger::Ledger& ledger, Output& out, uint64_t from, uint64_t end,
                        EventPrinter& printer) {
  IURAN_ASSIGN(const auto cursor, ledger.log().Scan(from, end));
  while (out.wanted()) {
    IURAN_ASSIGN(const bool more, cursor->NextPage());
    if (!more) break;
    for (size_t i = 0; i < cursor->count() && out.wanted(); ++i) {
      IURAN_ASSIGN(const events::Event event, events::Decode(cursor->record(i)));
      printer.Print(event);
    }
  }
  return {};
}

Result<int> Events(Program& program, const EventsOptions& asked) {
  const std::vector<std::string_view> types = events::TypeNames();
  if (!asked.type.empty() && std::find(types.begin(), types.end(), asked.type) == types.end()) {
    return Fail(ErrorCode::kUsage, fmt::format("--type: there is no '{}'. The types are {}.",
                                               asked.type, fmt::join(types, ", ")));
  }
  uint64_t from = 0;
  std::optional<uint64_t> to;
  if (!asked.from.empty()) {
    IURAN_ASSIGN(const events::Position first, ReadPosition("--from", asked.from));
    from = first.value;
  }
  if (!asked.to.empty()) {
    IURAN_ASSIGN(const events::Position last, ReadPosition("--to", asked.to));
    to = last.value;
  }
  if (to && *to < from) {
    return Fail(ErrorCode::kUsage, fmt::format("--to {} lies before --from {}.", *to, from));
  }
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("events", log::Access::kRead));
  const uint64_t head = ledger->head().value;
  const uint64_t end = to && *to < head ? *to + 1 : head;
  EventPrinter printer(program.out(), asked.type);
  if (asked.stream.empty()) {
    IURAN_TRY(PrintRange(*ledger, program.out(), from, end, printer));
    return kDone;
  }
  IURAN_ASSIGN(const std::vector<events::Event> stream, ledger->ReadStream(asked.stream));
  if (stream.empty()) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("There is no stream '{}'. Streams are named member/M-1, group/G, "
                            "remittance/R-1, scheme/bpu and ledger.",
                            asked.stream));
  }
  for (const events::Event& event : stream) {
    const uint64_t position = event.envelope.position.value;
    if (position >= from && position < end) printer.Print(event);
  }
  return kDone;
}

}  // namespace

void RegisterEvents(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("events", "Prints the log as JSON Lines, one event a line");
  auto asked = std::make_shared<EventsOptions>();
  command->add_option("--from", asked->from, "Only from this position on")->type_name("POSITION");
  command->add_option("--to", asked->to, "Only up to and with this position")
      ->type_name("POSITION");
  command
      ->add_option("--stream", asked->stream,
                   "Only this stream: member/M-1, group/G, remittance/R-1, scheme/bpu or ledger")
      ->type_name("STREAM");
  command->add_option("--type", asked->type, "Only events of this type, such as payment_received")
      ->type_name("TYPE");
  AddExamples(*command,
              {"iuran events --stream member/KM-003", "iuran events --type payment_reversed",
               "iuran events --from 1000 --to 1999 | jq -r .data.amount"});
  command->callback([&program, asked] { program.Finish(Events(program, *asked)); });
}

}  // namespace iuran::tools
