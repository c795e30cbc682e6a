// SHA-256 of leaves and nodes. The only file that touches OpenSSL's low-level interface.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "ledger/log/proof/hash.h"

#include <openssl/sha.h>

#include <bit>
#include <cstring>

#include "events/check.h"

namespace iuran::log {

namespace {

constexpr uint8_t kLeafPrefix = 0x00;
constexpr uint8_t kNodePrefix = 0x01;

// Records up to this length are hashed by one update: two cost more than the copy.
constexpr size_t kCopied = 511;

void Leaf(Record record, Hash& hash) {
  SHA256_CTX context;
  SHA256_Init(&context);
  if (record.size() <= kCopied) {
    uint8_t message[1 + kCopied];
    message[0] = kLeafPrefix;
    if (!record.empty()) std::memcpy(message + 1, record.data(), record.size());
    SHA256_Update(&context, message, 1 + record.size());
  } else {
    SHA256_Update(&context, &kLeafPrefix, 1);
    SHA256_Update(&context, record.data(), record.size());
  }
  SHA256_Final(hash.data(), &context);
}

void Node(const Hash& left, const Hash& right, Hash& hash) {
  uint8_t message[1 + 2 * sizeof(Hash)];
  message[0] = kNodePrefix;
  std::memcpy(message + 1, left.data(), sizeof(Hash));
  std::memcpy(message + 1 + sizeof(Hash), right.data(), sizeof(Hash));
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, message, sizeof(message));
  SHA256_Final(hash.data(), &context);
}

}  // namespace

Hash Sha256(std::string_view bytes) {
  Hash hash;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(hash.data(), &context);
  return hash;
}

Hash EmptyRoot() { return Sha256({}); }

Hash LeafHash(Record record) {
  Hash hash;
  Leaf(record, hash);
  return hash;
}

Hash NodeHash(const Hash& left, const Hash& right) {
  Hash hash;
  Node(left, right, hash);
  return hash;
}

void HashLeaves(std::span<const Record> records, std::span<Hash> hashes) {
  IURAN_CHECK(records.size() == hashes.size(), "there is a place for the hash of every record");
  for (size_t i = 0; i < records.size(); ++i) Leaf(records[i], hashes[i]);
}

Hash FoldComplete(std::span<Hash> hashes) {
  IURAN_CHECK(std::has_single_bit(hashes.size()), "a complete subtree has 2^n leaves");
  for (size_t count = hashes.size(); count > 1; count /= 2) {
    // Node reads both children before it writes, and writes only where they are used up.
    for (size_t i = 0; i < count / 2; ++i) Node(hashes[2 * i], hashes[2 * i + 1], hashes[i]);
  }
  return hashes[0];
}

}  // namespace iuran::log
