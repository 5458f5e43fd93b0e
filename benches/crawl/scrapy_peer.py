#!/usr/bin/env python3
"""Scrapy, asked for what the naive loop does: crawl, select title and body, insert.

  scrapy_peer.py ARCHIVE URL…

As `scrapy crawl` does it, in one process, with its defaults but for the delay and the log.
"""
import sqlite3
import sys
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

SCHEMA = """PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE page (url TEXT PRIMARY KEY, title TEXT, body TEXT);"""


class Keep:
    def __init__(self, archive):
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler.settings["ARCHIVE"])

    def open_spider(self):
        # a page is a transaction, as with the others
        self.connection = sqlite3.connect(self.archive, isolation_level=None)
        self.connection.executescript(SCHEMA)

    def close_spider(self):
        self.connection.close()

    def process_item(self, item):
        self.connection.execute("INSERT OR IGNORE INTO page VALUES (?, ?, ?)", (item["url"], item["title"], item["body"]))
        return item


class News(scrapy.Spider):
    name = "news"

    def __init__(self, start, **others):
        super().__init__(**others)
        self.start_urls = start
        self.links = LinkExtractor(allow_domains=[urlsplit(url).netloc for url in start])

    def parse(self, response):
        title, body = response.css(".main > h1"), response.css(".content")
        yield {
            "url": response.url,
            "title": "".join(title.css("::text").getall()) if title else None,
            "body": "".join(body.css("::text").getall()) if body else None,
        }
        for link in self.links.extract_links(response):
            yield response.follow(link)


def main(archive, *start):
    process = CrawlerProcess(
        {
            "ARCHIVE": archive,
            "ITEM_PIPELINES": {Keep: 1},
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "WARNING",
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(News, start=list(start))
    process.start()


main(*sys.argv[1:])
