#include "tests/support/tariff_document.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "events/check.h"
#include "ledger/rules/shipped_schemes.h"

namespace iuran::tests {
namespace {

using Json = nlohmann::ordered_json;

Json Shipped(std::string_view id) {
  for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
    if (shipped.id.text() == id) return Json::parse(shipped.document);
  }
  IURAN_CHECK(false, "the scheme is shipped");
  return {};
}

std::string Percent(int parts) { return fmt::format("{}.{:02}", parts / 100, parts % 100); }

// The last row of a programme: for the shipped documents, the one of the months to come.
Json& LastRowOf(Json& document, std::string_view program) {
  Json* found = nullptr;
  for (Json& row : document["programs"]) {
    if (row["program"] == program) found = &row;
  }
  IURAN_CHECK(found != nullptr, "the document has the programme");
  return (*found)["formula"];
}

Json BpuDocument(const naive::Tariff& tariff) {
  Json document = Shipped("bpu");
  LastRowOf(document, "JKK")["percent"] = Percent(tariff.jkk);
  LastRowOf(document, "JHT")["percent"] = Percent(tariff.jht);
  LastRowOf(document, "JKM")["amount"] = tariff.jkm;
  document["tiers"][0]["base"] = tariff.lowest_base;
  for (Json& row : document["reliefs"]) {
    if (row.contains("not_applied")) continue;
    row["factor"] = fmt::format("{}/{}", tariff.relief_parts, tariff.relief_whole);
    const bool transport = row["when"]["sector"] == "transport";
    row["until"] = naive::PrintMonth(transport ? tariff.relief_of_transport_until
                                               : tariff.relief_of_others_until);
  }
  if (!tariff.bpu_lapses) document["cover"]["kind"] = "employment";
  document["cover"]["grace_months"] = tariff.grace_months;
  document["prepayment"]["months_ahead"] = tariff.months_ahead;
  return document;
}

Json PuDocument(const naive::Tariff& tariff) {
  Json document = Shipped("pu");
  LastRowOf(document, "JKK")["percents"][2] = Percent(tariff.jkk_of_class_3);
  LastRowOf(document, "JKM")["parts"][0]["percent"] = Percent(tariff.jkm_of_wage);
  LastRowOf(document, "JHT")["parts"][0]["percent"] = Percent(tariff.jht_of_employer);
  LastRowOf(document, "JP")["ceiling"] = tariff.last_ceiling;
  if (tariff.penalty == 0) {
    document["penalty"] = {{"kind", "none"}, {"source", "a test"}};
  } else {
    document["penalty"]["rows"][0]["percent"] = Percent(tariff.penalty);
  }
  document["cover"]["grace_months"] = tariff.months_with_cover;
  return document;
}

}  // namespace

std::string DocumentOf(const naive::Enactment& enactment) {
  Json document = enactment.pu ? PuDocument(enactment.tariff) : BpuDocument(enactment.tariff);
  document["note"] = fmt::format("Enacted before row {}.", enactment.before_row);
  return document.dump();
}

}  // namespace iuran::tests
