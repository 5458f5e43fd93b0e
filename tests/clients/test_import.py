"""Captures that wget and warcio really write, of a site on loopback, brought in by `zhanwen import`."""

import gzip
import http.server
import io
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest

import archive

TITLES = {1: "参展商名录公布", 2: "展会延期公告发布", 3: "新馆落成典礼举行"}
FIRST = "本届展会首次把定制柜类单独设馆，今年二号馆全部用于定制柜类，面积比去年增加一倍。"
EDITED = "本届展会首次把定制柜类单独设馆，今年三号馆全部用于定制柜类，面积比去年增加两倍。"


def page(number, middle):
    """An article as a news system prints it."""
    title = TITLES[number]
    return f"""<html><head><meta charset=utf-8><title>{title}_示例会展</title></head><body>
<div class=nav><a href=/>首页</a> <a href=/news/>公司新闻</a></div><h1>{title}</h1>
<div class=info>来源：示例会展 | 作者：展务部 | 发布时间：2026-06-08 | 浏览次数：120</div><div class=content>
<p>示例家居展组委会今天公布第一批参展商名录，三百二十家企业确认参展，展位预订率超过九成。</p>
<p>{middle}</p><p>第二批名录将于七月初公布，已经列入名录的企业如需修改展品信息，请在月底之前提交申请。</p>
</div><div class=footer>示例会展有限公司 版权所有</div></body></html>""".encode()


class Site(http.server.ThreadingHTTPServer):
    """Three articles, each sent in another way, a picture and a page that moved."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.middle = FIRST
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path=""):
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        numbers = {f"/news/{number}.html": number for number in TITLES}
        if self.path == "/":
            links = "".join(f"<li><a href={path}>{TITLES[number]}</a>" for path, number in numbers.items())
            extra = "<a href=/old.html>旧闻</a><a href=/lost.html>遗失</a><img src=/a.gif>"
            self.answer(200, "text/html; charset=utf-8", f"<title>新闻</title><ul>{links}</ul>{extra}".encode())
        elif self.path == "/a.gif":
            self.answer(200, "image/gif", b"GIF89a")
        elif self.path == "/old.html":
            self.answer(301, "text/html", b"", location="/news/1.html")
        elif self.path in numbers:
            number = numbers[self.path]
            body = page(number, self.server.middle if number == 1 else FIRST)
            if number == 2:
                self.chunks(body)
            elif number == 3 and "gzip" in self.headers.get("Accept-Encoding", ""):
                self.answer(200, "text/html; charset=utf-8", gzip.compress(body), content_encoding="gzip")
            else:
                self.answer(200, "text/html; charset=utf-8", body)
        else:
            self.answer(404, "text/html", "<title>404</title>页面不存在".encode())

    def answer(self, status, media, body, **headers):
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def chunks(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for place in range(0, len(body), 500):
            chunk = body[place : place + 500]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_arguments):
        pass

CAPTURE = """
import sys
from warcio.capture_http import capture_http
import requests

name, version, *urls = sys.argv[1:]
with capture_http(name, warc_version=version, gzip=name.endswith("gz")):
    for url in urls:
        requests.get(url, timeout=10, allow_redirects=False)
