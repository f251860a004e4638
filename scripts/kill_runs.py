"""Kills builds at random moments and finishes them: same bytes, and nothing that was finished is made again.

    .venv/bin/python scripts/kill_runs.py corpus/sample --kills 100 --jobs 2

Each round starts a build in an empty folder, kills all its processes after a random part of the time that it takes,
starts it again, and compares every file with those of a build that nobody disturbed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from align.pipeline.store import FOLDER

_CODE: Final = "from align.cli import main; main()"
_TIMED: Final = "report.json"  # it holds times, and what the run used


def start(inputs: Sequence[Path], out: Path, jobs: int) -> subprocess.Popen[bytes]:
    """A build in a session of its own."""
    command = [sys.executable, "-c", _CODE, "build", *map(str, inputs), "--out", str(out), "--jobs", str(jobs)]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - this program itself


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for a build.

    Raises:
        RuntimeError: it failed.
    """
    _, error = process.communicate()
    if process.returncode:
        message = f"a build failed: {error.decode(errors='replace')}"
        raise RuntimeError(message)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a build and all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def contents(out: Path) -> dict[str, bytes]:
    """Files of a run by their names."""
    files = (path for path in sorted(out.iterdir()) if path.is_file() and path.name != _TIMED)
    return {path.name: path.read_bytes() for path in files}


def tables(out: Path) -> dict[str, int]:
    """Finished tables and when they were made."""
    return {str(path.relative_to(out)): path.stat().st_mtime_ns for path in sorted((out / FOLDER).rglob("*.done"))}


def again(inputs: Sequence[Path], out: Path, jobs: int, wait: float) -> tuple[dict[str, bytes], int, int]:
    """Files of a run that was killed after some seconds, its tables by then, and those of them made again."""
    process = start(inputs, out, jobs)
    time.sleep(wait)
    kill(process)
    before = tables(out)
    finish(start(inputs, out, jobs))
    after = tables(out)
    return contents(out), len(before), sum(name in after and after[name] != made for name, made in before.items())


def main() -> None:
    """Kill and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", type=Path, nargs="+")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    same, remade, finished = 0, 0, []
    with tempfile.TemporaryDirectory() as name:
        begin = time.perf_counter()
        finish(start(arguments.inputs, Path(name) / "whole", arguments.jobs))
        seconds = time.perf_counter() - begin
        expected = contents(Path(name) / "whole")
        for k in range(arguments.kills):
            out, wait = Path(name) / f"run-{k}", rng.uniform(0, seconds)
            files, there, twice = again(arguments.inputs, out, arguments.jobs, wait)
            same += files == expected
            if files != expected:
                different = sorted(file for file in {*files, *expected} if files.get(file) != expected.get(file))
                print(f"killed after {wait:.2f} s: {', '.join(different)} differ", flush=True)
            remade += twice
            finished.append(there)
    kills = f"{arguments.kills} kills in runs of {seconds:.1f} s"
    print(f"{kills}: {same} identical results, {remade} finished tables made again")
    print(f"tables finished when killed: {min(finished)} to {max(finished)}, {len(set(finished))} different numbers")
    sys.exit(int(same != arguments.kills or remade > 0))


if __name__ == "__main__":
    main()
