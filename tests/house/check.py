#!/usr/bin/env python3
"""Checks the house: check.py SOURCE_FOLDER

The arrows (who may include and link whom), and ratchets that keep files readable. Each finding names
the file, the line and the rule; the exit code is 1 where there is any.
"""
import ast
import os
import re
import sys

# A folder and the folders whose headers it may include, besides its own. The most specific prefix
# of a path counts. "events/error.h" and the like allow single files.
ARROWS = {
    "events": [],
    "ledger/log/proof": ["events/error.h", "events/check.h"],
    "ledger/log": ["events/error.h", "events/check.h", "ledger/log/proof"],
    "ledger/rules": ["events"],
    "ledger": ["events", "ledger/rules", "ledger/log", "ledger/log/proof"],
    "projections": ["events", "ledger", "ledger/rules", "ledger/log"],
    # The verifier stands without the ledger: proofs, and the codec to put an event into words.
    "tools/verify": ["events", "ledger/log/proof"],
    "tools": ["events", "ledger", "ledger/rules", "ledger/log", "ledger/log/proof", "projections"],
    "tests": ["events", "ledger", "ledger/rules", "ledger/log", "ledger/log/proof", "projections",
              "tools"],
}
VIEWS = ["balances", "arrears", "coverage", "books", "funds", "participation", "collect", "diff",
         "trial", "closing"]
# Library headers and the only places that may see them.
LIBRARIES = {
    r"^<?(rocksdb/)": ["ledger/log/", "projections/store", "tests/", "tools/bench"],
    r"((schema|facts)\.capnp\.h|^<?capnp/|^<?kj/)": ["events/codec", "tests/unit/events/"],
    r"^<?spdlog/": ["tools/"],
    r"^<?CLI/": ["tools/"],
}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 70
NO_FLOATING_POINT = ["events/", "ledger/rules/", "ledger/ledger", "ledger/vault"]

LINKS = {
    "iuran_events": set(),
    "iuran_proof": set(),
    "iuran_log": {"iuran_proof"},
    "iuran_rules": {"iuran_events"},
    "iuran_ledger": {"iuran_events", "iuran_rules", "iuran_log"},
    "iuran_projections": {"iuran_events", "iuran_ledger"},
    "iuran-verify": {"iuran_options", "iuran_events", "iuran_proof"},
    "iuran_tools": {"iuran_events", "iuran_ledger", "iuran_projections"},
}


def home(path):
    parts = path.split("/")[:-1]
    while parts:
        if "/".join(parts) in ARROWS:
            return "/".join(parts)
        parts.pop()
    return None


def check_includes(path, lines, report):
    mine = home(path)
    for number, line in enumerate(lines, 1):
        found = re.match(r'\s*#\s*include\s+(["<][^">]+)[">]', line)
        if not found:
            continue
        name = found.group(1).lstrip('"<')
        for pattern, places in LIBRARIES.items():
            if re.search(pattern, name) and not any(path.startswith(p) for p in places):
                report(path, number, f"{name} may be included only in {', '.join(places)}")
        target = home(name) if found.group(1)[0] == '"' else None
        if not target or not mine or target == mine or (mine == "tests" and "/" in name):
            pass
        elif name not in ARROWS[mine] and target not in ARROWS[mine]:
            report(path, number, f"{mine} may not include {name}")
        base = os.path.splitext(os.path.basename(path))[0]
        other = os.path.splitext(os.path.basename(name))[0]
        if mine == "projections" and target == "projections" and base in VIEWS \
                and other in VIEWS and other != base:
            report(path, number, "one view may not include another")


def check_appends(path, lines, report):
    for number, line in enumerate(lines, 1):
        if home(path) == "projections" and re.search(r"\b(Append|Submit)\(", line):
            report(path, number, "projections may not append")


def check_lengths(path, lines, report):
    if len(lines) > MAX_FILE_LINES:
        report(path, 1, f"{len(lines)} lines; at most {MAX_FILE_LINES}")
    if path.endswith(".py"):
        return
    start = None
    for number, line in enumerate(lines, 1):
        # A definition at the left margin (or of a class member) ends with the brace in its column.
        if start is None and re.match(r"^( {0,2})\S.*[)\w>]( const| override| noexcept)* \{$", line) \
                and not re.match(r"\s*(namespace|class|struct|enum|union|if|for|while|switch|else)\b",
                                 line):
            start = (number, len(line) - len(line.lstrip()))
        elif start and line.startswith(" " * start[1] + "}") and not line.startswith(
                " " * (start[1] + 1)):
            if number - start[0] + 1 > MAX_FUNCTION_LINES:
                report(path, start[0], f"a function of {number - start[0] + 1} lines; "
                                       f"at most {MAX_FUNCTION_LINES}")
            start = None


def check_money(path, lines, report):
    if any(path.startswith(p) for p in NO_FLOATING_POINT):
        for number, line in enumerate(lines, 1):
            if re.search(r"\b(double|float)\b", line.split("//")[0]):
                report(path, number, "no floating point near money")


def check_python(path, text, report):
    try:
        ast.parse(text)
    except SyntaxError as error:
        report(path, error.lineno or 1, f"no Python: {error.msg}")


def check_links(path, text, report):
    for call in re.finditer(r"iuran_library\(\s*(\w+)([^)]*)\)", text):
        used = set(re.findall(r"\biuran_\w+", call.group(2)))
        allowed = LINKS.get(call.group(1))
        if allowed is None:
            report(path, 1, f"{call.group(1)} has no place in the arrows of tests/house/check.py")
        elif used - allowed:
            report(path, 1, f"{call.group(1)} may not link {', '.join(sorted(used - allowed))}")
    for call in re.finditer(r"target_link_libraries\(\s*(iuran-verify)([^)]*)\)", text):
        used = set(re.findall(r"\biuran_\w+", call.group(2)))
        if used - LINKS[call.group(1)]:
            report(path, 1, f"{call.group(1)} may not link "
                            f"{', '.join(sorted(used - LINKS[call.group(1)]))}")


def main():
    source = sys.argv[1]
    findings, files = [], 0

    def report(path, number, text):
        findings.append(f"{path}:{number}: {text}")

    for folder, names, leaves in os.walk(source):
        relative = os.path.relpath(folder, source)
        names[:] = [n for n in names if not (relative == "." and n in (".git", "build"))]
        for leaf in leaves:
            path = os.path.normpath(os.path.join(relative, leaf))
            if not re.search(r"\.(h|cc|py|capnp)$|CMakeLists\.txt$", path):
                continue
            files += 1
            with open(os.path.join(source, path), encoding="utf-8") as file:
                text = file.read()
            lines = text.split("\n")
            if lines and not lines[-1]:
                lines.pop()
            if path.endswith("CMakeLists.txt"):
                check_links(path, text, report)
                continue
            check_lengths(path, lines, report)
            if path.endswith(".py"):
                check_python(path, text, report)
            if path.endswith((".h", ".cc")):
                check_includes(path, lines, report)
                check_appends(path, lines, report)
                check_money(path, lines, report)
    print("\n".join(findings))
    print(f"{len(findings)} findings in {files} files")
    return 1 if findings or not files else 0


if __name__ == "__main__":
    sys.exit(main())
