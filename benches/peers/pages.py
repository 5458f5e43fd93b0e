#!/usr/bin/env python3
"""Lists the pages to be compared, and makes a set of the project's own fixtures where there is no other.

  pages.py list DIR [N]             one line for each page of DIR/truth.jsonl, for all readers alike
  pages.py batch LIST               the same list as `zhanwen extract --batch` takes it
  pages.py fixtures FIXTURES INTO   writes INTO/truth.jsonl and the articles among fixtures/pages
"""
import codecs
import json
import pathlib
import sys

FIELDS = ("title", "source", "author", "views")


def spelling(body, told):
    """The encoding all peers are told: the one the truth names, else what the bytes are."""
    names = {"gb2312": "gb18030", "gbk": "gb18030", "broken": "utf-8"}
    if told:
        return names.get(told.lower(), told.lower())
    if body.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        body.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "gb18030"


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def listed(folder, most):
    folder = pathlib.Path(folder).resolve()
    for truth in lines(folder / "truth.jsonl")[:most]:
        path = folder / truth["file"]
        page = {
            "name": truth["file"],
            "path": str(path),
            "url": truth.get("url"),
            "fetched_at": truth.get("fetched_at"),
            "encoding": spelling(path.read_bytes(), truth.get("enc")),
            "lang": truth["lang"],
        }
        print(json.dumps(page, ensure_ascii=False))


def batch(path):
    for page in lines(path):
        entry = {"file": page["path"], "url": page["url"], "fetched_at": page["fetched_at"]}
        print(json.dumps(entry, ensure_ascii=False))


def header(text, name):
    """A value of a response.toml; the standard library reads TOML only since Python 3.11."""
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key.strip() == name:
            return value.strip().strip('"')
    return None


def fixtures(pages, into):
    into = pathlib.Path(into)
    into.mkdir(parents=True, exist_ok=True)
    with open(into / "truth.jsonl", "w", encoding="utf-8") as out:
        for case in sorted(pathlib.Path(pages).glob("*/*/expected.json")):
            expected = json.loads(case.read_text(encoding="utf-8"))
            if expected.get("kind") != "article" or not expected.get("body_text"):
                continue
            body = case.with_name("page.html").read_bytes()
            response = case.with_name("response.toml").read_text(encoding="utf-8")
            name = f"{case.parent.parent.name}_{case.parent.name}.html"
            (into / name).write_bytes(body)
            lang = expected.get("lang") or "zh-Hans"
            truth = {
                "file": name,
                "set": "fixtures",
                "kind": "news",
                "lang": "zh" if lang == "zh-Hans" else lang,
                "enc": spelling(body, (expected.get("encoding") or {}).get("name")),
                "url": header(response, "url"),
                "fetched_at": header(response, "fetched_at"),
                "body": "\n".join(expected["body_text"]),
            }
            # null says that the page has none, an absent key that nobody looked
            truth.update({field: expected[field] for field in FIELDS if field in expected})
            published = expected.get("publish_time") or expected.get("publish_day")
            if published:
                truth["publish_time"] = published
            out.write(json.dumps(truth, ensure_ascii=False) + "\n")


match sys.argv[1:]:
    case ["list", folder]:
        listed(folder, None)
    case ["list", folder, most]:
        listed(folder, int(most))
    case ["batch", path]:
        batch(path)
    case ["fixtures", pages, into]:
        fixtures(pages, into)
    case _:
        sys.exit(__doc__)
