// The state of the projections' store as a row. See store.h.
#include "projections/bytes.h"
#include "projections/store.h"

namespace iuran::projections {
namespace {

constexpr uint8_t kStateForm = 2;

}  // namespace

std::string EncodeState(const StoreState& state) {
  ByteWriter out;
  out.Byte(kStateForm);
  out.Unsigned(state.fold_version);
  out.Unsigned(state.generation);
  out.Unsigned(state.cursor);
  for (const uint8_t byte : state.last_record) out.Byte(byte);
  out.Unsigned(state.members);
  out.Unsigned(state.groups);
  out.Byte(state.parked ? 1 : 0);
  if (state.parked) {
    out.Unsigned(state.parked->position);
    out.Text(state.parked->reason);
  }
  return out.Take();
}

std::optional<StoreState> DecodeState(std::string_view bytes) {
  ByteReader in(bytes);
  StoreState state;
  if (in.Byte() != kStateForm) in.Fail();
  state.fold_version = static_cast<uint32_t>(in.UpTo(UINT32_MAX));
  state.generation = static_cast<uint32_t>(in.UpTo(UINT32_MAX));
  state.cursor = in.Unsigned();
  for (uint8_t& byte : state.last_record) byte = in.Byte();
  state.members = in.Unsigned();
  state.groups = in.Unsigned();
  if (in.UpTo(1) == 1) {
    state.parked.emplace();
    state.parked->position = in.Unsigned();
    state.parked->reason = in.Text();
  }
  if (!in.Done()) return std::nullopt;
  return state;
}

}  // namespace iuran::projections
