# The facts of the catalogue, one struct each. schema.capnp says how to read them, what stands around
# each in a record, and how the catalogue grows.

@0xb9c1c1b3f2a4d0e7;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("iuran::events::schema");

# ==================================================================================================
# The ledger and its schemes

struct LedgerOpened {
  # The ledger began. Always position 0 and nowhere else. Stream "ledger".

  timeZone @0 :Text;
  # IANA name. "Today" of this ledger is the civil day there.

  currency @1 :Text;
  # ISO 4217. All amounts of the ledger are in its hundredths.

  verifierKey @2 :Text;
  # Since version 2. The public key that verifies the checkpoints of this log, in the text form of
  # C2SP signed-note; its name is the log's origin. Absent: the log does not say.
}

struct EventsLost {
  # Events that had been acknowledged are gone and cannot be brought back: those from the position of
  # this fact on that an earlier receipt, report or checkpoint may name. Somebody answers for going
  # on without them. Stream "ledger".

  acknowledged @0 :UInt64;
  # How many events had been acknowledged. 0: nobody knows, since the record of that is lost as well.

  root @1 :Data;
  # Root of the tree over them, 32 bytes. Absent where their number is not known.

  reason @2 :Text;
}

struct SchemeEnacted {
  # A scheme document came into force from this position on, for the contribution months it covers.
  # It replaces an earlier one of the same scheme for questions known at this position or later.
  # Stream "scheme/SCHEME".

  scheme @0 :Text;  # id

  document @1 :Text;
  # The whole document, JSON, each row with its legal source.
}

# ==================================================================================================
# Groups and members

enum GroupKind {
  employer @0;
  cooperative @1;
  congregation @2;
  donor @3;
  agency @4;
}

enum Sector {
  other @0;
  transport @1;
}

enum Payer {
  self @0;
  state @1;
}

struct GroupRegistered {
  # A group that enrols members, pays for them, or both. Stream "group/GROUP".

  group @0 :Text;  # id
  name @1 :Text;
  region @2 :Text;
  kind @3 :GroupKind;

  risk @4 :UInt8;
  # JKK risk class 1-5 (PP 44/2015, Lampiran I). 0: none.
}

struct MemberEnrolled {
  # A person joined a scheme. Stream "member/MEMBER", as every fact that names a member.
  # The attributes hold from the month `from` until the first AttributeChanged of each.

  income @0 :Int64;
  # Amount: declared income or wage, a month.

  number @1 :UInt32;
  # Dense number of the member in this ledger, from 0 in order of enrolment. Every later fact of the
  # member repeats it, so that a fold need not look ids up.

  from @2 :Int32;
  # Month.

  programs @3 :UInt8;
  # The set of programmes, a bit each: 1 JKK, 2 JKM, 4 JHT, 8 JP. Not empty.

  sector @4 :Sector;
  payer @5 :Payer;
  member @6 :Text;  # id
  scheme @7 :Text;  # id

  group @8 :Text;
  # Id. Absent: the member belongs to no group.

  region @9 :Text;

  personalDataCommitment @10 :Data;
  # Salted SHA-256 of the personal data in the vault, 32 bytes. Absent: none was given.
}

struct AttributeChanged {
  # From a month on, one attribute of a member has another value, until the month of the next change
  # of it. Of two for one month the later position holds. Stream "member/MEMBER".

  number @0 :UInt32;
  from @1 :Int32;
  # Month.

  member @2 :Text;  # id

  union {
    income @3 :Int64;  # amount
    programs @4 :UInt8;  # a set as in MemberEnrolled
    sector @5 :Sector;
    payer @6 :Payer;
    group @7 :Text;  # id; absent: no group from then on
    region @8 :Text;
  }

  reason @9 :Text;
  # Since version 3. Why what was recorded before is corrected.
}

struct MemberExited {
  # The member left, or did not leave after all. The latest position holds. Stream "member/MEMBER".

  number @0 :UInt32;

  union {
    lastDay @1 :Int32;
    # The last day of membership.

    withdrawn @2 :Void;
    # The exit recorded before does not hold.
  }

  member @3 :Text;  # id

  reason @4 :Text;
  # Since version 3. Why what was recorded before is corrected.
}

struct PersonForgotten {
  # The key to a person's data was destroyed. The commitment stays and no longer says anything;
  # every figure and proof stays too. Stream "member/MEMBER".

  number @0 :UInt32;
  member @1 :Text;  # id
  reason @2 :Text;
}

struct PersonalDataCorrected {
  # Since version 3. A person's data were put right: the vault holds others from here on. `corrects`
  # is the enrolment, or the correction before. Stream "member/MEMBER".

  number @0 :UInt32;
  member @1 :Text;  # id

  commitment @2 :Data;
  # As MemberEnrolled.personalDataCommitment, to the data as they stand now. Absent: none any more.

  reason @3 :Text;
}

# ==================================================================================================
# Money

enum Purpose {
  contribution @0;
  penalty @1;
}

struct RemittanceReceived {
  # One credit on a bank account, from which payments of many members may be drawn: never more than
  # it holds. Stream "remittance/REMITTANCE".

