// What the decisions of decide*.cc share. For them alone.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "ledger/rules/decide.h"

namespace iuran::rules {

// What every decision has at hand.
struct Question {
  const Book& book;
  const Command& command;
  const RequestDigest& digest;
  Day today;
  std::string key;
};

Rejected UnknownReference(std::string column, std::string message);
Rejected UnknownMember(const MemberId& member);

// The answer where the identifier is taken: repeated or in conflict; nothing where it is free.
std::optional<Decision> Known(const Question& question, const char* column, const std::string& id);
// `same_beside` tells whether what the digest does not cover is the same as well.
std::optional<Decision> Known(const Question& question, const char* column, const std::string& id,
                              const std::function<bool()>& same_beside);

// What was asked for, as it is recorded. Takes the key of the question.
Accepted Accept(Question& question, Body body, Day day);

// The payment as it stands; rejected where there is none, or it was reversed for good.
using FoundPayment = std::variant<KnownPayment, Rejected>;
FoundPayment StandingPayment(const Book& book, const PaymentId& payment);

// Each asks the rules alone: whether two people agreed is decide_approval.cc's.
Decision DecideOne(Question& question, const ReceivePayment& request);
Decision DecideOne(Question& question, const ReceiveList& request);
Decision DecideOne(Question& question, const ReversePayment& request);
Decision DecideOne(Question& question, const CorrectPayment& request);
Decision DecideOne(Question& question, const RefundCredit& request);
Decision DecideOne(Question& question, const WaivePenalty& request);
Decision DecideOne(Question& question, const ReturnRemittance& request);
Decision DecideOne(Question& question, const CloseMonth& request);
Decision DecideOne(Question& question, const HoldList& request);
Decision DecideOne(Question& question, const CorrectPerson& request);
Decision DecideByRules(Question& question, const Request& request);

// Approval (decide_approval.cc).
bool NeedsTwoPeople(const Book& book, const Request& request);
Decision DecideWithTwoPeople(Question& question, const Request& request);
Decision DecideOne(Question& question, const ApproveProposal& request);
Decision DecideOne(Question& question, const DeclineProposal& request);

}  // namespace iuran::rules
