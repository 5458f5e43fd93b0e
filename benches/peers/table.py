#!/usr/bin/env python3
"""Prints the comparison as Markdown.

  table.py FOLDER TOOL…    FOLDER holds TOOL.jsonl, TOOL.cost.ROUND.json and TOOL.score.json of each
                           tool, pages.jsonl and facts.json
"""
import json
import pathlib
import sys

NAMES = {
    "readability-lxml": "readability-lxml",
    "dom_smoothie": "dom_smoothie (Rust)",
    "htmldate": "htmldate (dates alone)",
}
FIELDS = ("title", "author", "source", "publish_time", "views", "body")


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def offered(path):
    """The fields for which a tool has an answer on any page at all."""
    found = set()
    with open(path, encoding="utf-8") as file:
        for line in file:
            prediction = json.loads(line)
            found |= {field for field in FIELDS if prediction.get(field) not in (None, "")}
    return found


def figure(value):
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def share(value):
    return "–" if value is None else f"{value:.0%}".replace("%", " %")


def row(folder, tool, facts):
    rounds = [load(path) for path in folder.glob(f"{tool}.cost.*.json")]
    if len(rounds) < facts["rounds"]:
        return [NAMES.get(tool, tool), "did not finish"] + ["–"] * 11
    cost = min(rounds, key=lambda cost: cost["cpu"])
    groups = load(folder / f"{tool}.score.json")["groups"]
    has = offered(folder / f"{tool}.jsonl")
    chinese, news, english = (groups.get(group, {}) for group in ("ALL-zh", "ALL-zh-news", "ALL-en"))

    def of(group, field, key):
        return group.get(key) if field in has else None

    bodies = (of(group, "body", "body_f1") for group in (chinese, news))
    version = cost["version"] or facts["programs"][tool]
    cells = [f"{NAMES.get(tool, tool)} {version}", " / ".join(map(figure, bodies))]
    cells += [
        figure(of(chinese, field, key))
        for field, key in (
            ("title", "title"),
            ("publish_time", "publish_time"),
            ("publish_time", "minute"),
            ("source", "source"),
            ("author", "author"),
            ("views", "views"),
        )
    ]
    noise = [share(of(chinese, field, f"{field}_noise")) for field in ("source", "author", "views")]
    cells.append(" / ".join(noise))
    cells.append(figure(of(english, "body", "body_f1")))
    speed = cost["pages"] / cost["cpu"] if cost["cpu"] else 0
    cells += [f"{speed:.0f}", f"{max(cost['peak_kb'] for cost in rounds) / 1024:.0f}", str(len(cost["failed"]))]
    return cells


def main(folder, *tools):
    folder = pathlib.Path(folder)
    facts = load(folder / "facts.json")
    with open(folder / "pages.jsonl", encoding="utf-8") as file:
        pages = [json.loads(line) for line in file]
    chinese = sum(page["lang"].startswith("zh") for page in pages)
    head = [
        "tool",
        "Chinese body F1: all / news",
        "title",
        "day",
        "minute",
        "source 来源",
        "author 作者",
        "views 浏览",
        "given in vain: source / author / views",
        "English body F1",
        "pages per CPU second",
        "peak MB",
        "pages failed",
    ]
    print("# zhanwen and its peers on the same pages\n")
    print(f"Measured on {facts['date']}: {len(pages)} pages ({chinese} Chinese), {facts['set']}.")
    print(f"{facts['machine']}; {facts['versions']}.\n")
    print("| " + " | ".join(head) + " |")
    print("| --- " * len(head) + "|")
    for tool in tools:
        print("| " + " | ".join(row(folder, tool, facts)) + " |")
    print("\nAll but the columns from English on are of the Chinese pages. “–”: the tool has no such field.")
    print("“In vain”: the share of pages without such a field on which the tool names one. The readers’")
    print("site name stands for their source, though none of them claims that it is the outlet a page names.")
    print("How each was asked, and what was measured: [README.md](README.md).")


main(*sys.argv[1:])