"""


class Import(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def bring(self, *files):
        told = archive.zhanwen("import", "--json", *files, folder=self.folder)
        return json.loads(told)

    def query(self, sql):
        connection = sqlite3.connect(self.folder / "archive.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def check_articles(self):
        titles = [title for (title,) in self.query("SELECT title FROM v_articles ORDER BY url")]
        self.assertEqual(titles, list(TITLES.values()))

    @unittest.skipUnless(shutil.which("wget"), "wget is not installed")
    def test_files_of_wget(self):
        def wget(name, *arguments):
            command = ["wget", "-q", "-r", "-l1", "-p", "-e", "robots=off", f"--warc-file={name}", *arguments]
            # 8: a page of the site is not found
            done = subprocess.run([*command, self.site.url()], cwd=self.folder, check=False, timeout=60)
            self.assertIn(done.returncode, (0, 8))

        wget("first", "--warc-cdx")
        told = self.bring("first.warc.gz")
        self.assertEqual((told["broken"], told["digests_differ"], told["versions"]), (0, 0, 3), told)
        # the page that the redirect leads to is asked for twice: once more in a second of its own
        told["looks"].pop("unchanged", None)
        self.assertEqual(told["looks"], {"new": 3, "listed": 1, "redirected": 1, "gone": 1}, told)
        self.check_articles()

        # what came again is only referred to, and one page was edited; plain this time
        self.site.middle = EDITED
        # wget knows whole seconds: the same bytes in the same second are the same look
        self.pause_a_second()
        wget("second", "--warc-dedup=first.cdx", "--no-warc-compression")
        # wget takes the digest of chunks, so what it refers to is known by the name of the record alone
        told = self.bring("first.warc.gz", "second.warc")
        self.assertGreater(told["records"]["revisit"], 0)
        self.assertEqual((told["broken"], told["versions"]), (0, 1), told)
        self.assertEqual(told["looks"]["changed"], 1, told)
        self.assertGreaterEqual(told["looks"]["unchanged"], 2, told)
        self.assertNotIn("refers-to-nothing-here", told["passed_over"], told)
        again = self.bring("first.warc.gz", "second.warc")
        self.assertEqual((again["looks"], again["versions"]), ({}, 0), again)

    @unittest.skipUnless(shutil.which("wget"), "wget is not installed")
    def test_files_of_wget_in_the_wrong_order(self):
        for name in ("first", "second"):
            command = ["wget", "-q", "-O", "page.html", f"--warc-file={name}", self.site.url("news/1.html")]
            subprocess.run(command, cwd=self.folder, check=True, timeout=60)
            self.site.middle = EDITED
            self.pause_a_second()
        self.bring("second.warc.gz")
        self.bring("first.warc.gz")
        timeline = self.query("SELECT version_no FROM v_timeline ORDER BY observed_at")
        self.assertEqual(timeline, [(2,), (1,)])
        ((body,),) = self.query("SELECT body FROM v_articles")
        self.assertIn(EDITED, body)

    @staticmethod
    def pause_a_second():
        threading.Event().wait(1.1)

    def test_files_of_warcio(self):
        paths = ["", *(f"news/{number}.html" for number in TITLES), "old.html", "lost.html", "a.gif"]
        for name, version in (("packed.warc.gz", "1.0"), ("plain.warc", "1.1")):
            # in a process of its own: warcio has to come before requests, whose connections it listens to
            command = [sys.executable, "-c", CAPTURE, str(self.folder / name), version]
            subprocess.run([*command, *map(self.site.url, paths)], check=True, timeout=60)
            told = self.bring(name)
            self.assertEqual((told["broken"], told["digests_differ"]), (0, 0), told)
            # WARC 1.0 knows no fractions: what came in the same second is the same look
            self.assertEqual(sum(told["looks"].values()) + told["same"], 6, told)
            self.assertEqual(told["passed_over"], {"no-page": 1}, told)
        self.check_articles()
        ((versions,),) = self.query("SELECT count(*) FROM version")
        self.assertEqual(versions, 3)

    def test_records_that_warcio_writes(self):
        from warcio.statusandheaders import StatusAndHeaders  # pylint: disable=import-outside-toplevel
        from warcio.warcwriter import WARCWriter  # pylint: disable=import-outside-toplevel

        url = "http://expo.example.cn/news/1.html"
        with open(self.folder / "made.warc.gz", "wb") as file:
            writer = WARCWriter(file, gzip=True, warc_version="1.1")
            info = {"software": "a test", "format": "WARC File Format 1.1"}
            writer.write_record(writer.create_warcinfo_record("made.warc.gz", info))
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            dated = {"WARC-Date": "2021-01-01T00:00:00.500000Z"}
            first = writer.create_warc_record(
                url, "response", payload=io.BytesIO(page(1, FIRST)), http_headers=head, warc_headers_dict=dated
            )
            writer.write_record(first)
            digest = first.rec_headers.get_header("WARC-Payload-Digest")
            again = writer.create_revisit_record(
                url,
                digest,
                url,
                dated["WARC-Date"],
                http_headers=head,
                warc_headers_dict={"WARC-Date": "2021-02-01T00:00:00Z"},
            )
            writer.write_record(again)
            resource = writer.create_warc_record(
                url,
                "resource",
                payload=io.BytesIO(page(1, EDITED)),
                warc_content_type="text/html",
                warc_headers_dict={"WARC-Date": "2021-03-01T00:00:00Z"},
            )
            writer.write_record(resource)
        told = self.bring("made.warc.gz")
        self.assertEqual(told["looks"], {"new": 1, "unchanged": 1, "changed": 1}, told)
        self.assertEqual((told["broken"], told["digests_differ"], told["passed_over"]), (0, 0, {}), told)


if __name__ == "__main__":
    unittest.main()
