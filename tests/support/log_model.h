// A log in memory, as simple as can be: what the event log is compared with. Also makes the batches
// that both are fed with, from a seed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ledger/log/event_log.h"

namespace iuran::tests {

// Owns the strings that a log::Batch only points to.
struct OwnedBatch {
  struct Record {
    std::string stream;
    uint32_t version;
    std::string bytes;
    std::string key;
    log::RequestDigest digest;
  };
  uint64_t first_position = 0;
  std::vector<Record> records;
  std::vector<log::RowChange> rows;

  log::Batch View() const {
    log::Batch batch{first_position, {}, rows};
    for (const Record& record : records) {
      batch.records.push_back(
          {record.stream, record.version, record.bytes, record.key, record.digest});
    }
    return batch;
  }
};

// The root over leaf hashes [from, to) by the definition of RFC 6962 2.1.
inline log::Hash NaiveRoot(const std::vector<log::Hash>& leaves, size_t from, size_t to) {
  if (from == to) return log::Sha256("");
  if (to - from == 1) return leaves[from];
  size_t left = 1;
  while (left * 2 < to - from) left *= 2;
  std::string node = "\1";
  for (const log::Hash& hash :
       {NaiveRoot(leaves, from, from + left), NaiveRoot(leaves, from + left, to)}) {
    node.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  }
  return log::Sha256(node);
}

struct LogModel {
  std::vector<std::string> records;
  std::map<std::string, std::vector<uint64_t>> streams;
  std::map<std::string, log::KeyEntry> keys;
  std::map<std::string, std::string> rows[2];  // by table

  void Apply(const OwnedBatch& batch) {
    for (const OwnedBatch::Record& record : batch.records) {
      streams[record.stream].push_back(records.size());
      if (!record.key.empty()) keys[record.key] = {records.size(), record.digest};
      records.push_back(record.bytes);
    }
    for (const log::RowChange& row : batch.rows) {
      auto& table = rows[static_cast<size_t>(row.table)];
      if (row.value) {
        table[row.key] = *row.value;
      } else {
        table.erase(row.key);
      }
    }
  }

  // The next batch of a history: `most` records or fewer, of 12 streams, and a few rows.
  OwnedBatch NextBatch(std::mt19937_64& random, size_t most) const {
    OwnedBatch batch;
    batch.first_position = records.size();
    std::map<std::string, uint32_t> versions;
    for (size_t left = 1 + random() % most; left > 0; --left) {
      OwnedBatch::Record record;
      record.stream = "member/" + std::to_string(random() % 12);
      const auto known = streams.find(record.stream);
      if (!versions.contains(record.stream)) {
        versions[record.stream] =
            known == streams.end() ? 0 : static_cast<uint32_t>(known->second.size());
      }
      record.version = versions[record.stream]++;
      record.bytes.assign(1 + random() % 400, static_cast<char>(random()));
      for (size_t i = 0; i < record.bytes.size(); i += 5)
        record.bytes[i] = static_cast<char>(random());
      const uint64_t position = batch.first_position + batch.records.size();
      if (random() % 4 != 0) record.key = "payment/" + std::to_string(position * 7919);
      for (uint8_t& byte : record.digest) byte = static_cast<uint8_t>(random());
      batch.records.push_back(std::move(record));
    }
    for (size_t left = random() % 4; left > 0; --left) {
      const auto table = random() % 2 == 0 ? log::Table::kBook : log::Table::kVault;
      std::optional<std::string> value;
      if (random() % 3 != 0) value = std::to_string(random());
      batch.rows.push_back({table, "row/" + std::to_string(random() % 20), value});
    }
    return batch;
  }

