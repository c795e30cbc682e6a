// Comparing the rows of book and vault with what the events bring. Parts of verify_ledger.cc.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ledger/derived_book.h"
#include "ledger/verify_ledger.h"

namespace iuran::ledger {

// What events say of the rows beside them. Several may share the events, and are merged then.
class DerivedRows {
 public:
  // `digest` is that of the request it was recorded from.
  void Note(const Event& event, const rules::RequestDigest& digest) {
    book.Note(event);
    const uint64_t position = event.envelope.position.value;
    if (const auto* enrolled = std::get_if<MemberEnrolled>(&event.body)) {
      if (!enrolled->personal_data_commitment) return;
      people[enrolled->member.text()] = {event.envelope.position,
                                         *enrolled->personal_data_commitment};
    } else if (const auto* corrected = std::get_if<PersonalDataCorrected>(&event.body)) {
      corrections.push_back({position, corrected->member.text(), corrected->commitment});
    } else if (const auto* forgotten = std::get_if<PersonForgotten>(&event.body)) {
      forgotten_people.push_back({forgotten->member.text(), position});
    } else if (std::holds_alternative<AttributeChanged>(event.body) ||
               std::holds_alternative<MemberExited>(event.body)) {
      changes.emplace_back(position, digest);
    }
  }
  void Merge(const DerivedRows& other) {
    book.Merge(other.book);
    for (const auto& [member, person] : other.people.entries()) people[member] = person;
    forgotten_people.insert(forgotten_people.end(), other.forgotten_people.begin(),
                            other.forgotten_people.end());
    corrections.insert(corrections.end(), other.corrections.begin(), other.corrections.end());
    changes.insert(changes.end(), other.changes.begin(), other.changes.end());
  }

  struct Person {
    static constexpr uint32_t kNoNik = UINT32_MAX;  // none, or it is not known
    Position said_at;                               // at the enrolment, or corrected last
    Digest commitment{};
    bool forgotten = false;
    bool none = false;          // corrected to none
    bool seen = false;          // in the vault
    bool opened = false;        // there, so that the NIK is known
    uint32_t nik_row = kNoNik;  // of the vault's rows of NIKs, in order
  };
  struct Correction {
    uint64_t position;
    std::string member;
    std::optional<Digest> commitment;
  };
  DerivedBook book;
  std::vector<Correction> corrections;  // of personal data
  FlatMap<Person> people;               // those enrolled with personal data
  std::vector<std::pair<std::string, uint64_t>> forgotten_people;  // and where that was recorded
  // Changes and exits: their positions and what was asked for.
  std::vector<std::pair<uint64_t, rules::RequestDigest>> changes;
};

void CompareBook(const log::EventLog& log, DerivedRows& derived, LedgerReport& report,
                 log::Faults& faults);
void CompareVault(const log::EventLog& log, DerivedRows& derived, const VerifyOptions& options,
                  LedgerReport& report, log::Faults& faults);

}  // namespace iuran::ledger
