#!/usr/bin/env python3
"""Plants one breach of each rule of check.py in an empty house and expects it to be found."""
import os
import subprocess
import sys
import tempfile

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check.py")
BREACHES = {
    "ledger/rules/a.h": ('#include "ledger/log/event_log.h"\n', "may not include"),
    "ledger/log/a.h": ('#include "events/event.h"\n', "may not include"),
    "ledger/a.cc": ('#include "projections/store.h"\n', "may not include"),
    "events/a.cc": ('#include "ledger/ledger.h"\n', "may not include"),
    "tools/a.cc": ("#include <rocksdb/db.h>\n", "may be included only in"),
    "tools/b.cc": ('#include "events/schema.capnp.h"\n', "may be included only in"),
    "ledger/rules/b.cc": ("#include <spdlog/spdlog.h>\n", "may be included only in"),
    "projections/arrears.cc": ('#include "projections/balances.h"\n', "one view"),
    "projections/a.cc": ("log.Append(batch);\n", "may not append"),
    "events/long.h": ("\n" * 401, "401 lines"),
    "tools/c.cc": ("int Long() {\n" + "  f();\n" * 70 + "}\n", "a function of 72 lines"),
    "ledger/rules/d.cc": ("double share = 1;\n", "no floating point"),
    "tests/a.py": ('""\n  "a docstring that a formatter took apart\n', "no Python"),
    "projections/CMakeLists.txt": ("iuran_library(iuran_projections LINKS iuran_tools)\n",
                                   "may not link"),
}
CLEAN = {
    "ledger/rules/ok.cc": '#include "ledger/rules/ok.h"\n#include "events/money.h"\nint a;  // double\n',
    "ledger/log/ok.cc": '#include "events/error.h"\n#include <rocksdb/db.h>\n',
    "tests/unit/ok.cc": '#include "tools/report.h"\n#include "ledger/log/event_log.h"\n',
}


def run(files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
                file.write(text)
        return subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True)


def main():
    failed = 0
    for path, (text, expected) in BREACHES.items():
        done = run({path: text})
        if done.returncode != 1 or f"{path}:" not in done.stdout or expected not in done.stdout:
            failed += 1
            print(f"not found: {path} ({expected}); got:\n{done.stdout}")
    done = run(CLEAN)
    if done.returncode != 0:
        failed += 1
        print(f"found in a clean house:\n{done.stdout}")
    print(f"{len(BREACHES) + 1 - failed} of {len(BREACHES) + 1} as expected")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
