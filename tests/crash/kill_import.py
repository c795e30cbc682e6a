#!/usr/bin/env python3
"""Kills imports: kill_import.py PROGRAM [CYCLES] [SEED]

Imports a simulated province again and again, killing the program (SIGKILL) at random moments. After
each kill the ledger must open, hold no fewer events than before, and rebuild without a difference.
Then the import runs to its end, and the ledger must be the same, by digest, as one whose import was
never disturbed. A second importer beside the first must be turned away and told who is there.
"""
import csv
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time


def main():
    program = os.path.abspath(sys.argv[1])
    cycles = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    environment = {key: value for key, value in os.environ.items() if key != "IURAN_LEDGER"}

    def run(*arguments, allowed=(0,)):
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
        if done.returncode not in allowed:
            sys.exit(f"iuran {' '.join(arguments)} ended with {done.returncode}:\n"
                     f"{done.stdout}{done.stderr}")
        return done

    def replayed(ledger):
        return next(csv.DictReader(io.StringIO(
            run("replay", "--ledger", ledger, "--format", "csv").stdout)))

    with tempfile.TemporaryDirectory() as folder:
        province = os.path.join(folder, "province")
        run("simulate", province, "--members", "3000", "--months", "12", "--seed", "5")
        whole, hurt = os.path.join(folder, "whole"), os.path.join(folder, "hurt")
        run("init", "--ledger", whole)
        start = time.monotonic()
        run("import", province, "--ledger", whole)
        lasts = time.monotonic() - start
        run("init", "--ledger", hurt)
        events, kills, refused = 0, 0, 0
        for _ in range(cycles):
            child = subprocess.Popen([program, "import", province, "--ledger", hurt],
                                     env=environment, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, lasts))
            second = run("import", province, "--ledger", hurt, allowed=(0, 1, 3))
            if second.returncode == 3:
                refused += 1
                if str(child.pid) not in second.stderr:
                    sys.exit(f"the second writer was not told who is there: {second.stderr}")
            child.send_signal(signal.SIGKILL)
            kills += child.wait() == -signal.SIGKILL
            found = int(replayed(hurt)["events"])
            if found < events:
                sys.exit(f"{events} events were there before a kill and {found} after it")
            events = found
        run("import", province, "--ledger", hurt)
        expected, actual = replayed(whole), replayed(hurt)
        for name in ("events", "digest"):
            if expected[name] != actual[name]:
                sys.exit(f"{name}: {expected[name]} undisturbed, {actual[name]} after {kills} kills")
        if kills == 0:
            sys.exit("no import was killed: the machine was faster than the clock of this test")
        print(f"{kills} imports killed, {refused} second writers turned away; "
              f"{actual['events']} events, digest {actual['digest']}")


if __name__ == "__main__":
    main()
