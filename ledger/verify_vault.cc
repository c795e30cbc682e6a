// Comparing the rows of the vault with the people whom the events tell of. See verify_rows.h.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>

#include "ledger/rules/personal.h"
#include "ledger/vault.h"
#include "ledger/verify_rows.h"

namespace iuran::ledger {
namespace {

constexpr size_t kPeopleAtOnce = 16384;  // whose rows are held to be opened by all threads

using Person = DerivedRows::Person;

// The rows of NIKs, against the NIKs of those people whose data were opened. Nobody knows the NIKs
// of the others: those forgotten since, those that were corrected, and those whose data are missing
// or damaged. Any of them may have had a place in a row, and a row has few.
class NikCheck {
 public:
  NikCheck(DerivedRows& derived, log::Faults& faults) : derived_(derived), faults_(faults) {}

  // Data said at `from` were replaced at `to`, and nobody knows which NIK they had.
  void Replaced(Position from, Position to) { replaced_.emplace_back(from.value, to.value); }

  // In order of their keys, before anybody is opened.
  void Row(std::string_view key, std::string_view owners) { rows_.emplace_back(key, owners); }

  // What a member's NIK must be found under. From any thread, each member once.
  void Opened(const std::string& member, Person& person, const std::string& nik_key) {
    person.opened = true;
    if (nik_key.empty()) return;
    const auto row =
        std::lower_bound(rows_.begin(), rows_.end(), nik_key,
                         [](const auto& a, const std::string& b) { return a.first < b; });
    if (row != rows_.end() && row->first == nik_key) {
      person.nik_row = static_cast<uint32_t>(row - rows_.begin());
      return;
    }
    const std::lock_guard guard(mutex_);
    without_row_.push_back({nik_key, person.said_at.value, member});
  }

  // `all_known`: whether sealed data were opened at all.
  void End(bool all_known) {
    if (all_known) NoteUnknown();
    std::vector<const Entry*> entries;
    if (all_known) {
      for (const Entry& entry : derived_.people.entries()) {
        if (entry.value.nik_row != Person::kNoNik) entries.push_back(&entry);
      }
    }
    std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) {
      return std::pair(a->value.nik_row, a->value.said_at.value) <
             std::pair(b->value.nik_row, b->value.said_at.value);
    });
    auto next = entries.begin();
    for (uint32_t row = 0; row < rows_.size(); ++row) {
      const std::vector<uint64_t> named = NamedIn(row);
      size_t missing = 0;
      for (; next != entries.end() && (*next)->value.nik_row == row; ++next) {
        CheckNamed((*next)->key, (*next)->value.said_at.value, named, missing);
      }
    }
    std::sort(without_row_.begin(), without_row_.end());
    size_t missing = 0;
    for (size_t i = 0; i < without_row_.size(); ++i) {
      const WithoutRow& one = without_row_[i];
      if (i > 0 && without_row_[i - 1].nik_key != one.nik_key) missing = 0;
      CheckNamed(one.member, one.said_at, {}, missing);
    }
  }

 private:
  using Entry = FlatMap<Person>::Entry;
  struct WithoutRow {
    std::string nik_key;
    uint64_t said_at;
    std::string member;
    friend auto operator<=>(const WithoutRow&, const WithoutRow&) = default;
  };

  void NoteUnknown() {
    for (const Entry& entry : derived_.people.entries()) {
      const Person& person = entry.value;
      if (!person.opened && !person.none) unknown_from_.push_back(person.said_at.value);
    }
    for (const auto& [member, position] : derived_.forgotten_people) {
      const Person* const person = derived_.people.Find(member);
      if (person != nullptr && !person->none) unknown_to_.push_back(position);
    }
    for (const auto& [from, to] : replaced_) {
      unknown_from_.push_back(from);
      unknown_to_.push_back(to);
    }
    std::sort(unknown_from_.begin(), unknown_from_.end());
    std::sort(unknown_to_.begin(), unknown_to_.end());
  }
  // How many people whose NIK is not known there were when the event of a position was recorded.
  size_t UnknownAt(uint64_t position) const {
    const auto before = [position](const std::vector<uint64_t>& all) {
      return static_cast<size_t>(std::lower_bound(all.begin(), all.end(), position) - all.begin());
    };
    return before(unknown_from_) - before(unknown_to_);
  }

  // Where the data of those named in a row were said. A member forgotten whose data could not be
  // opened any more may still be named.
  std::vector<uint64_t> NamedIn(uint32_t row) {
    std::vector<uint64_t> named;
    const std::string_view owners = rows_[row].second;
    for (size_t begin = 0; begin <= owners.size();) {
      const size_t end = std::min(owners.find('\n', begin), owners.size());
      const std::string_view member = owners.substr(begin, end - begin);
      begin = end + 1;
      const Person* const person = derived_.people.Find(member);
      if (person == nullptr) {
        faults_.Add("The vault has a NIK of somebody whom no event enrolled with personal data.");
        continue;
      }
      const uint64_t said_at = person->said_at.value;
      if (person->opened && person->nik_row != row) {
        faults_.Add(said_at, fmt::format("The vault names member {}, whose data were said at "
                                         "position {}, under a NIK that is another's.",
                                         member, said_at));
        continue;
      }
      named.push_back(said_at);
    }
    if (!std::is_sorted(named.begin(), named.end()) ||
        std::adjacent_find(named.begin(), named.end()) != named.end()) {
      faults_.Add(named.front(),
                  fmt::format("The vault's row of the NIK that was said at position {} does not "
                              "name those who have it in the order in which they said it.",
                              named.front()));
    }
    std::sort(named.begin(), named.end());
    return named;
  }

