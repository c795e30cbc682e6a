// A planted bug: the fuzzer must find it, or it would find nothing else either. Behind three lines
// that only code of the library can tell right from wrong (the fuzzer has to be told which ways an
// input takes there) one byte is read behind a buffer, which only AddressSanitizer notices.
#include <vector>

#include "ledger/log/proof/encoding.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran;
  std::string_view text = fuzz::Bytes(data, size);
  const auto bytes = log::DecodeBase64(log::TakeLine(text).value_or("-"));
  const auto id = log::ParseHex32(log::TakeLine(text).value_or(""));
  const auto index = log::ParseDecimal(log::TakeLine(text).value_or(""));
  if (!bytes || bytes->empty() || !id || !index || *index > bytes->size()) return 0;
  const std::vector<char> copy(bytes->begin(), bytes->end());
  volatile char read = copy.data()[*index];  // the bug: the last index is one too far
  (void)read;
  return 0;
}
