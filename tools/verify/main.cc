// iuran-verify FILE --key KEY: checks a proof file by itself, and says in plain words what it
// shows.
//
// A program apart, so that whoever does not trust the ledger's keeper has little to read: it knows
// the proof code and, to put the event into words, the codec. It opens no ledger.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/codec.h"
#include "events/words.h"
#include "ledger/log/proof/proof_file.h"

namespace iuran {
namespace {

constexpr int kProven = 0;
constexpr int kNotProven = 1;
constexpr int kUsage = 2;

constexpr std::string_view kHelp =
    "iuran-verify: checks a proof file, and says what it proves. It needs no ledger.\n"
    "Usage: iuran-verify FILE --key KEY [--witness KEY]...\n"
    "\n"
    "  FILE           what 'iuran prove' wrote\n"
    "  --key KEY      the log's public key, as its keeper has published it ('iuran key')\n"
    "  --witness KEY  a witness whose cosignature must be there too; may be given again\n"
    "  -h, --help     say this\n"
    "\n"
    "Exit codes: 0 proven; 1 not proven: the file was changed, is of another log, lacks the\n"
    "cosignature of a witness, or holds an event of another position; 2 wrong usage, or the file\n"
    "cannot be read.\n";

struct Asked {
  std::string file;
  std::string key;
  std::vector<std::string> witnesses;
};

std::optional<Asked> Read(const std::vector<std::string>& words) {
  Asked asked;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string* place = &asked.file;
    if (words[i].starts_with("-")) {
      if (words[i] == "--key") {
        place = &asked.key;
      } else if (words[i] == "--witness") {
        place = &asked.witnesses.emplace_back();
      } else {
        return std::nullopt;
      }
      if (++i == words.size()) return std::nullopt;
    }
    if (!place->empty() || words[i].empty()) return std::nullopt;
    *place = words[i];
  }
  if (asked.file.empty() || asked.key.empty()) return std::nullopt;
  return asked;
}

int Complain(int code, std::string_view message) {
  std::cerr << "iuran-verify: " << message << "\n";
  return code;
}

// What is in a file; nothing where it cannot be read to its end.
std::optional<std::string> Contents(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  // Unlike the iterators of a buffer, this makes a failure to read a state of the stream.
  if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file || !text) return std::nullopt;
  return std::move(text).str();
}

// The time a witness states, where a calendar has it.
std::string TimeOf(uint64_t seconds) {
  constexpr int64_t kSecond = 1'000'000;
  if (seconds > static_cast<uint64_t>(events::kLastTime.microseconds_since_1970 / kSecond)) {
    return "a time beyond the year 9999";
  }
  return ToString(events::Time{static_cast<int64_t>(seconds) * kSecond});
}

int Tell(const log::ProvenRecord& proven) {
  // Cap'n Proto reads in place, at addresses divisible by 8.
  std::vector<uint64_t> words((proven.record.size() + 7) / 8);
  std::memcpy(words.data(), proven.record.data(), proven.record.size());
  const auto event = events::Decode(std::as_bytes(std::span(words)).first(proven.record.size()));
  if (event && event->envelope.position.value != proven.index) {
    return Complain(kNotProven,
                    "NOT PROVEN. The log has signed that this record stands at position " +
                        std::to_string(proven.index) +
                        ", but the event in it says of itself that "
                        "it stands at position " +
                        std::to_string(event->envelope.position.value) +
                        ". No ledger records that: ask its keeper.");
  }
  const log::Checkpoint& checkpoint = proven.signed_by.checkpoint;
  std::cout << "Proven: " << checkpoint.origin << " has signed that this stands at position "
            << proven.index << " of its first " << checkpoint.size << " records.\n";
  for (const log::Cosignature& cosignature : proven.signed_by.cosignatures) {
    std::cout << "Cosigned  by " << cosignature.witness << " at " << TimeOf(cosignature.timestamp)
              << "\n";
  }
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
  if (std::any_of(words.begin(), words.end(),
                  [](const std::string& word) { return word == "-h" || word == "--help"; })) {
    std::cout << kHelp;
    return kProven;
  }
  const std::optional<Asked> asked = Read(words);
  if (!asked) return Complain(kUsage, "this line cannot be understood.\n" + std::string(kHelp));
  const auto key = log::VerifierKey::Parse(asked->key);
  if (!key) return Complain(kUsage, "--key: " + key.error().message);
  std::vector<log::VerifierKey> witnesses;
  for (const std::string& text : asked->witnesses) {
    auto witness = log::VerifierKey::Parse(text);
    if (!witness) return Complain(kUsage, "--witness: " + witness.error().message);
    witnesses.push_back(*std::move(witness));
  }
  const std::optional<std::string> text = Contents(asked->file);
  if (!text) return Complain(kUsage, "the file " + asked->file + " cannot be read.");
  const auto proven = log::CheckProofFile(*text, *key, witnesses);
  if (!proven) return Complain(kNotProven, "NOT PROVEN. " + proven.error().message);
  for (size_t i = 0; i < witnesses.size(); ++i) {
    const auto& there = proven->signed_by.cosignatures;
    const bool signed_it = std::any_of(there.begin(), there.end(),
                                       [i](const log::Cosignature& c) { return c.index == i; });
    if (!signed_it) {
      return Complain(kNotProven, "NOT PROVEN. The log has signed this, but the witness " +
                                      witnesses[i].name +
                                      " has not cosigned it. Ask for a proof with its cosignature, "
                                      "or judge without that witness.");
    }
  }
  return Tell(*proven);
}

}  // namespace
}  // namespace iuran

int main(int argc, char** argv) {
  return iuran::Verify(std::vector<std::string>(argv + 1, argv + argc));
}
