#!/usr/bin/env python3
"""Reads a list of pages with one tool: predictions and what they cost.

  read.py TOOL LIST PREDICTIONS COST [COMMAND…]

A tool of Python runs in this process; `zhanwen` and `dom_smoothie` are the program COMMAND, whose
output is turned into predictions. README.md says how fields are mapped and what is measured.
"""
import importlib.metadata
import json
import os
import re
import resource
import signal
import sys
import time

LONGEST_SECONDS = 60
DATES = {"original_date": True, "extensive_search": True, "outputformat": "%Y-%m-%d %H:%M"}
XML = re.compile(r"^\s*<\?xml[^>]*\?>")
WARM_UP = "<html lang=zh><title>展会开幕</title><body><h1>展会开幕</h1><p>2020-09-16 10:30 来源：某报</p>" + (
    "<p>某某展会今天在某市会展中心开幕，共有三百家企业参展，预计观众超过五万人次。</p>" * 8
)


def text_of(page):
    """The page as every peer receives it: decoded for it, without a declaration of other bytes."""
    with open(page["path"], "rb") as file:
        text = file.read().decode(page["encoding"], "replace")
    return XML.sub("", text.removeprefix("\ufeff"), count=1)


def words_of(html):
    """The text of an HTML fragment, with a line end where a block begins or ends."""
    import lxml.etree
    import lxml.html

    inline = {"a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"}
    out = []
    for event, element in lxml.etree.iterwalk(lxml.html.fromstring(html), events=("start", "end", "comment", "pi")):
        if isinstance(element.tag, str) and element.tag not in inline:
            out.append("\n")
        if event == "start":
            out.append(element.text or "")
        else:
            out.append(element.tail or "")
    return "".join(out)


def trafilatura():
    from trafilatura import bare_extraction

    def read(text, page):
        found = bare_extraction(
            text,
            url=page["url"],
            include_comments=False,
            with_metadata=True,
            date_extraction_params=dict(DATES),
        )
        if found is None:
            return {}
        return {
            "title": found.title,
            "author": found.author,
            "source": found.sitename,
            "publish_time": found.date,
            "body": found.text,
        }

    return read


def readability_lxml():
    from readability import Document

    def read(text, page):
        document = Document(text, url=page["url"])
        author = document.author()
        return {
            "title": document.short_title(),
            "author": None if author == "[no-author]" else author,
            "body": words_of(document.summary(html_partial=True)),
        }

    return read


def gne():
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()

    def read(text, page):
        found = extractor.extract(text)
        return {
            "title": found["title"],
            "author": found["author"],
            "publish_time": found["publish_time"],
            "body": found["content"],
        }

    return read


def newspaper4k():
    import newspaper

    def read(text, page):
        article = newspaper.article(
            page["url"] or "https://www.example.com/",
            language=page["lang"][:2],
            input_html=text,
            fetch_images=False,
        )
        date = article.publish_date
        return {
            "title": article.title,
            "author": "、".join(article.authors),
            "source": article.meta_site_name,
            "publish_time": date and str(date),
            "body": article.text,
        }

    return read


def htmldate():
    from htmldate import find_date

    def read(text, page):
        return {"publish_time": find_date(text, url=page["url"], **DATES)}

    return read


PYTHON = {
    "trafilatura": trafilatura,
    "readability-lxml": readability_lxml,
    "gne": gne,
    "newspaper4k": newspaper4k,
    "htmldate": htmldate,
}


def without_network():
    """No reader may ask the network anything; one of them would look for a list of domains."""
    import socket

    def refuse(*_):
        raise OSError("no network here")

    socket.socket.connect = refuse
    socket.getaddrinfo = refuse


def too_long(*_):
    raise TimeoutError(f"it took more than {LONGEST_SECONDS} s")


def of_python(tool, pages, out):
    import logging

    logging.disable(logging.CRITICAL)
    without_network()
    read = PYTHON[tool]()
    # dictionaries that are loaded when they are first needed are loaded now
    for lang in ("zh", "en"):
        try:
            read(WARM_UP, {"url": "https://www.example.com/a.html", "lang": lang})
        except Exception:
            pass
    signal.signal(signal.SIGALRM, too_long)
    failed = []
    started = time.process_time()
    for page in pages:
        signal.alarm(LONGEST_SECONDS)
        try:
            prediction = read(text_of(page), page)
        except Exception as error:
            prediction = {}
            failed.append(f"{page['name']}: {type(error).__name__}: {error}"[:200])
        finally:
            signal.alarm(0)
        print(json.dumps({"file": page["name"], **prediction}, ensure_ascii=False, default=str), file=out)
    cpu = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return importlib.metadata.version(tool), cpu, peak, failed


def of_program(tool, pages, out, command):
    own = out.name + ".own"
    with open(own, "w", encoding="utf-8") as file:
        actions = [(os.POSIX_SPAWN_DUP2, file.fileno(), 1)]
        child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
    # 3 and 4 are what zhanwen says where some, or all, pages failed
    if os.waitstatus_to_exitcode(status) not in (0, 3, 4):
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    failed = []
    with open(own, encoding="utf-8") as file:
        for page, line in zip(pages, file, strict=True):
            found = json.loads(line)
            if found.get("error"):
                failed.append(f"{page['name']}: {found['error']}"[:200])
            fields = ("title", "author", "source", "publish_time", "views")
            prediction = {field: found.get(field) for field in fields}
            prediction["body"] = found.get("body_text") if tool == "zhanwen" else found.get("body")
            print(json.dumps({"file": page["name"], **prediction}, ensure_ascii=False), file=out)
    return None, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, failed


def main(tool, list_of_pages, predictions, cost, *command):
    with open(list_of_pages, encoding="utf-8") as file:
        pages = [json.loads(line) for line in file]
    with open(predictions, "w", encoding="utf-8") as out:
        if command:
            version, cpu, peak, failed = of_program(tool, pages, out, command)
        else:
            version, cpu, peak, failed = of_python(tool, pages, out)
    facts = {"version": version, "pages": len(pages), "cpu": cpu, "peak_kb": peak, "failed": failed}
    with open(cost, "w", encoding="utf-8") as out:
        json.dump(facts, out, ensure_ascii=False, indent=1)
    for failure in failed:
        print(f"  {tool} failed on {failure}", file=sys.stderr)


main(*sys.argv[1:])
