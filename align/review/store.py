"""Decisions in SQLite: a log that only grows. Undoing marks an entry; nothing is ever deleted or overwritten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from align.errors import InputError, OutputError
from align.formats.reading import json_of

FILE: Final = "review.sqlite"
KINDS: Final = ("accept", "reject", "edit", "bind", "comment", "term")
VERDICTS: Final = frozenset({"accept", "reject", "edit", "bind"})  # those that settle a unit; the last one counts
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS decisions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  unit TEXT NOT NULL,
  kind TEXT NOT NULL,
  old_vi TEXT NOT NULL,
  old_en TEXT NOT NULL,
  vi TEXT NOT NULL,
  en TEXT NOT NULL,
  comment TEXT NOT NULL,
  place TEXT NOT NULL,
  undone_at TEXT
)"""
_COLUMNS: Final = "seq, at, reviewer, unit, kind, old_vi, old_en, vi, en, comment, place"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands: documents and segment indexes."""

    vi_doc: str
    en_doc: str
    vi_segments: tuple[int, ...]
    en_segments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer said of a unit.

    Attributes:
        unit: id of the unit; of a term, "term:" with both its sides.
        kind: one of KINDS.
        reviewer: name.
        old_vi, old_en: text of the unit as the reviewer found it: after a rebuild it finds the unit by it.
        vi, en: text as it shall be; equal to the old text unless edited. Of a term: the term.
        comment: remark, reason of a rejection, or the verdict on a term.
        place: documents and segments.
        at: UTC, ISO 8601; set by the store.
        seq: number in the log; set by the store.
    """

    unit: str
    kind: str
    reviewer: str
    old_vi: str
    old_en: str
    vi: str
    en: str
    comment: str
    place: Place
    at: str = ""
    seq: int = 0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Store:
    """The log of decisions of one run; a decision that `add` has returned from is on the disk."""

    def __init__(self, path: Path, clock: Callable[[], str] = _now) -> None:
        """Open, or make.

        Raises:
            InputError: the file is no such log, or cannot be written.
        """
        self._clock = clock
        try:
            # One thread at a time uses it, but a server may not be started in the thread that opened it.
            self._base = sqlite3.connect(path, check_same_thread=False, timeout=10, isolation_level=None)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = FULL")  # a power cut loses nothing that was answered
            self._base.execute(_SCHEMA)
            self._base.execute(f"SELECT {_COLUMNS}, undone_at FROM decisions LIMIT 1")  # noqa: S608 - a constant
        except sqlite3.Error as error:
            if hasattr(self, "_base"):
                self._base.close()  # else its lock would outlive the error
            raise InputError(f"{path}: not usable as the log of a review ({error}); move it away") from error
        self._path = path

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def add(self, decision: Decision) -> Decision:
        """Write a decision; it is committed when this returns.

        Raises:
            OutputError: it cannot be written, as on a full disk; the log is as it was.
        """
        assert decision.kind in KINDS, decision.kind
        at = self._clock()
        place = decision.place
        row = (
            at,
            decision.reviewer,
            decision.unit,
            decision.kind,
            decision.old_vi,
            decision.old_en,
            decision.vi,
            decision.en,
            decision.comment,
            json.dumps([place.vi_doc, place.en_doc, place.vi_segments, place.en_segments], ensure_ascii=False),
        )
        names = _COLUMNS.partition(", ")[2]
        cursor = self._write(f"INSERT INTO decisions ({names}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608 - constants
        assert cursor.lastrowid is not None
        return replace(decision, at=at, seq=cursor.lastrowid)

    def undo(self, reviewer: str) -> Decision | None:
        """Take back the last decision of a reviewer that still holds, and return it; None if there is none."""
        last = "SELECT max(seq) FROM decisions WHERE reviewer = ? AND undone_at IS NULL"
        (seq,) = self._base.execute(last, (reviewer,)).fetchone()
        if seq is None:
            return None
        self._write("UPDATE decisions SET undone_at = ? WHERE seq = ?", (self._clock(), seq))
        query = f"SELECT {_COLUMNS} FROM decisions WHERE seq = ?"  # noqa: S608 - constants
        return _decision(self._base.execute(query, (seq,)).fetchone())

    def decisions(self) -> Iterator[Decision]:
        """Decisions that hold, oldest first.

        Raises:
            InputError: the file is damaged.
        """
        query = f"SELECT {_COLUMNS} FROM decisions WHERE undone_at IS NULL ORDER BY seq"  # noqa: S608 - constants
        try:
            yield from map(_decision, self._base.execute(query))
        except (sqlite3.Error, ValueError) as error:
            message = f"damaged as the log of a review ({error}); restore it from a copy, or move it away"
            raise InputError(f"{self._path}: {message}") from error

    def _write(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        try:
            return self._base.execute(statement, values)
        except sqlite3.Error as error:
            message = f"the decision cannot be written ({error}); free space or mend its permissions"
            raise OutputError(f"{self._path}: {message}") from error


def _decision(row: tuple[int, str, str, str, str, str, str, str, str, str, str]) -> Decision:
    seq, at, reviewer, unit, kind, old_vi, old_en, vi, en, comment, place = row
    if not all(isinstance(text, str) for text in row[1:]) or kind not in KINDS:
        raise ValueError(f"decision {seq} is none")
    where = _place(json_of(place), bound=kind == "bind")
    return Decision(unit, kind, reviewer, old_vi, old_en, vi, en, comment, where, at, seq)


def _place(data: Any, *, bound: bool) -> Place:
    """Where a unit stands; one that a reviewer bound has segments on both sides."""
    if not isinstance(data, list) or len(data) != 4 or not all(isinstance(doc, str) for doc in data[:2]):
        raise ValueError(f"{str(data)[:40]!r} is no place")
    sides = data[2:]
    if not all(isinstance(side, list) and all(type(n) is int and n >= 0 for n in side) for side in sides):
        raise ValueError(f"{str(sides)[:40]} are no segments")
    if bound and not all(sides):
        raise ValueError("a unit without segments")
    return Place(data[0], data[1], tuple(sides[0]), tuple(sides[1]))
