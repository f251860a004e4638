"""Live systems: a command that reads source lines and prints translations, one a line.

What came is kept: a process that dies or hangs is started again with the lines still to do, and a later run goes on
where this one stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from align.bench.reading import read_lines
from align.bench.records import Output, Speed
from align.errors import FormatError, InputError, TranslationError
from align.formats import make_folder, write_lines
from align.formats.reading import json_of

_log = logging.getLogger(__name__)
_KEEP: Final = 20.0  # seconds after which lines are kept while the system still works
_GRACE: Final = 5.0  # seconds for a killed process to be gone
_TAIL: Final = 300  # characters of a dead process's stderr that an error shows


@dataclass(frozen=True, slots=True)
class Limits:
    """Patience with a live system.

    Attributes:
        timeout: seconds without a line after which it counts as hanging; the first may take as long as loading does.
        retries: how often a dead or hanging process is started again.
        fresh: translate anew what an earlier run has kept.
    """

    timeout: float = 300.0
    retries: int = 2
    fresh: bool = False


class Kept:
    """Translations of one system in a folder: NAME.txt when all are there, NAME.partial.txt before."""

    def __init__(self, folder: Path, name: str, command: str, source: Sequence[str]) -> None:
        """Name the files; nothing is read or written yet."""
        stem = "".join(char if char.isalnum() or char in "._-" else "_" for char in name)
        if stem != name:  # "a b" and "a_b" are two systems
            stem = f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
        self.whole = folder / f"{stem}.txt"
        self.partial = folder / f"{stem}.partial.txt"
        self.card = folder / f"{stem}.json"
        digest = hashlib.sha256("\n".join(source).encode("utf-8", "replace")).hexdigest()
        self.key = {"system": name, "command": command, "source_sha256": digest}
        self.n = len(source)

    def read(self) -> tuple[list[str], dict[str, Any]]:
        """Lines kept for this command and source, and the card; nothing where they are another's or damaged."""
        try:
            card = json_of(self.card.read_text(encoding="utf-8"))
            path = self.whole if self.whole.exists() else self.partial
            lines = list(read_lines(path))
        except (OSError, ValueError, InputError, FormatError):
            return [], {}
        same = isinstance(card, dict) and all(card.get(name) == value for name, value in self.key.items())
        return (lines, card) if same and len(lines) <= self.n else ([], {})

    def write(self, lines: Sequence[str], seconds: float, attempts: int) -> None:
        """Keep lines, under the name that says whether they are all."""
        make_folder(self.whole.parent)
        done = len(lines) == self.n
        card = {**self.key, "segments": len(lines), "seconds": round(seconds, 3), "attempts": attempts}
        write_lines(self.whole if done else self.partial, (f"{line}\n" for line in lines))
        write_lines(self.card, [json.dumps(card, ensure_ascii=False, indent=1) + "\n"])
        (self.partial if done else self.whole).unlink(missing_ok=True)


def translate(kept: Kept, source: Sequence[str], limits: Limits, told: Callable[[int], None]) -> Output:
    """Translations of a command, from what is kept and from the process.

    Args:
        kept: where translations are kept; it knows the command.
        source: lines to translate.
        limits: time-out and retries.
        told: called with the number of lines that came.

    Raises:
        TranslationError: the process died or hung too often, or printed too few or too many lines.
    """
    lines, card = ([], {}) if limits.fresh else kept.read()
    seconds, attempts = float(card.get("seconds", 0.0)), int(card.get("attempts", 0))
    command = kept.key["command"]
    told(len(lines))
    left = limits.retries + 1
    reused = len(lines) == len(source)
    while len(lines) < len(source):
        attempts += 1
        clock = _Clock(seconds)
        process = _Process(command, source[len(lines) :])

        def tick(count: int, clock: _Clock = clock, attempts: int = attempts) -> None:
            told(count)
            if clock.due():
                kept.write(lines[: len(source)], clock.seconds(), attempts)

        try:
            reason = process.read(lines, len(source), limits.timeout, tick)
        finally:
            process.stop()
            seconds = clock.seconds()
            kept.write(lines[: len(source)], seconds, attempts)
        left -= 1
        if reason and (left == 0 or reason.startswith("printed")):
            raise _failure(kept, lines, f"{reason} (attempt {attempts}){process.tail}")
        if reason:
            _log.warning("%s: %s; starting again", kept.key["system"], reason)
    origin = f"command {command}" + (" (kept from an earlier run)" if reused else "")
    return Output(tuple(line.rstrip() for line in lines), origin, Speed(seconds, len(source), max(attempts, 1)))


