"""What analysts use opens exports and finds in them what the archive holds: pandas, DuckDB, openpyxl, csv."""

import contextlib
import csv
import datetime
import json
import shutil
import sqlite3
import unittest

import duckdb
import openpyxl
import pandas as pd

from archive import WORK, blocks, demo, zhanwen

EDITED = "示例家居展公布参展商名录"


def exported(name, *arguments):
    """Where an export of the demo stands."""
    path = WORK / "exports" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    for old in path.parent.glob(f"{name}*"):
        old.unlink()
    zhanwen("export", *arguments, "-o", path)
    return path


def kept(sql):
    """Rows of a query, out of the archive itself."""
    archive = sqlite3.connect(f"file:{demo()}/archive.db?mode=ro", uri=True)
    rows = archive.execute(sql).fetchall()
    archive.close()
    return rows


TITLES = "SELECT title, views FROM v_articles ORDER BY title"


class Csv(unittest.TestCase):
    def test_pandas_and_duckdb_read_what_excel_opens(self):
        path = exported("articles.csv", "csv")
        frame = pd.read_csv(path, parse_dates=["publish_date", "observed_at"])
        self.assertEqual(frame.columns[0], "site", "the byte order mark is no part of a name")
        rows = [(title, None if pd.isna(views) else int(views)) for title, views in zip(frame.title, frame.views)]
        self.assertEqual(sorted(rows), sorted(kept(TITLES)))
        self.assertEqual(str(frame.publish_date.dtype)[:10], "datetime64")
        rows = duckdb.sql(f"SELECT title, views FROM read_csv('{path}') ORDER BY title").fetchall()
        self.assertEqual(sorted(rows), sorted(kept(TITLES)))
        with path.open(encoding="utf-8-sig", newline="") as file:
            bodies = {row["title"]: row["body"] for row in csv.DictReader(file)}
        self.assertEqual(bodies, dict(kept("SELECT title, body FROM v_articles")))

    def test_the_metadata_beside_it_names_the_columns(self):
        path = exported("views.csv", "csv", "--what", "views", "会展")
        about = json.loads((path.parent / "views.csv-metadata.json").read_text(encoding="utf-8"))
        header = path.read_text(encoding="utf-8-sig").splitlines()[0]
        self.assertEqual(",".join(column["name"] for column in about["tableSchema"]["columns"]), header)
        self.assertEqual(about["zhanwen:export"]["search"], "会展")
        self.assertEqual(about["zhanwen:export"]["rows"], len(pd.read_csv(path)))


class JsonLines(unittest.TestCase):
    def test_every_version_is_an_object(self):
        path = exported("versions.jsonl", "jsonl", "--all-versions")
        frame = pd.read_json(path, lines=True)
        rows = sorted(zip(frame.url, frame.version_no))
        self.assertEqual(rows, sorted(kept("SELECT url, version_no FROM v_versions")))
        counts = sum(len(history) for history in frame.view_history)
        self.assertEqual(counts, kept("SELECT count(*) FROM v_views")[0][0])


