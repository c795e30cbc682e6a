// What callers can meet when something does not work out.
//
// A closed list: every code has one meaning and one exit code, and messages are sentences for the
// person at the desk, with the next step. Bugs of our own are not errors; they stop the process
// (events/check.h). This header stands alone so that every folder, the log included, may use it.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace iuran {

enum class ErrorCode {
  kUsage,           // the command line asks for something that cannot be asked
  kInvalidValue,    // a value is not one of those the rulebook allows
  kNotFound,        // no such member, group, payment, position or file
  kConflict,        // the identifier is taken by other content
  kVersionMismatch, // the stream is not at the version the caller expected
  kLedgerExists,    // a ledger is already there
  kLedgerMissing,   // there is no ledger there
  kLedgerLocked,    // another process writes to it
  kLedgerDamaged,   // stored bytes are not what was written
  kLedgerBehind,    // what was acknowledged is missing, events or what stood beside them
  kUnknownEvent,    // an event of a newer program; this one must not guess
  kKeyMissing,      // the master key is not there or not this ledger's
  kIo,              // the operating system refused; nothing was recorded
  kUnknownOutcome,  // it may or may not have been recorded: look the key up, then retry
};

struct Error {
  ErrorCode code;
  std::string message;  // one or more full sentences, no personal data, no trailing newline
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

// The stable name of a code, for machine-readable reports: "invalid_value", "ledger_locked", ...
constexpr std::string_view Name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage: return "usage";
    case ErrorCode::kInvalidValue: return "invalid_value";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kVersionMismatch: return "version_mismatch";
    case ErrorCode::kLedgerExists: return "ledger_exists";
    case ErrorCode::kLedgerMissing: return "ledger_missing";
    case ErrorCode::kLedgerLocked: return "ledger_locked";
    case ErrorCode::kLedgerDamaged: return "ledger_damaged";
    case ErrorCode::kLedgerBehind: return "ledger_behind";
    case ErrorCode::kUnknownEvent: return "unknown_event";
    case ErrorCode::kKeyMissing: return "key_missing";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kUnknownOutcome: return "unknown_outcome";
  }
  return "unknown";
}

// Exit codes of the program: 2 wrong usage; 3 the ledger is missing, locked, damaged or behind; 4 the rest.
// (0 is done; 1 is done with rejected rows or differences, which is no error.)
constexpr int ExitCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
    case ErrorCode::kInvalidValue: return 2;
    case ErrorCode::kLedgerMissing:
    case ErrorCode::kLedgerLocked:
    case ErrorCode::kLedgerDamaged:
    case ErrorCode::kLedgerBehind: return 3;
    default: return 4;
  }
}

}  // namespace iuran

// IURAN_TRY(expression): hands the error of a Result<void> to the caller, or goes on.
#define IURAN_TRY(expression)                                                          \
  do {                                                                                 \
    if (auto iuran_result_ = (expression); !iuran_result_) {                           \
      return tl::unexpected<::iuran::Error>(std::move(iuran_result_.error()));         \
    }                                                                                  \
  } while (false)

#define IURAN_CONCAT_(a, b) a##b
#define IURAN_CONCAT(a, b) IURAN_CONCAT_(a, b)

// IURAN_ASSIGN(declaration, expression): unpacks a Result<T>, or hands its error to the caller.
#define IURAN_ASSIGN(declaration, expression)                                          \
  auto IURAN_CONCAT(iuran_result_, __LINE__) = (expression);                           \
  if (!IURAN_CONCAT(iuran_result_, __LINE__)) {                                        \
    return tl::unexpected<::iuran::Error>(                                             \
        std::move(IURAN_CONCAT(iuran_result_, __LINE__).error()));                     \
  }                                                                                    \
  declaration = *std::move(IURAN_CONCAT(iuran_result_, __LINE__))