class _Clock:
    """Seconds that a system has worked, and whether it is time to keep what came."""

    def __init__(self, before: float) -> None:
        self._start = time.monotonic() - before
        self._kept = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._start

    def due(self) -> bool:
        if time.monotonic() - self._kept < _KEEP:
            return False
        self._kept = time.monotonic()
        return True


def _failure(kept: Kept, lines: Sequence[str], reason: str) -> TranslationError:
    """The error to raise, after what is of no use has been set aside."""
    message = f"--system {kept.key['system']}: {reason}"
    if reason.startswith("printed"):  # lines no longer stand beside their sources
        where = _set_aside(kept, lines)
        return TranslationError(f"{message}; expected {kept.n:,} lines, one a source line; see {where}")
    there = f"its {len(lines):,} of {kept.n:,} lines are kept in {kept.partial}"
    return TranslationError(f"{message}; {there}; run again to go on from there")


def _set_aside(kept: Kept, lines: Sequence[str]) -> Path:
    path = kept.whole.with_suffix(".rejected.txt")
    write_lines(path, (f"{line}\n" for line in lines))
    for other in (kept.whole, kept.partial, kept.card):
        other.unlink(missing_ok=True)
    return path


class _Process:
    """A running command; lines go in and come out in threads of their own, so that neither side blocks the other."""

    def __init__(self, command: str, source: Sequence[str]) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        # The user's own command, through the shell, as they would type it.
        self._process = subprocess.Popen(  # noqa: S602
            command, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            start_new_session=True,
        )  # fmt: skip
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._threads = (
            threading.Thread(target=self._feed, args=(list(source),), daemon=True),
            threading.Thread(target=self._collect, daemon=True),
        )
        for thread in self._threads:
            thread.start()
        self._todo = len(source)
        self.tail = ""  # the end of its stderr, once it has ended, as " - it says ..."

    def _feed(self, source: list[str]) -> None:
        assert self._process.stdin is not None
        # A process that has died does not read: what it said on stderr is the error to show.
        with contextlib.suppress(OSError, ValueError):
            for line in source:
                self._process.stdin.write(line.encode("utf-8", "replace") + b"\n")
                self._process.stdin.flush()
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.close()

    def _collect(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def read(self, lines: list[str], total: int, timeout: float, told: Callable[[int], None]) -> str:
        """Append lines as they come; the reason why it ended early, or "" when all came."""
        while True:
            try:
                line = self._lines.get(timeout=timeout)
            except queue.Empty:
                return "" if len(lines) == total else f"hangs: no line for {timeout:g} s"
            if line is None:
                return self._ended(lines, total)
            if not line.endswith(b"\n"):  # cut off in the middle: translate it again
                if self._code() == 0:
                    lines.append(_text(line))
                continue
            lines.append(_text(line))
            told(1)
            if len(lines) > total:
                return f"printed more than {self._todo:,} lines"

    def _ended(self, lines: list[str], total: int) -> str:
        code = self._code()
        if len(lines) == total:
            return ""
        if len(lines) > total:
            return f"printed more than {self._todo:,} lines"
        missing = total - len(lines)
        if code == 0:
            return f"printed too few lines: {self._todo - missing:,} for {self._todo:,}, and ended without an error"
        how = f"was killed by signal {-code}" if code < 0 else f"exited with {code}"
        return f"died: it {how} after {len(lines):,} lines"

    def _code(self) -> int:
        try:
            return self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL

    def stop(self) -> None:
        """End the process and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_GRACE)
        for thread, pipe in zip(self._threads, (self._process.stdin, self._process.stdout), strict=True):
            thread.join(timeout=_GRACE)
            # A program that has left its group may hold a pipe open: closing it would wait for that program.
            if pipe is not None and not thread.is_alive():
                with contextlib.suppress(OSError):
                    pipe.close()
        with self._errors:
            self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 8 * _TAIL))
            text = " ".join(self._errors.read().decode("utf-8", "replace").split())[-_TAIL:]
        self.tail = f' - it says "{text}"' if text else ""


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")
