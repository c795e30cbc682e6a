// Foreign bytes through the codec: an event or an error, never a crash; and what decodes, encodes
// to something that decodes to the same.
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "events/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran::events;
  std::vector<uint64_t> aligned(size / 8 + 1);
  std::memcpy(aligned.data(), data, size);
  const std::span bytes(reinterpret_cast<const std::byte*>(aligned.data()), size);
  (void)DecodePayment(bytes);
  const auto event = Decode(bytes);
  if (!event) return 0;
  const std::string again = Encode(*event);
  const auto same = Decode(std::as_bytes(std::span(again)));
  IURAN_CHECK(same && *same == *event, "an event survives its encoding");
  return 0;
}
