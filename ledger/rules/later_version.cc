// See later_version.h.
#include "ledger/rules/later_version.h"

#include <fmt/format.h>

#include "ledger/rules/values.h"

namespace iuran::rules {

namespace {

Rejected Refused(std::string message) {
  return {Rejection::kInvalidValue, "document", std::move(message)};
}

}  // namespace

std::variant<std::shared_ptr<const Scheme>, Rejected> ReadVersion(std::string_view document,
                                                                  std::string_view currency) {
  if (document.size() > kMaxDocumentBytes) {
    return Refused(
        fmt::format("The scheme document has {} bytes; at most {} are allowed, since it is "
                    "recorded whole. Shorten the texts in it.",
                    document.size(), kMaxDocumentBytes));
  }
  auto scheme = Scheme::Parse(document);
  if (!scheme) return Refused(std::move(scheme.error().message));
  const std::string& asked = (*scheme)->currency();
  if (!currency.empty() && asked != currency) {
    return Refused(
        fmt::format("The scheme document is not valid at currency: \"{}\" stands there; valid is "
                    "\"{}\", in which this ledger is kept.",
                    asked, currency));
  }
  return *std::move(scheme);
}

std::optional<Rejected> CheckLaterVersion(const Scheme& before, const Scheme& after) {
  if (after.first_month() > before.first_month()) {
    return Refused(
        fmt::format("The document begins in {}, the version in force in {}; a later "
                    "version must begin no later, since members may be enrolled from "
                    "then on.",
                    after.first_month().ToString(), before.first_month().ToString()));
  }
  const auto missing = static_cast<uint8_t>(before.programs().bits() & ~after.programs().bits());
  if (missing != 0) {
    return Refused(
        fmt::format("The document has no row for {}, which the version in force has; a "
                    "later version must keep every programme, since members may have "
                    "it.",
                    ToString(ProgramSet::FromBits(missing))));
  }
  const auto unclassed =
      static_cast<uint8_t>(before.programs().bits() & ~before.programs_by_risk_class().bits() &
                           after.programs_by_risk_class().bits());
  if (unclassed != 0) {
    return Refused(
        fmt::format("The document prices {} by risk class, which the version in force "
                    "does not; members may have it in groups without a class.",
                    ToString(ProgramSet::FromBits(unclassed))));
  }
  return std::nullopt;
}

}  // namespace iuran::rules
