"""What analysts use opens the archive and answers right: sqlite3, pandas, DuckDB, Datasette, zstandard."""

import contextlib
import glob
import hashlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import unittest
import urllib.parse
import urllib.request

import duckdb
import duckdb_extension_sqlite_scanner
import pandas as pd
import zstandard

from archive import blocks, demo, zhanwen

EDITED = "示例家居展公布参展商名录"
DOCUMENT = "docs/python.md"
SQLITE_EXTENSION = glob.glob(
    os.path.join(os.path.dirname(duckdb_extension_sqlite_scanner.__file__), "extensions", "*", "*.duckdb_extension")
)[0]


def read_only():
    """The archive in Python's own SQLite."""
    return contextlib.closing(sqlite3.connect(f"file:{demo()}/archive.db?mode=ro", uri=True))


def column(sql, *parameters):
    """The first column of a query."""
    with read_only() as archive:
        return [row[0] for row in archive.execute(sql, parameters)]


def views():
    """The names of the views."""
    return column("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")


def documented(number):
    """What a block of the document leaves behind, run in the folder of the archive."""
    code = blocks(DOCUMENT, "python")[number]
    # the one line that needs the network: here the same file comes from PyPI
    code = code.replace("INSTALL sqlite; LOAD sqlite", f"LOAD '{SQLITE_EXTENSION}'")
    names = {}
    with contextlib.chdir(demo()):
        exec(compile(code, f"{DOCUMENT} block {number}", "exec"), names)  # noqa: S102
    return names


# the demo is one company's site: nobody else has its texts; and nobody saved a search
EMPTY = ["v_assets", "v_reposts", "v_saved_news", "v_saved_searches"]


class PythonsOwn(unittest.TestCase):
    def test_every_view_has_rows_and_nothing_can_be_written(self):
        self.assertGreaterEqual(len(views()), 9)
        with read_only() as archive:
            empty = [view for view in views() if archive.execute(f"SELECT * FROM {view}").fetchone() is None]
            self.assertEqual(empty, EMPTY)
            with self.assertRaises(sqlite3.OperationalError):
                archive.execute("DELETE FROM page")

    def test_the_stock_program_finds_words(self):
        sql = "SELECT a.title FROM fts JOIN v_articles a ON a.version_id = fts.rowid WHERE fts MATCH 'title:名录'"
        printed = subprocess.run(
            ["sqlite3", "-readonly", demo() / "archive.db", sql], capture_output=True, check=True, text=True
        )
        self.assertEqual(printed.stdout.splitlines(), [EDITED])


class Pandas(unittest.TestCase):
    def test_what_the_document_says(self):
        names = documented(0)
        articles = names["articles"]
        self.assertEqual(len(articles), column("SELECT count(*) FROM v_articles")[0])
        self.assertEqual(str(articles["published"].dtype).split("[")[0], "datetime64")
        self.assertEqual(int(articles["published"].isna().sum()), int(articles["publish_time"].isna().sum()))
        best = column("SELECT source FROM v_articles WHERE source IS NOT NULL GROUP BY source ORDER BY sum(views) DESC")
        self.assertEqual(names["by_source"].index[-1], best[0])
        self.assertEqual(
            int(names["growth"].iloc[-1].sum()), column("SELECT sum(views) FROM v_articles WHERE views IS NOT NULL")[0]
        )

    def test_what_query_writes_is_read_back(self):
        sql = "SELECT title, views, publish_time, body FROM v_articles ORDER BY page_id"
        for name, read in {
            "answer.csv": pd.read_csv,
            "answer.json": pd.read_json,
            "answer.jsonl": lambda path: pd.read_json(path, lines=True),
        }.items():
            zhanwen("query", sql, "-o", name)
            table = read(demo() / name)
            self.assertEqual(list(table.columns), ["title", "views", "publish_time", "body"], name)
            self.assertEqual(list(table["title"]), column("SELECT title FROM v_articles ORDER BY page_id"), name)
            self.assertEqual(
                list(table["body"].fillna("")),
                [body or "" for body in column("SELECT body FROM v_articles ORDER BY page_id")],
                name,
            )
            self.assertEqual(int(table["views"].sum()), column("SELECT sum(views) FROM v_articles")[0], name)


class Duck(unittest.TestCase):
    def test_what_the_document_says(self):
        names = documented(1)
        self.assertEqual(list(names["edits"]["chars_delta"]), column("SELECT chars_delta FROM v_changes"))
        self.assertEqual(str(names["edits"]["observed_at"].dtype).split("[")[0], "datetime64")
        self.assertEqual(list(names["quiet"]["latest"]), column("SELECT max(publish_time) FROM v_articles GROUP BY site"))
        self.assertEqual(int(names["outcomes"]["looks"].sum()), column("SELECT count(*) FROM fetch")[0])

    def test_every_view_is_scanned(self):
        with duckdb.connect() as duck:
            duck.execute(f"LOAD '{SQLITE_EXTENSION}'")
            for view in views():
                found = duck.execute(f"SELECT * FROM sqlite_scan('{demo()}/archive.db', '{view}')").fetchall()
                self.assertEqual(len(found), column(f"SELECT count(*) FROM {view}")[0], view)

    def test_what_query_writes_is_read_without_an_extension(self):
        zhanwen("query", "SELECT title, views FROM v_articles", "-o", "duck.csv")
        zhanwen("query", "SELECT title, views FROM v_articles", "-o", "duck.jsonl")
        with duckdb.connect() as duck:
            for read in ("read_csv", "read_json"):
                name = "duck.csv" if read == "read_csv" else "duck.jsonl"
                found = duck.execute(f"SELECT sum(views), count(title) FROM {read}('{demo()}/{name}')").fetchall()
                with read_only() as archive:
                    self.assertEqual(found, archive.execute("SELECT sum(views), count(title) FROM v_articles").fetchall())


