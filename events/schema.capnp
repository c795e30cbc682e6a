# The catalogue of facts: everything a ledger can ever say, as stored bytes.
#
# A record is one Event below, with one of the facts of facts.capnp, as a canonical single-segment
# Cap'n Proto message without a segment table. Its length is a multiple of 8 bytes. Canonical means:
# there is exactly one sequence of bytes for an event, so two programs that record the same thing record the same bytes; the bytes
# are what is hashed and proven, and nobody ever encodes a record a second time.
# (https://capnproto.org/encoding.html#canonicalization)
#
# Reading this file
#
#   amounts    Int64, sen (1/100 rupiah), more than 0, at most 10^15
#   days       Int32, days since 1970-01-01, within the years 1-9999
#   months     Int32, months since 0000-01, within the years 1-9999
#   times      Int64, microseconds since 1970-01-01T00:00:00Z
#   ids        Text of 1-64 printable ASCII characters without spaces at the ends
#   absent     the default value: an empty Text or Data, or the default named at the field. Such a
#              field takes no space behind the last field that is set.
#
# How the catalogue grows
#
# A log is kept for decades and read by programs of every age, so facts are only ever added:
#
#   - A new field takes the next free number of its struct, at the end. Its default must mean what
#     the records before it meant. Programs that do not know it read the record as if it were not
#     there, and keep its bytes: it must therefore never change the meaning of an older field. Where
#     it would, it is a new fact.
#   - A new fact takes the next free number of the union, and is added at its end. Programs that do
#     not know it refuse to read past it, and say that a newer program wrote it: a figure that
#     leaves out facts is wrong. The same holds for a new word of a closed list (enums, programme
#     bits, members of inner unions).
#   - Any such change raises `schemaVersion` by one. A value outside the lists of its own version is
#     damage; one of a later version is news.
#   - Numbers, types, defaults and meanings of fields never change, and nothing is removed. What is
#     no longer written is marked here as history, with the version it ended in.
#
# Versions
#
#   1  the first: eleven facts.
#   2  LedgerOpened.verifierKey.
#   3  Mistakes put right, two people, lists, closings: eight facts from PersonalDataCorrected on;
#      Event.approver, .proposal and .adjusts; AttributeChanged.reason; MemberExited.reason;
#      RemittanceReceived.listCount and .listTotal.
#
# No personal data stands here. Names, NIK, birth dates and phone numbers are sealed in the vault,
# which can forget; a record carries a salted commitment to them at most.

@0xd36f22fe24fd9e29;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("iuran::events::schema");

using Fact = import "facts.capnp";

struct Event {
  # What stands around every fact, and the fact. The stream of an event is not stored: it follows
  # from the fact, as said there.

  position @0 :UInt64;
  # Number of the event in the log, from 0, without gaps.

  recordedAt @1 :Int64;
  # When the ledger took it in; never decreases along the log.

  day @2 :Int32;
  # The business day it holds for.

  streamVersion @3 :UInt32;
  # Number of the event in its stream, from 0, without gaps.

  sourceLine @4 :UInt32;
  # Line of the source file where the row begins, from 1. 0: it came from no file.

  schemaVersion @5 :UInt16;
  # The version of this catalogue that the writing program knew. Never 0.

  author @6 :Text;
  # Who had it recorded.

  sourceChannel @7 :Text;
  # The way it came in: "import", "init", "cli".

  sourceFileDigest @8 :Data;
  # SHA-256 of the source file, 32 bytes. Absent: it came from no file. Of an enrolment with personal
  # data: HMAC-SHA-256 of that under a key derived from the master key, since the digest of a small
  # file would let the personal data in it be guessed.

  idempotencyKey @9 :Text;
  # Unique for ever. The same request again finds this event and records nothing.

  union {
    ledgerOpened @10 :Fact.LedgerOpened;
    schemeEnacted @11 :Fact.SchemeEnacted;
    groupRegistered @12 :Fact.GroupRegistered;
    memberEnrolled @13 :Fact.MemberEnrolled;
    attributeChanged @14 :Fact.AttributeChanged;
    memberExited @15 :Fact.MemberExited;
    remittanceReceived @16 :Fact.RemittanceReceived;
    paymentReceived @17 :Fact.PaymentReceived;
    paymentReversed @18 :Fact.PaymentReversed;
    personForgotten @19 :Fact.PersonForgotten;
    eventsLost @21 :Fact.EventsLost;
    personalDataCorrected @25 :Fact.PersonalDataCorrected;
    creditRefunded @26 :Fact.CreditRefunded;
    penaltyWaived @27 :Fact.PenaltyWaived;
    remittanceReturned @28 :Fact.RemittanceReturned;
    paymentListHeld @29 :Fact.PaymentListHeld;
    monthClosed @30 :Fact.MonthClosed;
    changeProposed @31 :Fact.ChangeProposed;
    proposalDeclined @32 :Fact.ProposalDeclined;
  }
  # A record always holds its fact: a null pointer here is damage.

  corrects @20 :UInt64 = 0xffffffffffffffff;
  # Position of the event that this one corrects or answers. All ones: none, and since a default is
  # stored as zeros, the many events that correct nothing spend no byte on saying so.

  approver @22 :Text;
  # Since version 3. Who agreed to it, where two people must; another person than the author, who
  # asked for it. Absent: nobody had to.

  proposal @23 :UInt64 = 0xffffffffffffffff;
  # Since version 3. Position of the proposal that it carries out. All ones: none.

  adjusts @24 :Int32;
  # Since version 3. Month: the open one when this was recorded, whose adjustment it is, since `day`
  # lies in a month that was closed. 0: no adjustment.
}
