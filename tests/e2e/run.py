#!/usr/bin/env python3
"""Runs text tests of the command line: run.py PROGRAM FILE...

A test file is a transcript. Each runs in an empty folder of its own, with PROGRAM as `iuran`:

    # A comment, for the reader.
    $ iuran status --ledger book          a command for the shell; a here-document may follow,
    ? 3                                   up to its end word. Then its exit code, 0 if not named,
    2> There is no ledger ...             the lines it writes to standard error,
    Events  12                            and those it writes to standard output.

In an expected line `...` stands for any text; a line that is `...` alone for any number of lines.
Standard error is compared only where at least one `2>` line stands; `2>` alone says that it is
empty. Markdown files are tested in the same way: their blocks fenced as ```console, beside links to
the source's tools and ledger folders, so that files stand where a reader of the page finds them.
"""
import os
import re
import subprocess
import sys
import tempfile


def read_steps(path):
    """Yields (line number, command, exit code, stdout lines, stderr lines)."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if path.endswith(".md"):
        inside = False
        for i, line in enumerate(lines):
            if line.startswith("```"):
                inside = line.strip() == "```console"
                lines[i] = "#"
            elif not inside:
                lines[i] = "#"
    i, step = 0, None
    while i < len(lines):
        line = lines[i]
        if line.startswith("$ "):
            if step:
                yield step
            command, number = line[2:], i + 1
            word = re.search(r"<<-?\s*'?\"?(\w+)'?\"?", command)
            while word and i + 1 < len(lines):
                i += 1
                command += "\n" + lines[i]
                if lines[i] == word.group(1):
                    break
            step = (number, command, [0], [], [])
        elif step and re.fullmatch(r"\? \d+", line):
            step[2][0] = int(line[2:])
        elif step and (line.startswith("2> ") or line == "2>"):
            step[4].append(line[3:] if len(line) > 2 else None)
        elif step and not line.startswith("#"):
            step[3].append(line)
        i += 1
    if step:
        yield step


def matches(expected, actual):
    """Whether lines are as expected, with `...` as wildcards."""
    pattern = ""
    for line in expected:
        if line == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += r"[^\n]*?".join(re.escape(p) for p in line.split("...")) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


def trimmed(lines):
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def run_file(path, environment):
    failures = steps = 0
    with tempfile.TemporaryDirectory() as folder:
        if path.endswith(".md"):
            for beside in ["tools", "ledger"]:
                os.symlink(os.path.join(environment["SOURCE"], beside), os.path.join(folder, beside))
        for number, command, code, out, err in read_steps(path):
            steps += 1
            done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
            got_out = trimmed(done.stdout.decode("utf-8", "replace").split("\n"))
            got_err = trimmed(done.stderr.decode("utf-8", "replace").split("\n"))
            wrong = []
            if done.returncode != code[0]:
                wrong.append(f"exit code {done.returncode}, expected {code[0]}")
            if not matches(trimmed(out), got_out):
                wrong.append("standard output differs")
            if err and not matches(trimmed([e for e in err if e is not None]), got_err):
                wrong.append("standard error differs")
            if wrong:
                failures += 1
                print(f"{path}:{number}: {'; '.join(wrong)}\n  $ {command}")
                print("".join(f"  expected | {line}\n" for line in trimmed(out)), end="")
                print("".join(f"  got      | {line}\n" for line in got_out), end="")
                print("".join(f"  2>       | {line}\n" for line in got_err), end="")
    if steps == 0:
        print(f"{path}: no steps found")
        failures += 1
    return steps, failures


def main():
    program, files = os.path.abspath(sys.argv[1]), sys.argv[2:]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("IURAN_")}
    environment["PATH"] = os.path.dirname(program) + ":" + environment["PATH"]
    environment["SOURCE"] = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
    environment["USER"] = "clerk"
    environment["TZ"] = "UTC"
    total = failed = 0
    for path in files:
        steps, failures = run_file(path, environment)
        total, failed = total + steps, failed + failures
    print(f"{total - failed} of {total} steps as expected in {len(files)} files")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