class Pages(unittest.TestCase):
    def test_zstandard_alone_gives_every_page_back(self):
        names = documented(2)
        self.assertIn(EDITED, names["html"])
        kept = column("SELECT lower(hex(sha256)) FROM blob")
        self.assertGreater(len(kept), 20)
        for sha256 in kept:
            self.assertEqual(hashlib.sha256(names["body"](sha256)).hexdigest(), sha256)
        url = column("SELECT url FROM v_articles WHERE title = ?", EDITED)[0]
        last = column("SELECT entity_sha256 FROM v_fetches WHERE url = ? ORDER BY fetched_at DESC", url)[0]
        self.assertEqual(names["body"](last), zhanwen("show", url, "--raw"))

    def test_a_body_that_needs_another_is_given_back(self):
        names = documented(2)
        pages = [b"".join(b"<li>%d %d</li>" % (page, line * 7919 % 1000) for line in range(300)) for page in range(40)]
        trained = zstandard.train_dictionary(2000, pages)
        raw = zstandard.ZstdCompressionDict(pages[0], dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        kept = [
            (1, "zstd", None, None, zstandard.compress(pages[0])),
            (2, "zstd+dict", 9, None, zstandard.ZstdCompressor(dict_data=trained).compress(pages[1])),
            (3, "zstd+base", None, 1, zstandard.ZstdCompressor(dict_data=raw).compress(pages[2])),
            (4, "raw", None, None, pages[3]),
        ]
        with contextlib.closing(sqlite3.connect(":memory:")) as archive:
            archive.row_factory = sqlite3.Row
            archive.execute("CREATE TABLE dict (id, data)")
            archive.execute("INSERT INTO dict VALUES (9, ?)", [trained.as_bytes()])
            archive.execute("CREATE TABLE blob (id, codec, dict_id, base_id, data, raw_length, sha256)")
            for number, codec, dictionary, base, data in kept:
                page = pages[number - 1]
                row = [number, codec, dictionary, base, data, len(page), hashlib.sha256(page).digest()]
                archive.execute("INSERT INTO blob VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            names["archive"] = archive
            for page in pages[:4]:
                self.assertEqual(names["body"](hashlib.sha256(page).hexdigest()), page)
            archive.execute("UPDATE blob SET sha256 = ? WHERE id = 4", [b"0" * 32])
            with self.assertRaises(ValueError):
                names["body"]((b"0" * 32).hex())


class Served(unittest.TestCase):
    """Datasette on loopback."""

    @classmethod
    def setUpClass(cls):
        [metadata] = blocks(DOCUMENT, "yaml")
        path = demo() / "metadata.yaml"
        path.write_text(metadata, encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        cls.address = f"http://127.0.0.1:{port}"
        cls.server = subprocess.Popen(
            [sys.executable, "-m", "datasette", "archive.db", "--metadata", "metadata.yaml", "--port", str(port)],
            cwd=demo(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                return cls.rows("/-/versions.json")
            except OSError:
                if time.monotonic() > deadline or cls.server.poll() is not None:
                    raise
                time.sleep(0.05)

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait(10)

    @classmethod
    def rows(cls, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{cls.address}{path}?{query}", timeout=10) as answer:
            return json.load(answer)

    def test_views_and_tables_are_served(self):
        empty = [view for view in views() if not self.rows(f"/archive/{view}.json", _shape="array")]
        self.assertEqual(empty, EMPTY)
        [edit] = self.rows("/archive/v_changes.json", _shape="array")
        self.assertEqual((edit["title_after"], edit["body_changed"], edit["title_changed"]), (EDITED, 1, 0))
        filtered = self.rows("/archive/v_articles.json", _shape="array", views__gt=2000)
        self.assertEqual(len(filtered), column("SELECT count(*) FROM v_articles WHERE views > 2000")[0])

    def test_words_of_any_length_are_found_in_either_script(self):
        text = "coalesce(title, '') || coalesce(summary, '') || coalesce(source, '') || coalesce(author, '') || body"
        for word, same in {
            "会": "会",
            "展会": "展会",
            "会展中心": "会展中心",
            "国际会展中心": "国际会展中心",
            "國際會展中心": "国际会展中心",
            "環保展台": "环保展台",
            "没有的词语": "没有的词语",
        }.items():
            found = self.rows("/archive/search.json", word=word, _shape="array")
            traditional = {"会": "會", "展会": "展會", "国际会展中心": "國際會展中心"}.get(same, same)
            expected = column(
                f"SELECT title FROM v_articles WHERE {text} LIKE '%' || ? || '%' OR {text} LIKE '%' || ? || '%'",
                same,
                traditional,
            )
            self.assertEqual(sorted(row["title"] for row in found), sorted(expected), word)


if __name__ == "__main__":
    unittest.main()