  // A member whose row was full when the event was recorded is not named in it. `missing`: of those
  // before, how many should be in the row and are not.
  void CheckNamed(const std::string& member, uint64_t said_at, const std::vector<uint64_t>& named,
                  size_t& missing) {
    const auto place = std::lower_bound(named.begin(), named.end(), said_at);
    if (place != named.end() && *place == said_at) return;
    const auto before = static_cast<size_t>(place - named.begin());
    if (before + missing + UnknownAt(said_at) >= kMostNikOwners) return;
    ++missing;
    faults_.Add(said_at, fmt::format("The vault does not name member {}, whose data were said "
                                     "at position {}, under the NIK that the member has.",
                                     member, said_at));
  }

  DerivedRows& derived_;
  log::Faults& faults_;
  std::vector<std::pair<std::string, std::string>> rows_;  // key and owners
  std::mutex mutex_;
  std::vector<WithoutRow> without_row_;
  // Positions from and to which people were there whose NIK is not known; of data replaced, pairs.
  std::vector<std::pair<uint64_t, uint64_t>> replaced_;
  std::vector<uint64_t> unknown_from_, unknown_to_;
};

// The people in the vault; opened on several threads where the master key is at hand.
class VaultCheck {
 public:
  VaultCheck(DerivedRows& derived, std::vector<Vault> vaults, LedgerReport& report,
             log::Faults& faults)
      : derived_(derived),
        vaults_(std::move(vaults)),
        report_(report),
        faults_(faults),
        niks_(derived, faults) {
    std::sort(derived_.corrections.begin(), derived_.corrections.end(),
              [](const auto& a, const auto& b) { return a.position < b.position; });
    for (const auto& [position, member, commitment] : derived_.corrections) {
      Person& person = derived_.people[member];
      if (person.commitment != Digest()) niks_.Replaced(person.said_at, Position{position});
      person = {Position{position}, commitment.value_or(Digest())};
      person.none = !commitment;
    }
    for (const auto& [member, position] : derived_.forgotten_people) {
      if (Person* person = derived_.people.Find(member)) person->forgotten = true;
    }
  }

  void Row(std::string_view key, std::string_view value) {
    if (key.starts_with("person/")) return Take(key.substr(7), value);
    if (key.starts_with("nik/")) return niks_.Row(key, value);
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
      if (person.seen || person.forgotten || person.none) continue;
      faults_.Add(
          person.said_at.value,
          fmt::format("The personal data of member {}, said at position {}, are missing from the "
                      "vault, and the member was not forgotten. {}",
                      member, person.said_at.value, rules::kMissingDataAdvice));
    }
    niks_.End(!vaults_.empty());
  }

 private:
  struct Sealed {
    std::string member;
    std::string row;
    Person* person;
  };

  void Take(std::string_view member, std::string_view row) {
    ++report_.people;
    Person* const person = derived_.people.Find(member);
    if (person == nullptr) {
      faults_.Add(fmt::format("The vault has personal data of {}, whom no event enrolled with any.",
                              member));
      return;
    }
    person->seen = true;
    if (person->forgotten) {
      faults_.Add(
          person->said_at.value,
          fmt::format("The vault still has personal data of member {}, said at position {} and "
                      "forgotten since. 'iuran forget' erases them.",
                      member, person->said_at.value));
    } else if (person->none) {
      faults_.Add(person->said_at.value,
                  fmt::format("The vault has personal data of member {}, and they were corrected "
                              "to none at position {}.",
                              member, person->said_at.value));
    } else if (!vaults_.empty()) {
      sealed_.push_back({std::string(member), std::string(row), person});
      if (sealed_.size() == kPeopleAtOnce) OpenSealed();
    }
  }

  void Open(const Vault& vault, const Sealed& sealed) {
    const auto data = vault.Open(MemberId(sealed.member), sealed.row, sealed.person->commitment);
    if (data) {
      niks_.Opened(sealed.member, *sealed.person,
                   data->nik.empty() ? std::string() : vault.NikKey(data->nik));
      return;
    }
    faults_.Add(
        sealed.person->said_at.value,
        fmt::format("Said at position {}: {}", sealed.person->said_at.value, data.error().message));
  }

  void OpenSealed() {
    std::vector<std::thread> threads;
    const auto open = [this](size_t thread) {
      for (size_t i = thread; i < sealed_.size(); i += vaults_.size()) {
        Open(vaults_[thread], sealed_[i]);
      }
    };
    for (size_t i = 1; i < vaults_.size(); ++i) threads.emplace_back(open, i);
    if (!vaults_.empty()) open(0);
    for (std::thread& thread : threads) thread.join();
    for (const Sealed& sealed : sealed_) report_.opened += sealed.person->opened ? 1 : 0;
    sealed_.clear();
  }

  DerivedRows& derived_;
  std::vector<Vault> vaults_;  // the same one, one a thread
  LedgerReport& report_;
  log::Faults& faults_;
  NikCheck niks_;
  std::vector<Sealed> sealed_;
  bool has_check_ = false;
};

}  // namespace

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
