"""The programs of web archives read what is exported: warcio, pywb, cdxj-indexer and wacz."""

import collections
import functools
import gzip
import hashlib
import http.client
import http.server
import io
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse
import zipfile

import surt
from cdxj_indexer.main import CDXJIndexer
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecordLoader
from warcio.timeutils import iso_date_to_timestamp
from warcio.utils import Digester

from archive import WORK, zhanwen

ROUNDS = 4
ARTICLE = (
    "<html><head><meta charset=gbk><title>{title}</title></head><body><h1>{title}</h1>"
    "<p>来源：示例会展　发布时间：2026-06-08 09:30</p><div class=content>{body}</div></body></html>"
)
BODY = "<p>" + "本届展会将于六月在示例国际会展中心举办，来自各地的参展商与观众将就行业发展进行交流与合作。" * 8 + "</p>"
# addresses whose keys others make in ways of their own; none of them is there
ODD = [
    "/News/Index.HTML",
    "/a//b///c.html",
    "/a/b/",
    "/%D5%B9%BB%E1.html",
    "/%E5%B1%95%E4%BC%9A.html?q=%E4%BC%9A&a=1",
    "/list.asp?b=2&A=1&a&c=",
    "/p%20q%25.html?x=a%26b",
    "/x.jsp?jsessionid=0123456789abcdef0123456789ABCDEF&id=1",
    "/x.php?id=1&PHPSESSID=0123456789abcdef0123456789abcdef",
    "/x;v=1?y={1}|2",
    "/(S(0123456789abcdef01234567))/page.aspx?id=3",
    "/q?a=1&a=0&B=%2525",
]


def article(title, note=""):
    return ARTICLE.format(title=title, body=BODY + note).encode("gbk")


class Site(http.server.BaseHTTPRequestHandler):
    """A site that answers otherwise at each round, and remembers the bodies it sent."""

    protocol_version = "HTTP/1.1"
    round = 0
    served = collections.defaultdict(list)

    def do_GET(self):
        status, headers, body, coded = self.answer()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if coded is None:
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(coded), 100):
                part = coded[start : start + 100]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        type(self).served[self.path].append((status, body))

    def answer(self):
        html = {"Content-Type": "text/html; charset=gbk"}
        if self.path == "/robots.txt":
            return 404, {}, b"", None
        if self.path == "/same.html":
            tagged = html | {"ETag": '"v1"', "Last-Modified": "Mon, 08 Jun 2026 01:00:00 GMT"}
            if self.headers.get("If-None-Match") == '"v1"':
                return 304, tagged, b"", None
            return 200, tagged, article("不变的公告"), None
        if self.path == "/back.html":
            return 200, html, article("改来改去的公告", f"<p>展期改为六月第{self.round % 2 + 1}周，展馆不变，敬请各参展商留意。</p>"), None
        if self.path == "/gone.html":
            if self.round:
                return 404, html, "<h1>没有</h1>".encode("gbk"), None
            return 200, html, article("撤下的公告"), None
        if self.path == "/coded.html":
            body = article("压缩的公告", f"<p>{self.round}</p>")
            return 200, html | {"Content-Encoding": "gzip"}, body, gzip.compress(body)
        if self.path == "/moved.html":
            return 302, {"Location": "/same.html"}, b"<a href=/same.html>here</a>", None
        if self.path == "/empty.html":
            return 200, html, b"", None
        if self.path == "/large.html":
            return 200, html, article("很长的公告", "<!--" + "x" * 3_000_000 + "-->"), None
        if self.path == "/odd.html":
            odd = {"X-Name": "展会".encode("gbk").decode("latin-1"), "Set-Cookie": "a=b; Path=/", "Link": "<a>; rel=b"}
            odd |= {f"X-Many-{number}": "1" for number in range(60)}
            return 200, html | odd, article("头部奇怪的公告"), None
        return 404, html, f"<p>{self.path}</p>".encode(), None

    def log_message(self, *_):
        pass


PAGES = ["/same.html", "/back.html", "/gone.html", "/coded.html", "/moved.html", "/empty.html", "/large.html", "/odd.html"]


@functools.cache
def exported():
    """A folder with an archive of four rounds, hours apart, and its exports."""
    folder = WORK / "warc"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pywb").mkdir(parents=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    for Site.round in range(ROUNDS):
        paths = PAGES + (ODD if Site.round == 0 else [])
        command = ["scrape", "--interval", "0", "--address-interval", "0", "--allow-net", "127.0.0.0/8", "-qq"]
        try:
            zhanwen(*command, *[origin + path for path in paths], folder=folder)
        except AssertionError as error:
            # some pages cannot be had, which is so
            if "exit 3" not in str(error):
                raise
    server.shutdown()
    server.server_close()
    with sqlite3.connect(folder / "archive.db") as archive:
        # as if the rounds had been made on days of their own
        archive.execute(
            "UPDATE fetch SET fetched_at ="
            " strftime('%Y-%m-%dT%H:%M:%f', '2026-01-01T00:00:00.125', '+' || id || ' hours') || 'Z'"
        )
    archive.close()
    zhanwen("export", "cdxj", "-o", "pywb/all.cdxj", folder=folder)
    zhanwen("export", "wacz", "-o", "all.wacz", folder=folder)
    return folder


