// The texts that notes and proofs are made of: base64, decimal numbers, lines, UTF-8. Every value
// has one form and no other is read, so that no byte of a signed or proven file can change unseen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iuran::log {

// Standard base64 (RFC 4648, section 4) with padding.
std::string EncodeBase64(std::string_view bytes);
// Nothing where the text is not what EncodeBase64 prints for some bytes.
std::optional<std::string> DecodeBase64(std::string_view text);

// An ASCII decimal without sign and leading zeroes, of at most 64 bits.
std::optional<uint64_t> ParseDecimal(std::string_view text);

// Exactly eight lowercase hexadecimal digits.
std::string PrintHex32(uint32_t value);
std::optional<uint32_t> ParseHex32(std::string_view text);

// Big-endian numbers, as key ids and timestamps stand in signatures.
std::string PutBigEndian(uint64_t value, int bytes);
uint64_t TakeBigEndian(std::string_view bytes);

// Takes the first line off `text`, without its newline. Nothing where no newline is left.
std::optional<std::string_view> TakeLine(std::string_view& text);

// Valid UTF-8 without ASCII control characters other than the newline, as a note must be.
bool IsNoteText(std::string_view text);
// Valid, not empty, without Unicode spaces, plus and control characters.
bool IsKeyName(std::string_view text);

}  // namespace iuran::log
