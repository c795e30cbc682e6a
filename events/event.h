// The catalogue of facts, as values. events/schema.capnp is the same catalogue as stored bytes;
// events/codec.h turns one into the other and nothing else sees the generated code.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/calendar.h"
#include "events/ids.h"
#include "events/money.h"

namespace iuran::events {

using Digest = std::array<uint8_t, 32>;  // SHA-256

enum class GroupKind : uint8_t { kEmployer, kCooperative, kCongregation, kDonor, kAgency };
enum class Sector : uint8_t { kOther, kTransport };
enum class Payer : uint8_t { kSelf, kState };
enum class Purpose : uint8_t { kContribution, kPenalty };
enum class Program : uint8_t { kJkk, kJkm, kJht, kJp };

inline constexpr std::array kAllPrograms = {Program::kJkk, Program::kJkm, Program::kJht,
                                            Program::kJp};

// A set of programmes. Printed in the order JKK+JKM+JHT+JP, whatever the order read.
class ProgramSet {
 public:
  constexpr ProgramSet() = default;
  static constexpr ProgramSet FromBits(uint8_t bits) { return ProgramSet(bits); }
  constexpr uint8_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool Has(Program program) const { return (bits_ & Bit(program)) != 0; }
  constexpr void Add(Program program) { bits_ = static_cast<uint8_t>(bits_ | Bit(program)); }
  friend constexpr bool operator==(ProgramSet, ProgramSet) = default;

