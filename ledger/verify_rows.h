// Comparing the rows of book and vault with what the events bring. Parts of verify_ledger.cc.
#pragma once

#include <algorithm>
#include <vector>

#include "ledger/derived_book.h"
#include "ledger/verify_ledger.h"

namespace iuran::ledger {

// What events say of the rows beside them. Several may share the events, and are merged then.
class DerivedRows {
 public:
  void Note(const Event& event) {
    book.Note(event);
    if (const auto* enrolled = std::get_if<MemberEnrolled>(&event.body)) {
      if (!enrolled->personal_data_commitment) return;
      people[enrolled->member.text()] = {event.envelope.position,
                                         *enrolled->personal_data_commitment};
    } else if (const auto* forgotten = std::get_if<PersonForgotten>(&event.body)) {
      forgotten_people.push_back(forgotten->member.text());
    } else if (std::holds_alternative<AttributeChanged>(event.body) ||
               std::holds_alternative<MemberExited>(event.body)) {
      changes.push_back(event.envelope.position.value);
    }
  }
  void Merge(const DerivedRows& other) {
    book.Merge(other.book);
    for (const auto& [member, person] : other.people.entries()) people[member] = person;
    forgotten_people.insert(forgotten_people.end(), other.forgotten_people.begin(),
                            other.forgotten_people.end());
    changes.insert(changes.end(), other.changes.begin(), other.changes.end());
  }

  struct Person {
    Position enrolled_at;
    Digest commitment{};
    bool forgotten = false;
    bool seen = false;  // in the vault
  };
  DerivedBook book;
  FlatMap<Person> people;  // those enrolled with personal data
  std::vector<std::string> forgotten_people;
  std::vector<uint64_t> changes;  // positions of changes and exits
};

void CompareBook(const log::EventLog& log, DerivedRows& derived, LedgerReport& report,
                 log::Faults& faults);
void CompareVault(const log::EventLog& log, DerivedRows& derived, const VerifyOptions& options,
                  LedgerReport& report, log::Faults& faults);

}  // namespace iuran::ledger
