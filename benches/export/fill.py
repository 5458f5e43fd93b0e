"""An archive of invented articles, as crawls over some years would leave it."""

import hashlib
import random
import sqlite3
import subprocess
from datetime import date, timedelta

WORDS = (
    "展会 会展 家居展 食品展 参展商 观众 展位 名录 公布 开幕 闭幕 报名 论坛 采购 对接 示例市 国际 会展中心 组委会 "
    "三号馆 企业 品牌 新品 发布 面积 平方米 增长 两成 行业 协会 合作 签约 服务 搭建 安全 培训 环保 物流 通道 预登记"
).split()
HEADERS = '[["server","nginx"],["content-type","text/html; charset=utf-8"]]'


def instant(minutes):
    """So many minutes after the beginning of 2020, as it is kept."""
    days, minutes = divmod(minutes, 1440)
    return f"{date(2020, 1, 1) + timedelta(days)}T{minutes // 60:02}:{minutes % 60:02}:00.000Z"


def digest(title, source, author, published, body):
    """The content hash of a text that is in its normal form already."""
    said = b""
    for name, value in [("title", title), ("source", source), ("author", author), ("publish_time", published), ("body", body)]:
        value = value.encode()
        said += f"{name}:{len(value)}:".encode() + value + b"\n"
    return hashlib.sha256(said).digest()


def run(zhanwen, archive):
    """A run that reaches nobody: it makes an archive, and at its end the index of what is in it."""
    command = [zhanwen, "scrape", "http://127.0.0.1:9/", "--archive", str(archive), "--allow-net", "127.0.0.0/8", "-qq"]
    subprocess.run(command, cwd=archive.parent, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fill(zhanwen, archive, articles):
    """Makes an archive of so many articles: three looks at each, one of twenty edited."""
    run(zhanwen, archive)
    chance = random.Random(7)
    db = sqlite3.connect(archive)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("PRAGMA synchronous = OFF")
    run_id, host = db.execute("SELECT max(r.id), max(h.id) FROM run r, host h").fetchone()
    sites = [1000 + number for number in range(50)]
    db.executemany("INSERT INTO site (id, key) VALUES (?, ?)", [(site, f"site-{site - 999}") for site in sites])
    version, look = db.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM version), (SELECT coalesce(max(id), 0) FROM fetch)"
    ).fetchone()

    def sentence():
        return "".join(chance.choices(WORDS, k=chance.randint(8, 14))) + "。"

    def look_at(page, minutes, views):
        nonlocal look
        look += 1
        db.execute(
            "INSERT INTO fetch (id, page_id, run_id, fetched_at, outcome, status, version_id, views, elapsed_ms,"
            " wire_length, content_type, url, header_values) VALUES (?, ?, ?, ?, 'views_only', 200, ?, ?, 90, 9000, 'text/html', ?, ?)",
            (look, page, run_id, instant(minutes), version, views, f"http://www.example.cn/news/{page}.html", HEADERS),
        )

    for number in range(articles):
        page, begin = 1000 + number, number * 20
        title, source = sentence()[:24], f"示例网{number % 40}"
        author, published = f"作者{number % 300}", instant(begin)[:10]
        body = "\n".join("".join(sentence() for _ in range(chance.randint(2, 5))) for _ in range(chance.randint(5, 9)))
        views = chance.randrange(20_000)
        edited = chance.random() < 0.05
        texts = [body, body.replace("三号馆", "二号馆", 1) + sentence()] if edited else [body]
        for version_no, text in enumerate(texts, 1):
            version += 1
            db.execute(
                "INSERT INTO version (id, page_id, version_no, content_sha256, hash_rule, first_fetch_id, title, source,"
                " author, publish_time, lang, body_chars, parser, encoding, encoding_evidence, warnings, provenance, images,"
                " body_text, body_html) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, 'zh-Hans', ?, 'zhanwen/1', 'UTF-8', 'meta',"
                " '[]', '{}', '[]', ?, ?)",
                (version, page, version_no, digest(title, source, author, published, text), look + 1, title, source, author,
                 published, len(text), text, "<p>" + text.replace("\n", "</p><p>") + "</p>"),
            )  # fmt: skip
            look_at(page, begin + 1440 * (version_no - 1), views)
        for again in range(len(texts), 3):
            look_at(page, begin + 1440 * again, views + 40 * again)
        db.execute(
            "INSERT INTO page (id, site_id, host_id, urlkey, url, kind, depth, due_at, first_seen_at, last_fetched_at,"
            " last_changed_at, fetches, current_version_id, versions, views, views_at)"
            " VALUES (?, ?, ?, ?, ?, 'article', 1, ?, ?, ?, ?, 3, ?, ?, ?, ?)",
            (page, sites[number % 50], host, f"cn,example)/news/{page}.html", f"http://www.example.cn/news/{page}.html",
             instant(begin + 99_999), instant(begin), instant(begin + 2880), instant(begin), version, len(texts), views,
             instant(begin + 2880)),
        )  # fmt: skip
    db.commit()
    db.close()
    run(zhanwen, archive)
