#!/usr/bin/env python3
"""Kills imports: kill_import.py PROGRAM [--cycles 20] [--seed 1] [--members 6000]; at length:
--cycles 5000, over a smaller province in less time.

Imports a simulated province again and again, killing the program (SIGKILL) at random moments. After
each kill the ledger must open, hold no fewer events than before, and rebuild without a difference.
In the end the import runs to its end, and the ledger must be the same, by digest, as one whose
import was never disturbed; so must every ledger that came to its end before. A second writer beside
the import must be turned away and told who is there. A quarter of the cycles refuse lists that do
not add up; then the payments of a remittance must be there all or none.
"""
import argparse
import csv
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def main():
    arguments = argparse.ArgumentParser(description="Kills imports.")
    arguments.add_argument("program")
    arguments.add_argument("--cycles", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--members", type=int, default=6000)
    asked = arguments.parse_args()
    program, cycles, chance = os.path.abspath(asked.program), asked.cycles, random.Random(asked.seed)
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
        run("simulate", province, "--members", str(asked.members), "--months", "12", "--seed", "5")
        nothing = os.path.join(folder, "groups.csv")
        with open(nothing, "w", encoding="utf-8") as file:
            file.write("group,kind,name,region,risk\n")

        def check_lists(ledger):
            """Of every remittance all is drawn or nothing: its list was recorded whole or not."""
            told = run("remittances", "--as-of", "9999-12-31", "--ledger", ledger, "--format", "csv")
            for row in csv.DictReader(io.StringIO(told.stdout)):
                if row["allocated"] not in ("0", row["received"]):
                    sys.exit(f"a list was recorded in part: {row}")

        def disturb(lists, cycles):
            """Kills imports with --lists `lists`; returns (killed, half way, refused, ledgers)."""
            take = ["import", province, "--lists", lists, "--ledger"]
            whole = os.path.join(folder, f"whole-{lists}")
            run("init", "--ledger", whole)
            start = time.monotonic()
            run(*take, whole)
            lasts = time.monotonic() - start
            expected = replayed(whole)

            ledgers, events, killed, half_way, refused = 0, int(expected["events"]), 0, 0, 0
            for cycle in range(cycles):
                if events == int(expected["events"]):  # done, or the first: begin a new one
                    if ledgers > 0:
                        shutil.rmtree(hurt)
                    ledgers, events = ledgers + 1, 0
                    hurt = os.path.join(folder, f"hurt-{lists}-{ledgers}")
                    run("init", "--ledger", hurt)
                child = subprocess.Popen([program, *take, hurt], env=environment,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(chance.uniform(0, lasts))
                second = run("import", nothing, "--ledger", hurt, allowed=(0, 3))
                if second.returncode == 3:
                    refused += 1
                    if str(child.pid) not in second.stderr:
                        sys.exit(f"the second writer was not told who is there: {second.stderr}")
                child.send_signal(signal.SIGKILL)
                killed += child.wait() == -signal.SIGKILL
                actual = replayed(hurt)
                if int(actual["events"]) < events:
                    sys.exit(f"{events} events were there before a kill and {actual['events']} after")
                half_way += events < int(actual["events"]) < int(expected["events"])
                events = int(actual["events"])
                if lists != "take":
                    check_lists(hurt)
                if cycle % 100 == 99:
                    print(f"{cycle + 1} cycles, none lost", flush=True)
                if events == int(expected["events"]) and actual["digest"] != expected["digest"]:
                    sys.exit(f"digest: {expected['digest']} undisturbed, {actual['digest']} after "
                             "kills")
            run(*take, hurt)
            actual = replayed(hurt)
            for name in ("events", "digest"):
                if expected[name] != actual[name]:
                    sys.exit(f"{name}: {expected[name]} undisturbed, {actual[name]} after {killed} "
                             "kills")
            return killed, half_way, refused, ledgers

        tried = [disturb("take", cycles - cycles // 4), disturb("refuse", max(cycles // 4, 1))]
        killed, half_way, refused, ledgers = (sum(column) for column in zip(*tried))
        if half_way == 0 or refused == 0:
            sys.exit(f"{killed} imports killed, {half_way} of them half way, {refused} second writers "
                     "turned away: this run tried nothing. Give it more cycles.")
        print(f"{killed} imports killed, {half_way} of them half way, over {ledgers} ledgers; "
              f"{refused} second writers turned away")


if __name__ == "__main__":
    main()
