"""The archive that the clients open: the demo site, crawled by the real binary."""

import functools
import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = pathlib.Path(os.environ.get("CLIENTS_WORK", ROOT / "target" / "clients"))
ZHANWEN = os.environ.get("ZHANWEN", str(ROOT / "target" / "debug" / "zhanwen"))


def zhanwen(*arguments, folder=None):
    """What the program prints, run in the folder of the archive."""
    command = [ZHANWEN, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder or demo(), capture_output=True, check=False, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


@functools.cache
def demo():
    """A folder with `archive.db`: two rounds of the demo, made once for all tests."""
    folder = WORK / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "zhanwen.toml").write_text("interval = 0\naddress_interval = 0\n", encoding="utf-8")
    zhanwen("demo", "-q", folder=folder)
    return folder


def blocks(document, language):
    """The blocks of a document in one language, in order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
