"""A feed of a saved search is read by what reads feeds: feedparser, and Python's own XML parser."""

import contextlib
import shutil
import sqlite3
import unittest
import xml.etree.ElementTree

import feedparser

from archive import WORK, demo, zhanwen

TITLE = "]]> <b>展会</b> & \"名录\" '二'"


def feed():
    """The feed of a search whose news are all articles of the demo, one of them with a hostile title."""
    folder = WORK / "feed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(demo() / "archive.db", folder / "archive.db")
    zhanwen("saved", "add", "全部 <a>", "NOT 没有这个词", "--events", "new,edited,gone,back,views:+1", folder=folder)
    with contextlib.closing(sqlite3.connect(folder / "archive.db")) as archive, archive:
        # as if it had been saved before the demo was crawled
        archive.execute("UPDATE saved_search SET told_until = 0")
        archive.execute("UPDATE version SET title = ?, hash_rule = 0 WHERE id = (SELECT min(id) FROM version)", [TITLE])
    return zhanwen("saved", "news", "全部 <a>", "--format", "atom", folder=folder).decode()


class Feed(unittest.TestCase):
    def test_a_reader_finds_every_event(self):
        text = feed()
        xml.etree.ElementTree.fromstring(text)
        read = feedparser.parse(text)
        self.assertFalse(read.bozo, read.get("bozo_exception"))
        self.assertEqual(read.version, "atom10")
        self.assertEqual(read.feed.title, "全部 <a>")
        kinds = {entry.tags[0].term for entry in read.entries}
        self.assertLessEqual({"new", "edited"}, kinds)
        self.assertEqual(len({entry.id for entry in read.entries}), len(read.entries))
        for entry in read.entries:
            self.assertTrue(entry.id.startswith("tag:"), entry.id)
            self.assertTrue(entry.link.startswith("http"), entry.link)
            self.assertIsNotNone(entry.updated_parsed)
        self.assertIn(f"new: {TITLE}", [entry.title for entry in read.entries])
        edited = next(entry for entry in read.entries if entry.tags[0].term == "edited")
        self.assertRegex(edited.content[0].value, "<(ins|del)>")


if __name__ == "__main__":
    unittest.main()
