// What deciding needs to know of the past, and nothing more. The ledger answers from the rows it
// keeps beside the log; tests answer from maps.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ledger/rules/command.h"
#include "ledger/rules/scheme.h"

namespace iuran::rules {

// First half of the SHA-256 of what a request says, without personal data (which is compared in the
// vault: a plain digest of a NIK can be guessed).
using RequestDigest = std::array<uint8_t, 16>;

struct KnownKey {
  Position position;  // of the first use
  RequestDigest digest;
};
struct KnownGroup {
  std::optional<uint8_t> risk;
};
struct KnownMember {
  MemberNumber number;
  SchemeId scheme;
  Month from;
};
struct KnownRemittance {
  Money amount;
  Money allocated;  // to payments not reversed, or returned
  Money Left() const { return amount - allocated; }
};
// As it stands: where it was corrected, as last corrected.
struct KnownPayment {
  Position position;
  PaymentReceived fact;
};
// The latest proposal of an id.
struct KnownProposal {
  Position position;
  bool open = true;                          // neither carried out nor declined
  std::optional<Position> carried_out = {};  // where
};
struct ProposalInWords {
  std::string author;
  ProposedFact fact;
};
struct KnownPerson {
  Position position;
  bool corrected = false;  // since the enrolment
  bool has_data = false;   // any were said there
};
struct KnownClosing {
  Month month;         // closed last
  uint64_t known = 0;  // how many events that closing knows
};

struct KnownDocument {
  Position position;
  std::string document;
};

class Book {
 public:
  virtual ~Book() = default;
  virtual std::optional<KnownKey> FindKey(const std::string& idempotency_key) const = 0;
  virtual std::optional<KnownGroup> FindGroup(const GroupId& group) const = 0;
  virtual std::optional<KnownMember> FindMember(const MemberId& member) const = 0;
  virtual std::optional<KnownRemittance> FindRemittance(const RemittanceId& remittance) const = 0;
  // All that was said of a remittance when it was received.
  virtual std::optional<RemittanceReceived> ReadRemittance(
      const RemittanceId& remittance) const = 0;
  virtual std::optional<KnownPayment> FindPayment(const PaymentId& payment) const = 0;
  virtual std::optional<KnownProposal> FindProposal(const std::string& id) const = 0;
  // What was proposed at a position that FindProposal named.
  virtual std::optional<ProposalInWords> ReadProposal(Position position) const = 0;
  virtual std::optional<KnownClosing> LastClosing() const = 0;
  // The value recorded last for this attribute and month ("exit": any month), as its word of
  // rulebook 1, with the position it was recorded at.
  struct LastChange {
    Position position;
    std::string value;
  };
  virtual std::optional<LastChange> FindLastChange(const MemberId& member, Attribute attribute,
                                                   Month from) const = 0;
  virtual std::optional<LastChange> FindLastExit(const MemberId& member) const = 0;
  // All that is recorded of the member, folded (rules::FoldMember). Asked for only where a rule
  // looks at a member's figures, or at two attributes of one month.
  virtual std::optional<Timeline> FindHistory(const MemberId& member) const = 0;
  // The scheme version in force now; null where it was never enacted.
  virtual const Scheme* FindScheme(const SchemeId& scheme) const = 0;
  // Where it was enacted, and the document.
  virtual std::optional<KnownDocument> FindSchemeDocument(const SchemeId& scheme) const = 0;
  virtual std::vector<SchemeId> SchemeIds() const = 0;
  virtual MemberNumber NextMemberNumber() const = 0;
  // Whether the vault holds exactly this of a member enrolled before (true too where the person was
  // forgotten).
  virtual bool SamePersonalData(const MemberId& member, const PersonalData& data) const = 0;
  // Where the personal data of a member were said last, at the enrolment or corrected. Of one that
  // is enrolled.
  virtual KnownPerson FindPerson(const MemberId& member) const = 0;
  // What a request says, as keys are stored with it.
  virtual RequestDigest DigestOf(const Request& request) const = 0;
};

}  // namespace iuran::rules