  amount @0 :Int64;
  receivedOn @1 :Int32;
  # Day.

  remittance @2 :Text;  # id
  account @3 :Text;
  payer @4 :Text;  # id of a group or member
  channel @5 :Text;
  bankReference @6 :Text;

  listCount @7 :UInt32;
  listTotal @8 :Int64;
  # Since version 3. What the sender says of the list of its payments: how many they are, and what
  # they come to (sen). 0: nothing is said.
}

struct PaymentReceived {
  # Money for one member. Nearly all of a log is this fact, so its fields stand in the order that
  # keeps it small: `purpose` takes no space for contributions. Stream "member/MEMBER".

  amount @0 :Int64;
  number @1 :UInt32;
  paidOn @2 :Int32;
  # Day. What counts for settlement, whenever it was recorded.

  payment @3 :Text;  # id
  member @4 :Text;  # id
  channel @5 :Text;

  remittance @6 :Text;
  # Id of the remittance it is drawn on. Absent: it was collected apart.

  purpose @7 :Purpose;
}

struct PaymentReversed {
  # A payment is void, for every as-of day, once this is known. `corrects` is the position of the
  # payment. Stream "member/MEMBER".

  number @0 :UInt32;
  reversedOn @1 :Int32;
  # Day of the turned-round entry in the books.

  payment @2 :Text;  # id
  member @3 :Text;  # id
  reason @4 :Text;
}

struct CreditRefunded {
  # Since version 3. Credit of a member was paid out again. Stream "member/MEMBER".

  amount @0 :Int64;
  number @1 :UInt32;
  refundedOn @2 :Int32;
  # Day. Its place among the payments.

  refund @3 :Text;  # id
  member @4 :Text;  # id
  account @5 :Text;
  # The bank account it was paid from.

  reason @6 :Text;
}

struct PenaltyWaived {
  # Since version 3. A penalty, or a part of one, need not be paid. No money moves. Stream
  # "member/MEMBER".

  amount @0 :Int64;
  number @1 :UInt32;
  waivedOn @2 :Int32;  # day
  waiver @3 :Text;  # id
  member @4 :Text;  # id
  reason @5 :Text;
}

struct RemittanceReturned {
  # Since version 3. Money that a remittance held beyond its payments went back to the payer. Stream
  # "remittance/REMITTANCE".

  amount @0 :Int64;
  returnedOn @1 :Int32;  # day
  returned @2 :Text;
  # Id of the return.

  remittance @3 :Text;  # id
  account @4 :Text;
  # The bank account it was paid from.

  reason @5 :Text;
}

struct PaymentListHeld {
  # Since version 3. A list of payments did not add up, so none of it was recorded and the money of
  # the remittance stays unallocated. The source names the file. Stream "remittance/REMITTANCE".

  total @0 :Int64;
  # Sen, of the payments that could be read; 0 or more.

  payments @1 :UInt32;
  # How many rows the list has.

  remittance @2 :Text;  # id
  problem @3 :Text;
  # What does not add up, as a sentence.
}

# ==================================================================================================
# Closed months, and what two people decide

struct MonthClosed {
  # Since version 3. The figures of a month on its last day, as known when the log had `known`
  # events. All of them can be computed again from those events. Stream "closing".

  known @0 :UInt64;
  month @1 :Int32;

  members @2 :UInt32;
  # How many were known.

  assessed @3 :Int64;
  paid @4 :Int64;
  settled @5 :Int64;
  credit @6 :Int64;
  arrears @7 :Int64;
  penalty @8 :Int64;
  # Sums over all members, in sen.

  bank @9 :Int64;
  collections @10 :Int64;
  receivable @11 :Int64;
  income @12 :Int64;
  liabilitiesToMembers @13 :Int64;
  unallocated @14 :Int64;
  # The trial balance by kind of account, in sen, positive = debit. They sum to zero.

  root @15 :Data;
  # Root of the tree over the `known` events, 32 bytes.

  figures @16 :Data;
  # SHA-256 over the figures of all members, 32 bytes; the program says how it is formed
  # (projections/closing.h).
}

struct ChangeProposed {
  # Since version 3. Somebody asks for what two people must agree on. It changes nothing until
  # another person approves it, with an event of its own that names this one. Stream "proposal/ID".

  id @0 :Text;
  # What the request is known by: "reversal/P-1", "refund/RF-1", "waiver/W-1", "return/RT-1",
  # "closing/2026-08", "scheme/bpu".

  union {
    # The fact as it would be recorded now.
    paymentReversed @1 :PaymentReversed;
    creditRefunded @2 :CreditRefunded;
    penaltyWaived @3 :PenaltyWaived;
    remittanceReturned @4 :RemittanceReturned;
    monthClosed @5 :MonthClosed;
    schemeEnacted @6 :SchemeEnacted;
  }
}

struct ProposalDeclined {
  # Since version 3. A proposal came to nothing; `corrects` is its position. The same may be proposed
  # again. Stream "proposal/ID".

  id @0 :Text;
  reason @1 :Text;
}
