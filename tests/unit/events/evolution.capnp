# A pretended version 4 of events/schema.capnp: what a newer program might write. The facts that the
# tests do not need are left as pointers to anything.

@0x8680427b58f1ee2f;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("iuran::events::newer");

struct Event {
  position @0 :UInt64;
  recordedAt @1 :Int64;
  day @2 :Int32;
  streamVersion @3 :UInt32;
  sourceLine @4 :UInt32;
  schemaVersion @5 :UInt16;
  author @6 :Text;
  sourceChannel @7 :Text;
  sourceFileDigest @8 :Data;
  idempotencyKey @9 :Text;
  union {
    ledgerOpened @10 :AnyPointer;
    schemeEnacted @11 :AnyPointer;
    groupRegistered @12 :AnyPointer;
    memberEnrolled @13 :AnyPointer;
    attributeChanged @14 :AnyPointer;
    memberExited @15 :AnyPointer;
    remittanceReceived @16 :AnyPointer;
    paymentReceived @17 :PaymentReceived;
    paymentReversed @18 :AnyPointer;
    personForgotten @19 :AnyPointer;
    eventsLost @21 :AnyPointer;
    personalDataCorrected @25 :AnyPointer;
    creditRefunded @26 :AnyPointer;
    penaltyWaived @27 :AnyPointer;
    remittanceReturned @28 :AnyPointer;
    paymentListHeld @29 :AnyPointer;
    monthClosed @30 :AnyPointer;
    changeProposed @31 :AnyPointer;
    proposalDeclined @32 :AnyPointer;
    periodClosed @34 :PeriodClosed;  # new in version 4
  }
  corrects @20 :UInt64 = 0xffffffffffffffff;
  approver @22 :Text;
  proposal @23 :UInt64 = 0xffffffffffffffff;
  adjusts @24 :Int32;
  device @33 :Text;  # new in version 4
}

enum Purpose {
  contribution @0;
  penalty @1;
  donation @2;  # new in version 4
}

struct PaymentReceived {
  amount @0 :Int64;
  number @1 :UInt32;
  paidOn @2 :Int32;
  payment @3 :Text;
  member @4 :Text;
  channel @5 :Text;
  remittance @6 :Text;
  purpose @7 :Purpose;
  fee @8 :Int64;  # new in version 4
  receipts @9 :List(Receipt);  # new in version 4
}

struct Receipt {
  number @0 :UInt64;
  book @1 :Text;
}

struct PeriodClosed {
  month @0 :Int32;
  closedBy @1 :Text;
}
