// iuran-verify FILE --key KEY: checks a proof file by itself, and says in plain words what it
// shows.
//
// A program apart, so that whoever does not trust the ledger's keeper has little to read: it knows
// the proof code and, to put the event into words, the codec. It opens no ledger.
//
// Exit codes: 0 proven; 1 the file proves nothing; 2 wrong usage, or the file cannot be read.
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/codec.h"
#include "events/words.h"
#include "ledger/log/proof/proof_file.h"

namespace iuran {
namespace {

constexpr int kProven = 0;
constexpr int kNotProven = 1;
constexpr int kUsage = 2;

struct Asked {
  std::string file;
  std::string key;
};

std::optional<Asked> Read(const std::vector<std::string>& words) {
  Asked asked;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string* place = &asked.file;
    if (words[i] == "--key" && i + 1 < words.size()) {
      place = &asked.key;
      ++i;
    } else if (words[i].starts_with("-")) {
      return std::nullopt;
    }
    if (!place->empty()) return std::nullopt;
    *place = words[i];
  }
  if (asked.file.empty() || asked.key.empty()) return std::nullopt;
  return asked;
}

int Complain(int code, std::string_view message) {
  std::cerr << "iuran-verify: " << message << "\n";
  return code;
}

int Tell(const log::ProvenRecord& proven) {
  const log::Checkpoint& checkpoint = proven.signed_by.checkpoint;
  std::cout << "Proven: " << checkpoint.origin << " has signed that this stands at position "
            << proven.index << " of its first " << checkpoint.size << " records.\n";
  // Cap'n Proto reads in place, at addresses divisible by 8.
  std::vector<uint64_t> words((proven.record.size() + 7) / 8);
  std::memcpy(words.data(), proven.record.data(), proven.record.size());
  const auto event = events::Decode(std::as_bytes(std::span(words)).first(proven.record.size()));
  if (!event) {
    std::cout << "This program cannot put the record into words: " << event.error().message << "\n";
    return kProven;
  }
  const events::Envelope& envelope = event->envelope;
  std::cout << "Event     " << events::InWords(event->body) << "\n"
            << "Stream    " << envelope.stream << ", version " << envelope.stream_version << "\n"
            << "Day       " << envelope.day.ToString() << "\n"
            << "Recorded  " << ToString(envelope.recorded_at) << " by " << envelope.author << "\n";
  return kProven;
}

int Verify(const std::vector<std::string>& words) {
  const std::optional<Asked> asked = Read(words);
  if (!asked) {
    return Complain(kUsage,
                    "checks a proof file.\nUsage: iuran-verify FILE --key KEY\n"
                    "KEY is the log's public key, as the log's keeper has published it "
                    "('iuran key' prints it).");
  }
  const auto key = log::VerifierKey::Parse(asked->key);
  if (!key) return Complain(kUsage, "--key: " + key.error().message);
  std::ifstream file(asked->file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return Complain(kUsage, "the file " + asked->file + " cannot be read.");
  const auto proven = log::CheckProofFile(text, *key);
  if (!proven) return Complain(kNotProven, "NOT PROVEN. " + proven.error().message);
  return Tell(*proven);
}

}  // namespace
}  // namespace iuran

int main(int argc, char** argv) {
  return iuran::Verify(std::vector<std::string>(argv + 1, argv + argc));
}
