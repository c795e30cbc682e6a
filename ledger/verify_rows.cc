// Comparing the rows of book and vault with what the events bring. See verify_rows.h.
#include "ledger/verify_rows.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "events/codec.h"
#include "ledger/vault.h"

namespace iuran::ledger {
namespace {

constexpr size_t kPeopleAtOnce = 16384;  // whose rows are held to be opened by all threads

// A row of the book in words, and the stream that its first event stands in.
struct Words {
  std::string row;
  std::string stream;
};
Words WordsOf(std::string_view key) {
  if (key == kMemberCountRow) return {"number of members", ""};
  if (key == kSchemesRow) return {"schemes enacted", ""};
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
    } else if (!std::binary_search(derived_.changes.begin(), derived_.changes.end(),
                                   known.position.value)) {
      faults_.Add(known.position.value,
                  fmt::format("The book's row of key {} leads to position {}, and no change or "
                              "exit stands there.",
                              key.substr(2), known.position.value));
    }
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

// The people in the vault; opened on several threads where the master key is at hand.
class VaultCheck {
 public:
  VaultCheck(DerivedRows& derived, std::vector<Vault> vaults, LedgerReport& report,
             log::Faults& faults)
      : derived_(derived), vaults_(std::move(vaults)), report_(report), faults_(faults) {
    for (const std::string& member : derived_.forgotten_people) {
      if (DerivedRows::Person* person = derived_.people.Find(member)) person->forgotten = true;
    }
  }

  void Row(std::string_view key, std::string_view value) {
    if (key.starts_with("person/")) return Person(key.substr(7), value);
    if (key.starts_with("nik/")) return NikOwners(value);
    if (key == Vault::kCheckKey) {
      has_check_ = true;
      if (!vaults_.empty() && value != vaults_.front().CheckValue()) {
        faults_.Add(
            "The master key at hand is not this ledger's, or the vault's row that tells so was "
            "changed; sealed personal data were not opened.");
        vaults_.clear();
      }
      return;
    }
    faults_.Add("The vault has a row of no known kind.");
  }

  void End() {
    OpenSealed();
    if (!has_check_) faults_.Add("The vault's row that tells its master key is missing.");
    for (const auto& [member, person] : derived_.people.entries()) {
      if (person.seen || person.forgotten) continue;
      faults_.Add(
          person.enrolled_at.value,
          fmt::format("The personal data of member {}, enrolled at position {}, are missing "
                      "from the vault, and the member was not forgotten.",
                      member, person.enrolled_at.value));
    }
  }

 private:
  struct Sealed {
    std::string member;
    std::string row;
    const DerivedRows::Person* person;
  };

  void Person(std::string_view member, std::string_view row) {
    ++report_.people;
    DerivedRows::Person* const person = derived_.people.Find(member);
    if (person == nullptr) {
      faults_.Add(fmt::format("The vault has personal data of {}, whom no event enrolled with any.",
                              member));
      return;
    }
    person->seen = true;
    if (person->forgotten) {
      faults_.Add(
          person->enrolled_at.value,
          fmt::format("The vault still has personal data of member {}, enrolled at position "
                      "{} and forgotten since. 'iuran forget' erases them.",
                      member, person->enrolled_at.value));
    } else if (!vaults_.empty()) {
      sealed_.push_back({std::string(member), std::string(row), person});
      if (sealed_.size() == kPeopleAtOnce) OpenSealed();
    }
  }

  // A member forgotten whose row could not be opened any more may still be named.
  void NikOwners(std::string_view owners) {
    for (size_t begin = 0; begin <= owners.size();) {
      const size_t end = std::min(owners.find('\n', begin), owners.size());
      if (derived_.people.Find(owners.substr(begin, end - begin)) == nullptr) {
        faults_.Add("The vault has a NIK of somebody whom no event enrolled with personal data.");
      }
      begin = end + 1;
    }
  }

  void OpenSealed() {
    std::vector<std::thread> threads;
    std::atomic<uint64_t> opened{0};
    const auto open = [&](size_t thread) {
      for (size_t i = thread; i < sealed_.size(); i += vaults_.size()) {
        const Sealed& sealed = sealed_[i];
        const auto data =
            vaults_[thread].Open(MemberId(sealed.member), sealed.row, sealed.person->commitment);
        if (data) {
          ++opened;
          continue;
        }
        faults_.Add(sealed.person->enrolled_at.value,
                    fmt::format("Enrolled at position {}: {}", sealed.person->enrolled_at.value,
                                data.error().message));
      }
    };
    for (size_t i = 1; i < vaults_.size(); ++i) threads.emplace_back(open, i);
    if (!vaults_.empty()) open(0);
    for (std::thread& thread : threads) thread.join();
    report_.opened += opened;
    sealed_.clear();
  }

  DerivedRows& derived_;
  std::vector<Vault> vaults_;  // the same one, one a thread
  LedgerReport& report_;
  log::Faults& faults_;
  std::vector<Sealed> sealed_;
  bool has_check_ = false;
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

void CompareVault(const log::EventLog& log, DerivedRows& derived, const VerifyOptions& options,
                  LedgerReport& report, log::Faults& faults) {
  std::vector<Vault> vaults;
  for (unsigned i = 0; i < options.threads && !options.master_key.empty(); ++i) {
    auto vault = Vault::Open(options.master_key);
    if (!vault) {
      faults.Add(vault.error().message);
      break;
    }
    vaults.push_back(*std::move(vault));
  }
  VaultCheck check(derived, std::move(vaults), report, faults);
  const auto visited =
      log.VisitRows(log::Table::kVault,
                    [&](std::string_view key, std::string_view value) { check.Row(key, value); });
  if (!visited) {
    faults.Add("The vault cannot be read to its end. " + visited.error().message);
  } else {
    check.End();
  }
}

}  // namespace iuran::ledger
