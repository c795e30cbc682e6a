// The reading half of the codec; for codec.cc alone.
#pragma once

#include <optional>
#include <string_view>

#include "events/event.h"
#include "events/schema.capnp.h"

namespace iuran::events {

// Copies a fact out of its record. What no value of event.h can hold is remembered in one of the
// two members and must be asked for afterwards; ranges are FaultOf's to check.
struct FactReader {
  bool unknown_word = false;  // of a closed list
  std::string_view fault;

  template <typename Enum, typename Stored>
  Enum Word(Stored stored, Enum last) {
    if (static_cast<uint16_t>(stored) <= static_cast<uint16_t>(last)) {
      return static_cast<Enum>(stored);
    }
    unknown_word = true;
    return Enum{};
  }

  Envelope ReadEnvelope(schema::Event::Reader record);
  // The fact, or nothing where the record's kind of fact is not in this catalogue.
  std::optional<Body> ReadBody(schema::Event::Reader record);

 private:
  LedgerOpened Read(schema::LedgerOpened::Reader record);
  SchemeEnacted Read(schema::SchemeEnacted::Reader record);
  GroupRegistered Read(schema::GroupRegistered::Reader record);
  MemberEnrolled Read(schema::MemberEnrolled::Reader record);
  AttributeChanged Read(schema::AttributeChanged::Reader record);
  MemberExited Read(schema::MemberExited::Reader record);
  RemittanceReceived Read(schema::RemittanceReceived::Reader record);
  PaymentReceived Read(schema::PaymentReceived::Reader record);
  PaymentReversed Read(schema::PaymentReversed::Reader record);
  EventsLost Read(schema::EventsLost::Reader record);
  PersonForgotten Read(schema::PersonForgotten::Reader record);
  PersonalDataCorrected Read(schema::PersonalDataCorrected::Reader record);
  CreditRefunded Read(schema::CreditRefunded::Reader record);
  PenaltyWaived Read(schema::PenaltyWaived::Reader record);
  RemittanceReturned Read(schema::RemittanceReturned::Reader record);
  PaymentListHeld Read(schema::PaymentListHeld::Reader record);
  MonthClosed Read(schema::MonthClosed::Reader record);
  ChangeProposed Read(schema::ChangeProposed::Reader record);
  ProposalDeclined Read(schema::ProposalDeclined::Reader record);

  ProgramSet Programs(uint8_t bits);
  std::optional<Digest> OptionalDigest(capnp::Data::Reader data);
  Digest OneDigest(capnp::Data::Reader data);
};

}  // namespace iuran::events