def looks():
    """Each look with an answer: its address, date, status and the body a reader is to see."""
    with sqlite3.connect(exported() / "archive.db") as archive:
        archive.row_factory = sqlite3.Row
        rows = archive.execute("SELECT url, fetched_at, status FROM fetch WHERE status IS NOT NULL ORDER BY id").fetchall()
    archive.close()
    seen, last, found = collections.Counter(), {}, []
    for row in rows:
        parts = urllib.parse.urlsplit(row["url"])
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        status, body = Site.served[path][seen[path]]
        assert status == row["status"], (row["url"], status)
        seen[path] += 1
        if status == 304:
            status, body = 200, last[path]
        elif status == 200:
            last[path] = body
        found.append((row["url"], row["fetched_at"], row["status"], status, body))
    return found


def index_lines():
    for line in (exported() / "pywb" / "all.cdxj").read_text(encoding="utf-8").splitlines():
        key, stamp, facts = line.split(" ", 2)
        yield key, stamp, json.loads(facts)


class Records(unittest.TestCase):
    def test_the_rounds_hold_what_is_to_be_tested(self):
        statuses = collections.Counter(status for _, _, status, _, _ in looks())
        self.assertGreaterEqual(statuses[304], 3)
        self.assertGreaterEqual(statuses[302], ROUNDS)
        self.assertGreaterEqual(statuses[404], ROUNDS - 1 + len(ODD))
        mimes = collections.Counter(facts.get("mime") for _, _, facts in index_lines())
        self.assertGreater(mimes["warc/revisit"], 3 + ROUNDS)

    def test_warcio_finds_every_digest_right(self):
        command = [sys.executable, "-m", "warcio.cli", "check", "-v", exported() / "pywb" / "all.warc.gz"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreater(done.stdout.count("digest pass"), len(looks()), done.stdout)

    def test_what_warcio_does_not_check_is_right_too(self):
        responses, revisits, dates = {}, 0, set()
        with open(exported() / "pywb" / "all.warc.gz", "rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                head = record.rec_headers
                block = record.raw_stream.read()
                digester = Digester("sha1")
                digester.update(block)
                self.assertEqual(head["WARC-Block-Digest"], str(digester))
                if record.rec_type in ("response", "revisit"):
                    name = (head["WARC-Target-URI"], head["WARC-Date"])
                    self.assertNotIn(name, dates)
                    dates.add(name)
                if record.rec_type == "response":
                    responses[name] = head["WARC-Payload-Digest"]
                if record.rec_type == "revisit":
                    revisits += 1
                    original = (head["WARC-Refers-To-Target-URI"], head["WARC-Refers-To-Date"])
                    self.assertEqual(responses[original], head["WARC-Payload-Digest"])
                    if "not-modified" in head["WARC-Profile"]:
                        self.assertEqual(block, b"")
        self.assertGreater(revisits, ROUNDS)

    def test_an_index_made_by_others_is_the_same(self):
        output = io.StringIO()
        output.close = lambda: None
        CDXJIndexer(output, [str(exported() / "pywb" / "all.warc.gz")], sort=True).process_all()
        theirs = [line for line in output.getvalue().splitlines() if not line.startswith("urn:")]
        ours = (exported() / "pywb" / "all.cdxj").read_bytes().splitlines()
        self.assertEqual(ours, sorted(ours))
        self.assertEqual(len(ours), len(looks()))

        def told(line):
            key, stamp, facts = line.split(" ", 2)
            return key, stamp, json.loads(facts)

        self.assertEqual([told(line.decode()) for line in ours], [told(line) for line in theirs])

    def test_keys_are_those_of_others(self):
        for key, stamp, facts in index_lines():
            self.assertEqual(key, surt.surt(facts["url"]))
            self.assertEqual(len(stamp), 14)

    def test_records_begin_where_the_index_says(self):
        with open(exported() / "pywb" / "all.warc.gz", "rb") as file:
            for _, stamp, facts in index_lines():
                file.seek(int(facts["offset"]))
                member = file.read(int(facts["length"]))
                self.assertTrue(gzip.decompress(member).startswith(b"WARC/1.1\r\n"))
                [record] = ArchiveIterator(io.BytesIO(member), no_record_parse=True)
                self.assertEqual(record.rec_headers["WARC-Target-URI"], facts["url"])
                self.assertEqual(iso_date_to_timestamp(record.rec_headers["WARC-Date"]), stamp)

    def test_a_choice_stands_by_itself(self):
        folder = exported()
        since = next(at for url, at, status, _, _ in reversed(looks()) if status == 304)
        zhanwen("export", "cdxj", "--since", since, "-o", "late.cdxj", "--force", folder=folder)
        lines = (folder / "late.cdxj").read_text(encoding="utf-8").splitlines()
        wanted = [look for look in looks() if look[1] >= since]
        # and the answer that the first of them speaks for
        self.assertEqual(len(lines), len(wanted) + 1)
        zhanwen("export", "warc", "--max-size", "5kB", "-o", "cut.warc.gz", "--force", folder=folder)
        cut = sorted(folder.glob("cut-*.warc.gz"))
        self.assertGreater(len(cut), 1)
        for path in cut:
            with open(path, "rb") as file:
                self.assertEqual(next(iter(ArchiveIterator(file))).rec_type, "warcinfo")


class Replay(unittest.TestCase):
    """pywb on loopback, over our index and our records."""

    @classmethod
    def setUpClass(cls):
        folder = exported() / "pywb"
        config = {"collections": {"all": {"index_paths": str(folder / "all.cdxj"), "archive_paths": f"{folder}/"}}}
        (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            cls.port = free.getsockname()[1]
        cls.server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", "from pywb.apps.cli import wayback; wayback()"]
            + ["-b", "127.0.0.1", "-p", str(cls.port)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        cls.addClassCleanup(cls.server.wait)
        cls.addClassCleanup(cls.server.terminate)
        deadline = time.monotonic() + 60
        while True:
            try:
                return cls.get("/")
            except OSError:
                if time.monotonic() > deadline or cls.server.poll() is not None:
                    raise
                time.sleep(0.1)

    @classmethod
    def get(cls, path):
        connection = http.client.HTTPConnection("127.0.0.1", cls.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def test_every_capture_is_replayed(self):
        for url, at, kept, status, body in looks():
            with self.subTest(url=url, at=at, kept=kept):
                found, headers, replayed = self.get(f"/all/{iso_date_to_timestamp(at)}id_/{url}")
                self.assertEqual(found, status)
                if status != 302:
                    self.assertEqual(hashlib.sha1(replayed).digest(), hashlib.sha1(body).digest())
                    exact = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.strptime(at[:19], "%Y-%m-%dT%H:%M:%S"))
                    self.assertEqual(headers["Memento-Datetime"], exact)

    def test_the_index_is_answered_from(self):
        for url in {url for url, *_ in looks()}:
            _, _, answer = self.get(f"/all/cdx?output=json&url={urllib.parse.quote(url, safe='')}")
            stamps = [json.loads(line)["timestamp"] for line in answer.splitlines()]
            self.assertEqual(stamps, [iso_date_to_timestamp(at) for found, at, *_ in looks() if found == url], url)


class Package(unittest.TestCase):
    def test_wacz_finds_it_valid(self):
        command = [sys.executable, "-c", "import sys; from wacz.main import main; sys.exit(main())"]
        done = subprocess.run(
            [*command, "validate", "-f", exported() / "all.wacz"], capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Validation succeeded", done.stdout)

    def test_it_is_read_where_it_lies(self):
        with zipfile.ZipFile(exported() / "all.wacz") as package:
            self.assertEqual({entry.compress_type for entry in package.infolist()}, {zipfile.ZIP_STORED})
            index = package.read("indexes/index.cdx.gz")
            blocks = package.read("indexes/index.idx").decode().splitlines()
            self.assertTrue(blocks[0].startswith("!meta 0 "), blocks[0])
            lines = []
            for block in blocks[1:]:
                key, stamp, place = block.split(" ", 2)
                place = json.loads(place)
                part = index[place["offset"] : place["offset"] + place["length"]]
                self.assertEqual(place["digest"], "sha256:" + hashlib.sha256(part).hexdigest())
                part = gzip.decompress(part).decode().splitlines()
                self.assertTrue(part[0].startswith(f"{key} {stamp} "))
                lines += part
            self.assertEqual(lines, gzip.decompress(index).decode().splitlines())
            self.assertEqual(len(lines), len(looks()))
            records = package.read("archive/data.warc.gz")
            for line in lines:
                facts = json.loads(line.split(" ", 2)[2])
                start = int(facts["offset"])
                stream = io.BytesIO(gzip.decompress(records[start : start + int(facts["length"])]))
                record = ArcWarcRecordLoader().parse_record_stream(stream, no_record_parse=True)
                self.assertEqual(record.rec_headers["WARC-Target-URI"], facts["url"])

    def test_its_pages_are_articles(self):
        with zipfile.ZipFile(exported() / "all.wacz") as package:
            header, *pages = [json.loads(line) for line in package.read("pages/pages.jsonl").decode().splitlines()]
            listed = json.loads(package.read("datapackage.json"))
        self.assertEqual(header["format"], "json-pages-1.0")
        self.assertEqual(len({page["id"] for page in pages}), len(pages))
        titles = [page["title"] for page in pages if page["url"].endswith("/back.html")]
        self.assertEqual(len(titles), 2, pages)
        captures = {(facts["url"], stamp) for _, stamp, facts in index_lines()}
        for page in pages:
            self.assertIn((page["url"], iso_date_to_timestamp(page["ts"])), captures)
            self.assertIn("示例国际会展中心", page["text"])
        self.assertEqual(listed["mainPageUrl"], pages[0]["url"])


if __name__ == "__main__":
    unittest.main()
