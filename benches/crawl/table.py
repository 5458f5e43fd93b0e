#!/usr/bin/env python3
"""Prints the comparison as Markdown: table.py FOLDER, which holds COST files and facts.json."""
import json
import pathlib
import statistics
import sys

PEERS = ("zhanwen", "scrapy", "spider", "naive")


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def costs(folder, name):
    return [load(path) for path in sorted(folder.glob(f"{name}.cost.*.json"))]


def per_thousand(cost):
    return cost["cpu"] * 1000 / cost["pages"]


def main(folder):
    folder = pathlib.Path(folder)
    facts = load(folder / "facts.json")
    rounds = facts["rounds"]
    median = statistics.median
    naive = costs(folder, "naive")
    print("# A crawl, and the same by others\n")
    print(f"Measured on {facts['date']}: {facts['pages']} pages of {facts['page_bytes'] / 1000:.0f} KB on two hosts, no politeness")
    print(f"delay, {rounds} rounds one after another, each program once in each; the median is shown.")
    print(f"{facts['machine']}; {facts['versions']}.\n")
    print("| program | pages | CPU s per 1,000 pages | × naive | wall s | peak MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    for peer in PEERS:
        runs = costs(folder, peer)
        if len(runs) < rounds or any(run["distinct"] != facts["pages"] for run in runs):
            found = ", ".join(str(run["distinct"]) for run in runs)
            print(f"| {facts['programs'][peer]} | did not finish ({found}) | – | – | – | – |")
            continue
        # a busy moment of the machine falls on a round, so ratios are taken within one
        ratio = median(per_thousand(run) / per_thousand(other) for run, other in zip(runs, naive))
        print(
            f"| {facts['programs'][peer]} | {runs[0]['distinct']} | {median(map(per_thousand, runs)):.2f} | {ratio:.2f} "
            f"| {median(run['wall'] for run in runs):.1f} | {max(run['peak_kb'] for run in runs) / 1024:.0f} |"
        )
    print("\n## The second run, nothing having changed\n")
    print("| command | requests | answered 304 | saved | not fetched anew | new versions | CPU s | wall s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, label in (("plain", "`crawl`"), ("recheck", "`crawl --recheck`")):
        for run in costs(folder, name)[-1:]:
            unmodified = run["statuses"].get("304", 0)
            saved = facts["pages"] - run["distinct"]
            share = (unmodified + saved) / facts["pages"]
            print(
                f"| {label} | {run['requests']} | {unmodified} | {saved} | {share:.1%} | {run['versions_new']} "
                f"| {run['cpu']:.2f} | {run['wall']:.1f} |"
            )
    print("\nPages and requests are counted in the log of nginx. What each program does for a page, and")
    print("what was measured: [README.md](README.md).")


main(*sys.argv[1:])
