#!/usr/bin/env python3
"""Runs a command and writes what it cost, its children included: cost.py COST LOG COMMAND…

CPU is user and system time, memory the largest resident set of one process. LOG is the access log
of nginx; the requests made meanwhile are counted in it, so no program is asked how busy it was.
"""
import collections
import json
import os
import sys
import time


def requests_since(log, offset):
    with open(log, encoding="utf-8") as file:
        file.seek(offset)
        return [line.split() for line in file]


def main(cost, log, *command):
    before = os.path.getsize(log)
    started = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - started
    asked = requests_since(log, before)
    pages = [entry for entry in asked if not entry[3].endswith("robots.txt")]
    facts = {
        "exit": os.waitstatus_to_exitcode(status),
        "cpu": usage.ru_utime + usage.ru_stime,
        "user": usage.ru_utime,
        "system": usage.ru_stime,
        "wall": wall,
        "peak_kb": usage.ru_maxrss,
        "requests": len(asked),
        "pages": len(pages),
        "distinct": len({(entry[1], entry[3]) for entry in pages}),
        "statuses": collections.Counter(entry[4] for entry in pages),
        "wire_bytes": sum(int(entry[5]) for entry in pages),
    }
    with open(cost, "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=1)
    if facts["exit"]:
        sys.exit(f"{command[0]} ended with {facts['exit']}")


main(*sys.argv[1:])
