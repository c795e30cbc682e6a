// The keys that the fuzz targets and the seeds of their corpora sign with: those of
// tests/unit/proof/proof_file_test.cc, and a witness's of another seed.
#pragma once

#include "ledger/log/proof/key.h"

namespace iuran::fuzz {

constexpr std::string_view kLogPrivate =
    "PRIVATE+KEY+example.com/behind-the-sofa+1f59e8f5+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
constexpr std::string_view kWitnessPrivate =
    "PRIVATE+KEY+witness.example.com/w1+969980cf+BCAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/";

inline const log::SigningKey& Log() {
  static const log::SigningKey kKey = log::SigningKey::Parse(kLogPrivate).value();
  return kKey;
}
inline const log::SigningKey& Witness() {
  static const log::SigningKey kKey = log::SigningKey::Parse(kWitnessPrivate).value();
  return kKey;
}

}  // namespace iuran::fuzz
