// Comparing the rows of the book with what the events bring. See verify_rows.h.
#include "ledger/verify_rows.h"

#include <fmt/format.h>

#include "events/codec.h"
#include "ledger/digest.h"

namespace iuran::ledger {
namespace {

// A row of the book in words, and the stream that its first event stands in.
struct Words {
  std::string row;
  std::string stream;
};
Words WordsOf(std::string_view key) {
  if (key == kMemberCountRow) return {"number of members", ""};
  if (key == kSchemesRow) return {"schemes enacted", ""};
  if (key == kClosingRow) return {"the month closed last", "closing"};
  const std::string name(key.size() < 2 ? key : key.substr(2, key.find('\0') - 2));
  switch (key[0]) {
    case 'm':
      return {"member " + name, "member/" + name};
    case 'c':
      return {"a change of member " + name, "member/" + name};
    case 'x':
      return {"the exit of member " + name, "member/" + name};
    case 'g':
      return {"group " + name, "group/" + name};
    case 'r':
      return {"remittance " + name, "remittance/" + name};
    case 'w':
      return {"the corrected personal data of member " + name, "member/" + name};
    case 'p':
      return {"payment " + name + ", which was corrected", ""};
    case 'q':
      return {"proposal " + name, "proposal/" + name};
    default:
      return {"no known kind", ""};
  }
}

class BookCheck {
 public:
  BookCheck(const log::EventLog& log, DerivedRows& derived, log::Faults& faults)
      : log_(log), derived_(derived), faults_(faults) {
    std::sort(derived_.changes.begin(), derived_.changes.end());
  }

  // Rows come in order of their keys.
  void Row(std::string_view key, std::string_view value) {
    if (key.starts_with("k/")) return Alias(key, value);
    while (next_ != expected_.end() && next_->key < key) Missing();
    if (next_ == expected_.end() || next_->key != key) {
      return Tell(key, "The book has a row of {} that no event brings{}.");
    }
    if (next_->value != value) Tell(key, "The book's row of {} is not what the events bring{}.");
    ++next_;
  }

  bool Begin() {
    auto rows = derived_.book.Rows([this](Position position) -> Result<Event> {
      IURAN_ASSIGN(const std::vector<std::byte> bytes, log_.Read(position.value));
      return Decode(bytes);
    });
    if (!rows) {
      faults_.Add(rows.error().message);
      return false;
    }
    expected_ = *std::move(rows);
    next_ = expected_.begin();
    return true;
  }
  void End() {
    while (next_ != expected_.end()) Missing();
  }

 private:
  void Missing() {
    Tell(next_->key, "The book's row of {} is missing{}.");
    ++next_;
  }

  // An alias lets a row of a file be known that repeated a change: what it leads to is one.
  void Alias(std::string_view key, std::string_view value) {
    rules::KnownKey known;
    if (!DecodeRow(value, known)) {
      faults_.Add(fmt::format("The book's row of key {} cannot be read.", key.substr(2)));
      return;
    }
    const std::pair sought{known.position.value, known.digest};
    if (std::binary_search(derived_.changes.begin(), derived_.changes.end(), sought)) return;
    if (IsOfWhatHolds(known)) return;
    faults_.Add(known.position.value,
                fmt::format("The book's row of key {} leads to position {}, and nothing that asks "
                            "for the same stands there.",
                            key.substr(2), known.position.value));
  }

  // Whether the alias is of a correction that asked for what the event there says.
  bool IsOfWhatHolds(const rules::KnownKey& known) const {
    const auto record = log_.Read(known.position.value);
    if (!record) return false;
    const auto event = Decode(*record);
    if (!event) return false;
    const auto asks = [&](rules::Request request) { return DigestOf(request) == known.digest; };
    if (const auto* payment = std::get_if<PaymentReceived>(&event->body)) {
      return asks(rules::CorrectPayment{payment->payment, payment->paid_on, ""}) ||
             asks(rules::CorrectPayment{payment->payment, payment->member, ""});
    }
    if (const auto* enrolled = std::get_if<MemberEnrolled>(&event->body)) {
      return asks(rules::CorrectPerson{enrolled->member, {}, ""});
    }
    const auto* corrected = std::get_if<PersonalDataCorrected>(&event->body);
    return corrected != nullptr && asks(rules::CorrectPerson{corrected->member, {}, ""});
  }

  template <size_t n>
  void Tell(std::string_view key, const char (&sentence)[n]) {
    const Words words = WordsOf(key);
    uint64_t position = log::Fault::kNowhere;
    // Looking the position up is worth it for those that will be printed.
    if (!words.stream.empty() && faults_.count() < 1000) {
      const auto stream = log_.Stream(words.stream);
      if (stream && !stream->empty()) position = stream->front();
    }
    const std::string since = position == log::Fault::kNowhere
                                  ? std::string()
                                  : fmt::format(" (recorded from position {} on)", position);
    faults_.Add(position, fmt::format(fmt::runtime(sentence), words.row, since));
  }

  const log::EventLog& log_;
  DerivedRows& derived_;
  log::Faults& faults_;
  std::vector<BookRow> expected_;
  std::vector<BookRow>::const_iterator next_;
};

}  // namespace

void CompareBook(const log::EventLog& log, DerivedRows& derived, LedgerReport& report,
                 log::Faults& faults) {
  BookCheck check(log, derived, faults);
  if (!check.Begin()) return;
  const auto visited =
      log.VisitRows(log::Table::kBook, [&](std::string_view key, std::string_view value) {
        ++report.book_rows;
        check.Row(key, value);
      });
  if (!visited) {
    faults.Add("The book cannot be read to its end. " + visited.error().message);
  } else {
    check.End();
  }
}

}  // namespace iuran::ledger