class Parquet(unittest.TestCase):
    def test_a_folder_is_one_table_to_pandas_and_duckdb(self):
        path = exported("articles", "parquet")
        frame = pd.read_parquet(path)
        rows = [(title, None if pd.isna(views) else int(views)) for title, views in zip(frame.title, frame.views)]
        self.assertEqual(sorted(rows), sorted(kept(TITLES)))
        self.assertEqual(set(frame.site), {site for (site,) in kept("SELECT site FROM v_articles")})
        self.assertEqual(str(frame.observed_at.dtype), "datetime64[us, UTC]")
        self.assertEqual(frame.edited.sum(), 1)
        files = f"read_parquet('{path}/**/*.parquet', hive_partitioning = true)"
        sql = f"SELECT site, month, count(*), min(publish_date) FROM {files} GROUP BY ALL ORDER BY month"
        found = duckdb.sql(sql).fetchall()
        expected = kept(
            "SELECT site, substr(publish_time, 1, 7), count(*), min(substr(publish_time, 1, 10)) FROM v_articles"
            " GROUP BY site, substr(publish_time, 1, 7) ORDER BY 2"
        )
        self.assertEqual([(*row[:3], str(row[3])) for row in found], expected)
        self.assertIsInstance(found[0][3], datetime.date, "a day can be fetched without pytz")

    def test_a_file_has_types_and_says_what_it_is(self):
        path = exported("views.parquet", "parquet", "--single", "--what", "views")
        types = dict(duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{path}')").fetchall())
        self.assertEqual(types["fetched_at"], "TIMESTAMP WITH TIME ZONE")
        self.assertEqual((types["fetched_date"], types["views"], types["per_day"]), ("DATE", "BIGINT", "DOUBLE"))
        rows = duckdb.sql(f"SELECT url, views, delta FROM '{path}'").fetchall()
        self.assertEqual(sorted(rows, key=str), sorted(kept("SELECT url, views, delta FROM v_views"), key=str))
        said = duckdb.sql(f"SELECT key::VARCHAR, value::VARCHAR FROM parquet_kv_metadata('{path}')").fetchall()
        self.assertEqual(dict(said)["zhanwen.rows"], str(len(rows)))


class Document(unittest.TestCase):
    def test_what_the_document_says(self):
        exported("articles", "parquet")
        exported("changes.csv", "csv", "--what", "changes")
        code, names = blocks("docs/python.md", "python")[-1], {}
        with contextlib.chdir(WORK / "exports"):
            exec(compile(code, "docs/python.md", "exec"), names)  # noqa: S102
        self.assertEqual(names["by_month"].articles.sum(), len(names["articles"]))
        self.assertEqual(list(names["changes"].happening), ["edited"])


class Xlsx(unittest.TestCase):
    def test_a_workbook_has_dates_links_and_sheets(self):
        book = openpyxl.load_workbook(exported("articles.xlsx", "xlsx"))
        self.assertEqual(book.sheetnames, ["articles", "query"])
        sheet = book["articles"]
        names = [cell.value for cell in sheet[1]]
        self.assertEqual((sheet.freeze_panes, sheet.auto_filter.ref), ("A2", sheet.dimensions))
        rows = [dict(zip(names, row)) for row in sheet.iter_rows(min_row=2)]
        self.assertEqual(sorted((row["title"].value, row["views"].value) for row in rows), sorted(kept(TITLES)))
        for row in rows:
            self.assertEqual(row["url"].hyperlink.target, row["url"].value)
            self.assertIsInstance(row["observed_at"].value, datetime.datetime)
            self.assertTrue(row["publish_date"].is_date)
            self.assertEqual(row["title"].font.name, "Microsoft YaHei")
        edited = next(row for row in rows if row["title"].value == EDITED)
        at = kept(f"SELECT observed_at FROM v_versions WHERE title = '{EDITED}' ORDER BY version_no DESC")[0][0]
        self.assertLess(abs(edited["observed_at"].value - datetime.datetime.fromisoformat(at[:-1])).total_seconds(), 0.002)
        self.assertIs(edited["edited"].value, True)
        said = {row[0].value: row[1].value for row in book["query"].iter_rows()}
        self.assertEqual((said["search"] or "", said["rows"]), ("", str(len(rows))))

    def test_changes_are_told_with_what_they_changed(self):
        book = openpyxl.load_workbook(exported("changes.xlsx", "xlsx", "--what", "changes"))
        names, row = book["changes"].iter_rows(values_only=True)
        change = dict(zip(names, row))
        self.assertEqual((change["happening"], change["title"], change["fields"]), ("edited", EDITED, "body"))
        self.assertIn("今年二号馆全部用于", change["removed"])
        self.assertIn("今年二号馆和三号馆北区全部用于", change["added"])


if __name__ == "__main__":
    unittest.main()