 private:
  explicit constexpr ProgramSet(uint8_t bits) : bits_(bits) {}
  static constexpr uint8_t Bit(Program program) {
    return static_cast<uint8_t>(1u << static_cast<unsigned>(program));
  }
  uint8_t bits_ = 0;
};

// The words of rulebook 1 for the closed lists; Parse fails with what would be valid.
std::string_view Name(GroupKind kind);
std::string_view Name(Sector sector);
std::string_view Name(Payer payer);
std::string_view Name(Purpose purpose);
std::string_view Name(Program program);
std::string ToString(ProgramSet programs);
Result<GroupKind> ParseGroupKind(std::string_view text);
Result<Sector> ParseSector(std::string_view text);
Result<Payer> ParsePayer(std::string_view text);
Result<Purpose> ParsePurpose(std::string_view text);
Result<ProgramSet> ParseProgramSet(std::string_view text);

// ---- Facts ----------------------------------------------------------------------------------

// The ledger began: always position 0.
struct LedgerOpened {
  std::string time_zone;  // IANA name; "today" of the ledger is the civil day there
  std::string currency;   // ISO 4217, "IDR"
  // What verifies the log's checkpoints: a key of C2SP signed-note, whose name is the log's origin.
  // Empty in records before version 2.
  std::string verifier_key;
  friend bool operator==(const LedgerOpened&, const LedgerOpened&) = default;
};

// A scheme document came into force for its contribution months, from this position on.
struct SchemeEnacted {
  SchemeId scheme;
  std::string document;  // the whole document as JSON text, with the legal source of each row
  friend bool operator==(const SchemeEnacted&, const SchemeEnacted&) = default;
};

struct GroupRegistered {
  GroupId group;
  GroupKind kind = GroupKind::kCooperative;
  std::string name;
  std::string region;
  std::optional<uint8_t> risk;  // JKK risk class 1-5 (PP 44/2015 Lampiran I)
  friend bool operator==(const GroupRegistered&, const GroupRegistered&) = default;
};

// What holds for a member from a month on.
struct Attributes {
  GroupId group;  // empty: none
  std::string region;
  Money income;  // declared income or wage, a month
  Sector sector = Sector::kOther;
  Payer payer = Payer::kSelf;
  ProgramSet programs;
  friend bool operator==(const Attributes&, const Attributes&) = default;
};

struct MemberEnrolled {
  MemberId member;
  MemberNumber number;
  SchemeId scheme;
  Month from;
  Attributes attributes;
  // SHA-256 commitment to the personal data in the vault; absent where none was given.
  std::optional<Digest> personal_data_commitment;
  friend bool operator==(const MemberEnrolled&, const MemberEnrolled&) = default;
};

enum class Attribute : uint8_t { kIncome, kPrograms, kSector, kPayer, kGroup, kRegion };
std::string_view Name(Attribute attribute);

using AttributeValue = std::variant<Money, ProgramSet, Sector, Payer, GroupId, std::string>;
// The word of rulebook 1 for a value, as a row of changes.csv would write it.
std::string ToString(const AttributeValue& value);

struct AttributeChanged {
  MemberId member;
  MemberNumber number;
  Attribute attribute = Attribute::kIncome;
  Month from;            // the first month it holds
  AttributeValue value;  // of the attribute's alternative, in the order of the enum
  std::string reason = {};  // of a correction; may be empty
  friend bool operator==(const AttributeChanged&, const AttributeChanged&) = default;
};

// The member left; `last_day` empty withdraws the exit recorded before.
struct MemberExited {
  MemberId member;
  MemberNumber number;
  std::optional<Day> last_day;
  std::string reason = {};  // of a correction; may be empty
  friend bool operator==(const MemberExited&, const MemberExited&) = default;
};

struct RemittanceReceived {
  RemittanceId remittance;
  Day received_on;
  std::string account;
  Money amount;
  std::string payer;  // a group or member
  std::string channel;
  std::string bank_reference;
  uint32_t list_count = 0;  // what the sender says of the list of its payments; 0: nothing
  Money list_total = {};    // 0: nothing is said
  friend bool operator==(const RemittanceReceived&, const RemittanceReceived&) = default;
};

struct PaymentReceived {
  PaymentId payment;
  MemberId member;
  MemberNumber number;
  Day paid_on;
  Money amount;
  RemittanceId remittance;  // empty: none
  Purpose purpose = Purpose::kContribution;
  std::string channel;
  friend bool operator==(const PaymentReceived&, const PaymentReceived&) = default;
};

struct PaymentReversed {
  PaymentId payment;
  MemberId member;
  MemberNumber number;
  Day reversed_on;
  std::string reason;
  // The payment's own event is the envelope's `corrects`.
  friend bool operator==(const PaymentReversed&, const PaymentReversed&) = default;
};

// The key to a person's data was destroyed. Figures and proofs stay.
struct PersonForgotten {
  MemberId member;
  MemberNumber number;
  std::string reason;
  friend bool operator==(const PersonForgotten&, const PersonForgotten&) = default;
};

// Acknowledged events from this position on are lost, and somebody answers for going on.
struct EventsLost {
  uint64_t acknowledged = 0;   // how many there were; 0: nobody knows
  std::optional<Digest> root;  // of the tree over them, where their number is known
  std::string reason;
  friend bool operator==(const EventsLost&, const EventsLost&) = default;
};

// The vault holds other data of the person from here on. `corrects` is the enrolment, or the
// correction before.
struct PersonalDataCorrected {
  MemberId member;
  MemberNumber number;
  std::optional<Digest> commitment;  // as that of an enrolment; absent: none is held any more
  std::string reason;
  friend bool operator==(const PersonalDataCorrected&, const PersonalDataCorrected&) = default;
};

// Credit of a member was paid out again; its place among the payments is (refunded_on, position).
struct CreditRefunded {
  RefundId refund;
  MemberId member;
  MemberNumber number;
  Day refunded_on;
  Money amount;
  std::string account;  // the bank account it was paid from
  std::string reason;
  friend bool operator==(const CreditRefunded&, const CreditRefunded&) = default;
};

// A penalty, or a part of one, need not be paid. No money moves.
struct PenaltyWaived {
  WaiverId waiver;
  MemberId member;
  MemberNumber number;
  Day waived_on;
  Money amount;
  std::string reason;
  friend bool operator==(const PenaltyWaived&, const PenaltyWaived&) = default;
};

// Money that a remittance held beyond its payments went back to the payer.
struct RemittanceReturned {
  ReturnId returned;
  RemittanceId remittance;
  Day returned_on;
  Money amount;
  std::string account;  // the bank account it was paid from
  std::string reason;
  friend bool operator==(const RemittanceReturned&, const RemittanceReturned&) = default;
};

// A list of payments did not add up: none of it was recorded, and the money stays unallocated. The
// envelope's source names the file.
struct PaymentListHeld {
  RemittanceId remittance;
  uint32_t payments = 0;  // how many rows the list has
  Money total;            // of those that could be read
  std::string problem;    // what does not add up, as a sentence
  friend bool operator==(const PaymentListHeld&, const PaymentListHeld&) = default;
};

// What a closing pins: sums over all members, and the trial balance by kind of account (positive =
// debit), which sums to zero.
struct MonthTotals {
  uint32_t members = 0;
  Money assessed, paid, settled, credit, arrears, penalty;
  Money bank, collections, receivable, income, liabilities_to_members, unallocated;
  friend bool operator==(const MonthTotals&, const MonthTotals&) = default;
};

// The figures of a month on its last day, as known when the log had `known` events.
struct MonthClosed {
  Month month;
  uint64_t known = 0;
  MonthTotals totals;
  Digest root{};     // of the tree over those events
  Digest figures{};  // over the figures of all members (projections/closing.h)
  friend bool operator==(const MonthClosed&, const MonthClosed&) = default;
};

// What two people must agree on.
using ProposedFact = std::variant<PaymentReversed, CreditRefunded, PenaltyWaived,
                                  RemittanceReturned, MonthClosed, SchemeEnacted>;

// Somebody asks for it. It changes nothing until another person approves it, with an event of its
// own whose envelope names this one.
struct ChangeProposed {
  std::string id;     // "reversal/P-1", "refund/RF-1", "closing/2026-08", ...
  ProposedFact fact;  // as it would be recorded now
  friend bool operator==(const ChangeProposed&, const ChangeProposed&) = default;
};

// A proposal came to nothing; the envelope's `corrects` is its position.
struct ProposalDeclined {
  std::string id;
  std::string reason;
  friend bool operator==(const ProposalDeclined&, const ProposalDeclined&) = default;
};

using Body = std::variant<LedgerOpened, SchemeEnacted, GroupRegistered, MemberEnrolled,
                          AttributeChanged, MemberExited, RemittanceReceived, PaymentReceived,
                          PaymentReversed, PersonForgotten, EventsLost, PersonalDataCorrected,
                          CreditRefunded, PenaltyWaived, RemittanceReturned, PaymentListHeld,
                          MonthClosed, ChangeProposed, ProposalDeclined>;

// "payment_received", ...: the name of a fact in reports and in `--type`.
std::string_view TypeName(const Body& body);
// The version of the catalogue that brought the fact (events/schema.capnp).
uint16_t FirstVersionOf(const Body& body);
// Every name there is, in the order of Body.
std::vector<std::string_view> TypeNames();
// The stream a fact belongs to, which follows from the fact alone: "ledger", "scheme/S", "group/G",
// "remittance/R", "closing", "proposal/ID", or "member/M" for everything that happens to a member,
// payments included.
std::string StreamOf(const Body& body);

// Where an event came from: a channel ("import", "init", "cli"), and the file's digest and line
// (in the event of an enrolment with personal data a keyed one, see events/schema.capnp).
struct Source {
  std::string channel;
  std::optional<Digest> file_digest;
  uint32_t line = 0;  // 1-based physical line of the file where the row begins; 0: no file
  friend bool operator==(const Source&, const Source&) = default;
};

// What stands around every fact. Complete from the first day: what is written once can never be
// unwritten.
struct Envelope {
  Position position;
  std::string stream;           // StreamOf(body)
  uint32_t stream_version = 0;  // number of the event in its stream, from 0
  Time recorded_at;             // stamped in one place, by the ledger; never decreases
  Day day;                      // the business day it holds for
  std::string author;
  Source source;
  std::string idempotency_key;       // unique for ever
  std::optional<Position> corrects;  // the event it corrects or answers
  std::string approver;              // who agreed, where two people must; empty: nobody had to
  std::optional<Position> proposal;  // the proposal that it carries out
  std::optional<Month> adjusts;      // the open month, where `day` lies in one that was closed
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

struct Event {
  Envelope envelope;
  Body body;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace iuran::events
