"""Time and memory of `align match` on made news of growing size, a thousand articles a day; Linux only.

    .venv/bin/python scripts/benchmark_matching.py --documents 20000 100000 --jobs 2

Memory is the sum over all processes of the run, pages that they share counted once for each; the news come from
`made_news.py`. Precision and recall are those of accepted pairs; a copy that stands behind its original counts with it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import made_news

from align.formats import tsv

_EVERY: Final = 0.5  # seconds between two looks at the memory


def descendants(pid: int) -> Iterator[int]:
    """A process and those that it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return
    for child in children:
        yield from descendants(int(child))


def resident(pid: int) -> int:
    """Bytes of memory of a process; 0 once it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def run(command: Sequence[str]) -> tuple[float, int]:
    """Seconds and most memory of a command and all it starts.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    start, most = time.perf_counter(), 0
    with subprocess.Popen(command) as process:  # noqa: S603 - this program itself
        while process.poll() is None:
            most = max(most, sum(map(resident, descendants(process.pid))))
            time.sleep(_EVERY)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - start, most


def right(folder: Path, table: Path) -> tuple[float, float]:
    """Precision and recall of the accepted pairs."""
    gold = {(row["vi_doc"], row["en_doc"]) for _, row in tsv.read_table(folder / "gold.tsv")}
    rows = [row for _, row in tsv.read_table(table) if row["class"] != "related"]
    found = {(row["vi_doc"].removesuffix("-copy"), row["en_doc"].removesuffix("-copy")) for row in rows}
    gold = {(vi.removesuffix("-copy"), en.removesuffix("-copy")) for vi, en in gold}
    return len(found & gold) / max(len(found), 1), len(found & gold) / max(len(gold), 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--per-day", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    first: tuple[int, float] | None = None
    for documents in arguments.documents:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            made_news.write(folder, documents, arguments.per_day)
            code = "from align.cli import main; main()"
            options = ["match", str(folder / "docs"), "--out", str(folder / "pairs.tsv"), "--jobs", str(arguments.jobs)]
            seconds, memory = run([sys.executable, "-c", code, *options])
            precision, recall = right(folder, folder / "pairs.tsv")
        first = first or (documents, seconds)
        growth = f", {documents / first[0]:.1f} times the documents in {seconds / first[1]:.1f} times the time"
        print(
            f"{documents:,} documents, {arguments.jobs} jobs: {seconds:,.0f} s, {memory / 1e9:.2f} GB, "
            f"P {precision:.3f} R {recall:.3f}{growth if documents != first[0] else ''}",
            flush=True,
        )


if __name__ == "__main__":
    main()
