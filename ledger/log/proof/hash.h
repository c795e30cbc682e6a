// The hashes of an RFC 6962 tree: SHA-256 with 0x00 before a leaf's bytes and 0x01 before two
// nodes, so that no leaf can pass for a node.
//
// hash.cc uses OpenSSL's low-level SHA-256, which OpenSSL 3 declares deprecated and keeps: a reused
// EVP context costs a sixth more per record, one EVP call per record twice as much. Nothing else
// here knows which interface is used.
//
// Thread rule: every function may be called from any thread; many threads may share one HashLeaves
// by giving each a part of the spans.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace iuran::log {

using Hash = std::array<uint8_t, 32>;
using Record = std::span<const std::byte>;

// The bytes of a text, as a record.
inline Record AsRecord(std::string_view text) { return std::as_bytes(std::span(text)); }

Hash Sha256(std::string_view bytes);

// The root of the tree without leaves.
Hash EmptyRoot();
Hash LeafHash(Record record);
Hash NodeHash(const Hash& left, const Hash& right);

// hashes[i] = LeafHash(records[i]); both spans are of one length.
void HashLeaves(std::span<const Record> records, std::span<Hash> hashes);

// The root of a complete subtree over 2^n hashes, n >= 0. Uses the span as scratch.
Hash FoldComplete(std::span<Hash> hashes);

}  // namespace iuran::log
