"""Exports generated archives in every format, each in a process of its own, and measures it."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from fill import fill

ZHANWEN = os.environ["ZHANWEN"]
WAYS = [
    ("csv", []),
    ("xlsx", []),
    ("jsonl", []),
    ("parquet", ["--single"]),
    ("parquet (folder)", []),
    ("csv, views", ["--what", "views"]),
    ("csv, changes", ["--what", "changes"]),
    ("text", ["--single"]),
    ("markdown", []),
    ("html", []),
]


def measured(folder, way, more):
    """Seconds by the clock and of CPU, MB at the peak, MB written, rows."""
    out = folder / "out"
    command = [ZHANWEN, "export", way.split()[0].strip(","), *more, "-o", str(out), "--archive", str(folder / "archive.db")]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE)
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    if process.returncode != 0:
        raise SystemExit(f"{command}: {said}")
    rows = int(said.split("exported ")[1].split()[0])
    files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
    written = sum(path.stat().st_size for path in files) / 1e6
    for path in folder.glob("out*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, written, rows


def main():
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    print("| articles | format | rows | seconds | CPU s | rows a CPU second | peak MB | MB written |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/tmp")) as folder:
            folder = pathlib.Path(folder)
            fill(ZHANWEN, folder / "archive.db", size)
            for way, more in WAYS:
                wall, cpu, peak, written, rows = measured(folder, way, more)
                print(
                    f"| {size:,} | {way} | {rows:,} | {wall:.1f} | {cpu:.1f} | {rows / cpu:,.0f} | {peak:.0f} | {written:,.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