  // The tree is that of the records, and its proofs hold at sizes on either side of every edge.
  void ExpectTreeOf(const log::EventLog& log) const {
    std::vector<log::Hash> leaves;
    for (const std::string& record : records) {
      leaves.push_back(log::Sha256(std::string(1, '\0') + record));
    }
    const uint64_t size = leaves.size();
    const auto head = log.Head();
    ASSERT_TRUE(head) << head.error().message;
    ASSERT_EQ(head->size, size);
    ASSERT_EQ(head->root, NaiveRoot(leaves, 0, size));
    for (const uint64_t at : {uint64_t{1}, size / 2, size & ~uint64_t{255}, size - 1, size}) {
      if (at == 0 || at > size) continue;
      const auto root = log.RootAt(at);
      ASSERT_TRUE(root) << root.error().message;
      ASSERT_EQ(*root, NaiveRoot(leaves, 0, at)) << at;
      const auto inclusion = log.ProveInclusion(at - 1, size);
      ASSERT_TRUE(inclusion) << inclusion.error().message;
      EXPECT_TRUE(log::VerifyInclusion(at - 1, size, leaves[at - 1], *inclusion, head->root));
      const auto consistency = log.ProveConsistency(at, size);
      ASSERT_TRUE(consistency) << consistency.error().message;
      EXPECT_TRUE(log::VerifyConsistency(at, size, *root, head->root, *consistency));
    }
    EXPECT_FALSE(log.RootAt(size + 1));
    EXPECT_FALSE(log.ProveInclusion(size, size));
    EXPECT_FALSE(log.ProveConsistency(0, size + 1));
  }

  // Fails the test where `log` answers anything else than this model.
  void ExpectSameAs(const log::EventLog& log) const {
    ASSERT_EQ(log.size(), records.size());
    auto cursor = log.Scan(0, UINT64_MAX);
    ASSERT_TRUE(cursor) << cursor.error().message;
    uint64_t position = 0;
    while (true) {
      const auto more = (*cursor)->NextPage();
      ASSERT_TRUE(more) << more.error().message;
      if (!*more) break;
      ASSERT_EQ((*cursor)->first_position(), position);
      for (size_t i = 0; i < (*cursor)->count(); ++i, ++position) {
        const auto bytes = (*cursor)->record(i);
        ASSERT_EQ(reinterpret_cast<uintptr_t>(bytes.data()) % 8, 0u);
        ASSERT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
                  records[position]);
      }
    }
    ASSERT_EQ(position, records.size());

    for (const auto& [stream, positions] : streams) {
      EXPECT_EQ(log.Stream(stream), positions) << stream;
      EXPECT_EQ(log.StreamSize(stream), positions.size()) << stream;
    }
    EXPECT_EQ(log.StreamSize("member/"), 0u);

    ExpectTreeOf(log);

    std::vector<std::string> asked;
    for (uint64_t i = 0; i < records.size() + 3; ++i) {
      asked.push_back("payment/" + std::to_string(i * 7919));
    }
    const auto entries = log.FindKeys(asked);
    ASSERT_TRUE(entries) << entries.error().message;
    for (size_t i = 0; i < asked.size(); ++i) {
      const auto known = keys.find(asked[i]);
      ASSERT_EQ((*entries)[i].has_value(), known != keys.end()) << asked[i];
      if (known == keys.end()) continue;
      EXPECT_EQ((*entries)[i]->position, known->second.position);
      EXPECT_EQ((*entries)[i]->digest, known->second.digest);
    }

    for (const log::Table table : {log::Table::kBook, log::Table::kVault}) {
      asked.clear();
      for (int i = 0; i < 20; ++i) asked.push_back("row/" + std::to_string(i));
      const auto found = log.FindRows(table, asked);
      ASSERT_TRUE(found) << found.error().message;
      for (size_t i = 0; i < asked.size(); ++i) {
        const auto& known = rows[static_cast<size_t>(table)];
        const auto row = known.find(asked[i]);
        EXPECT_EQ((*found)[i], row == known.end() ? std::nullopt : std::optional(row->second));
      }
    }
  }
};

}  // namespace iuran::tests
