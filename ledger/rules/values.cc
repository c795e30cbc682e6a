// The single values of rulebook 1, and the names a request is known by.
#include "ledger/rules/values.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "events/utf8.h"

namespace iuran::rules {
namespace {

Rejected Invalid(const char* column, std::string message) {
  return {Rejection::kInvalidValue, column, std::move(message)};
}

bool IsUtf8Text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && IsUtf8(text);
}

std::string Hex(const uint8_t* bytes, size_t count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * count);
  for (size_t i = 0; i < count; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

// The name as Unicode compares names (NFKC_Casefold), without spaces at the ends and in rows; as it
// is where it is no UTF-8.
std::string Folded(std::string_view name) {
  const std::string text(name);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> mapped(
      utf8proc_NFKC_Casefold(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())), &std::free);
  std::string folded;
  for (const char c :
       mapped == nullptr ? text : std::string(reinterpret_cast<const char*>(mapped.get()))) {
    if (c != ' ' || (!folded.empty() && folded.back() != ' ')) folded += c;
  }
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

std::optional<Rejected> CheckId(const char* column, std::string_view text) {
  if (auto ok = CheckIdText(text); !ok) return Invalid(column, std::move(ok.error().message));
  return std::nullopt;
}

std::optional<Rejected> CheckText(const char* column, std::string_view text) {
  if (text.size() > kMaxTextBytes) {
    return Invalid(column, fmt::format("The value has {} bytes; at most {} are allowed.",
                                       text.size(), kMaxTextBytes));
  }
  if (!IsUtf8Text(text)) {
    return Invalid(column, "The value is not UTF-8 text; save the file as UTF-8.");
  }
  return std::nullopt;
}

std::optional<Rejected> CheckReason(const char* column, std::string_view reason) {
  if (auto bad = CheckText(column, reason)) return bad;
  const auto begins = [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; };
  const auto characters = std::count_if(reason.begin(), reason.end(), begins);
  if (characters >= 1 && characters <= kMostReasonCharacters) return std::nullopt;
  return Invalid(column, fmt::format("A reason has 1 to {} characters; this one has {}. Say in "
                                     "short why.",
                                     kMostReasonCharacters, characters));
}

std::optional<Rejected> CheckAmount(const char* column, Money amount) {
  if (amount > Money() && amount <= kMaxAmount) return std::nullopt;
  return Invalid(column, fmt::format("{} is no amount; valid is more than 0 and at most {}.",
                                     amount.ToString(), kMaxAmount.ToString()));
}

std::optional<Rejected> CheckIncome(const char* column, Money income) {
  const Money least = Money::FromRupiah(1000);
  if (income >= least && income <= kMaxAmount) return std::nullopt;
  return Invalid(column, fmt::format("{} is no income; valid is at least {} and at most {}.",
                                     income.ToString(), least.ToString(), kMaxAmount.ToString()));
}

std::optional<Rejected> CheckPrograms(const char* column, const Scheme& scheme,
                                      ProgramSet programs) {
  const uint8_t foreign = programs.bits() & static_cast<uint8_t>(~scheme.programs().bits());
  if (!programs.empty() && foreign == 0) return std::nullopt;
  return Invalid(
      column,
      fmt::format(
          "{} is no set of programmes of scheme {}; valid are one or more of {}, joined with +.",
          programs.empty() ? "Nothing" : ToString(programs), scheme.id().text(),
          ToString(scheme.programs())));
}

std::optional<Rejected> CheckPersonalData(const PersonalData& data) {
  if (auto bad = CheckText("name", data.name)) return bad;
  if (auto bad = CheckText("phone", data.phone)) return bad;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!data.nik.empty() &&
      (data.nik.size() != 16 || !std::all_of(data.nik.begin(), data.nik.end(), is_digit))) {
    return Invalid("nik", "A NIK has 16 digits and nothing else; leave it empty where unknown.");
  }
  if (!data.birth_date.empty() && !ParseDay(data.birth_date)) {
    return Invalid("birth_date",
                   "A birth date is a day written YYYY-MM-DD; leave it empty where unknown.");
  }
  return std::nullopt;
}

bool SamePerson(std::string_view a, std::string_view b) { return Folded(a) == Folded(b); }

Result<void> CheckAuthor(std::string_view author) {
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
  const bool spaces_alone = !author.empty() && Folded(author).empty();
  if (author.size() <= kMaxAuthorBytes && IsUtf8Text(author) && !spaces_alone &&
      std::none_of(author.begin(), author.end(), is_control)) {
    return {};
  }
  return Fail(
      ErrorCode::kInvalidValue,
      fmt::format("The author of what is recorded, and whoever approves it, must be one line of "
                  "UTF-8 text, at most {} bytes and not of spaces alone; this one is not. Name "
                  "another with --author or --approved-by.",
                  kMaxAuthorBytes));
}

std::string ExitWord(const std::optional<Day>& last_day) {
  return last_day ? last_day->ToString() : std::string();
}

std::string_view Name(Rejection code) {
  switch (code) {
    case Rejection::kInvalidValue:
      return "invalid_value";
    case Rejection::kUnknownReference:
      return "unknown_reference";
    case Rejection::kConflict:
      return "conflict";
    case Rejection::kBeforeEnrolment:
      return "before_enrolment";
    case Rejection::kOverdrawn:
      return "overdrawn";
    case Rejection::kSamePerson:
      return "same_person";
    case Rejection::kListMismatch:
      return "list_mismatch";
  }
  return "unknown";
}

std::string IdempotencyKey(const Request& request, const RequestDigest& digest) {
  return std::visit(
      Overloaded{
          [&](const EnactScheme& r) {
            return "scheme/" + r.scheme.text() + "/" + Hex(digest.data(), digest.size());
          },
          [](const RegisterGroup& r) { return "group/" + r.group.text(); },
          [](const EnrolMember& r) { return "member/" + r.member.text(); },
          [](const ReceiveRemittance& r) { return "remittance/" + r.remittance.text(); },
          [](const ReceivePayment& r) { return "payment/" + r.payment.text(); },
          [](const ReversePayment& r) { return "reversal/" + r.payment.text(); },
          [](const ForgetPerson& r) { return "forgotten/" + r.member.text(); },
          [](const RefundCredit& r) { return "refund/" + r.refund.text(); },
          [](const WaivePenalty& r) { return "waiver/" + r.waiver.text(); },
          [](const ReturnRemittance& r) { return "return/" + r.returned.text(); },
          [](const CloseMonth& r) { return "closing/" + r.closing.month.ToString(); },
          [](const auto&) { return std::string(); },
      },
      request);
}

bool IsKnownByRow(const Request& request) {
  return std::holds_alternative<ChangeAttribute>(request) ||
         std::holds_alternative<ChangeExit>(request) ||
         std::holds_alternative<CorrectPayment>(request) ||
         std::holds_alternative<CorrectPerson>(request);
}

std::string SealedRowKey(const Digest& file_mark, uint32_t line) {
  return fmt::format("person/{}/{}", Hex(file_mark.data(), file_mark.size()), line);
}

std::string IdempotencyKey(const Command& command, const RequestDigest& digest) {
  const Request& request = command.request;
  if (const auto* held = std::get_if<HoldList>(&request)) {
    if (!command.source.file_digest) return std::string();
    const Digest& file = *command.source.file_digest;
    return "held/" + held->remittance.text() + "/" + Hex(file.data(), file.size());
  }
  if (!IsKnownByRow(request)) return IdempotencyKey(request, digest);
  if (std::holds_alternative<CorrectPerson>(request)) return std::string();
  const Source& source = command.source;
  if (!source.file_digest || source.line == 0) return std::string();
  return fmt::format("change/{}/{}", Hex(source.file_digest->data(), source.file_digest->size()),
                     source.line);
}

}  // namespace iuran::rules
