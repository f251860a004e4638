"""The units of a run with the decisions on them: what a reviewer works at. No HTTP here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from align.bitext import unit_id
from align.errors import FormatError, InputError
from align.formats.reading import json_of
from align.report.marks import texts
from align.report.records import ALIGNMENTS, Link, Pair, pair_of
from align.review.store import VERDICTS, Decision, Place, Store
from align.types import Bead

BOUND: Final = "bound"  # fate of a unit that a reviewer made
_CACHED_PAIRS: Final = 64


@dataclass(frozen=True, slots=True)
class Item:
    """A unit without its text: `pair` is the line of its document pair in `alignments.jsonl`, from 0."""

    id: str
    pair: int
    vi: tuple[int, ...]
    en: tuple[int, ...]
    quality: float
    fate: str


class Desk:
    """All units of the accepted document pairs of a run, and what holds for each.

    Texts stay on the disk: a line of `alignments.jsonl` is read when one of its units is looked at.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        """Read the run and its decisions.

        Raises:
            InputError: the folder holds no finished run.
            FormatError: a line is not what a build writes.
        """
        self.folder, self.store = folder, store
        self.threshold = _threshold(folder)
        self.items: dict[str, Item] = {}
        self.verdicts: dict[str, Decision] = {}
        self.comments: dict[str, list[Decision]] = {}
        self.terms: dict[str, Decision] = {}
        self.lost: list[Decision] = []  # decisions on units that a rebuild no longer has
        self._offsets: list[int] = []
        self._lines: dict[tuple[str, str], int] = {}
        self._of_pair: dict[int, list[str]] = {}
        self._covered: dict[str, str] = {}  # unit -> the bound unit that takes its segments
        self.pair = lru_cache(maxsize=_CACHED_PAIRS)(self._read_pair)
        self._read_run()
        self._read_log()

    def _read_run(self) -> None:
        path = self.folder / ALIGNMENTS
        try:
            with path.open("rb") as file:
                self._read_lines(path, file)
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror}); give the folder of an align build") from error

    def _read_lines(self, path: Path, file: Iterable[bytes]) -> None:
        offset = 0
        for number, line in enumerate(file):
            try:
                pair = pair_of(json_of(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise FormatError(path, number + 1, f"no document pair of a build ({error!r}); build anew") from error
            self._offsets.append(offset)
            offset += len(line)
            if pair.used:
                self._lines[pair.vi.doc, pair.en.doc] = number
                for link in pair.links:
                    self._put(Item(link.id, number, link.vi, link.en, link.quality, link.fate))

    def _put(self, item: Item) -> None:
        self.items[item.id] = item
        self._of_pair.setdefault(item.pair, []).append(item.id)

    def _read_pair(self, number: int) -> Pair:
        with (self.folder / ALIGNMENTS).open("rb") as file:
            file.seek(self._offsets[number])
            return pair_of(json_of(file.readline()))

    def _read_log(self) -> None:
        """Decisions as they hold, from the log; those on units that changed their id are found by their text."""
        self.verdicts, self.comments, self.terms = {}, {}, {}
        self.lost, self._covered = [], {}
        for identity in [key for key, item in self.items.items() if item.fate == BOUND]:
            self._of_pair[self.items.pop(identity).pair].remove(identity)
        for decision in self.store.decisions():
            self._take(decision)

    def _take(self, decision: Decision) -> None:
        if decision.kind == "term":
            self.terms[decision.unit] = decision
        elif decision.kind == "bind":
            self._take_bind(decision)
        elif (identity := self._identity(decision)) is None:
            self.lost.append(decision)
        elif decision.kind in VERDICTS:
            self.verdicts[identity] = decision
        else:
            self.comments.setdefault(identity, []).append(decision)

    def _identity(self, decision: Decision) -> str | None:
        """Id of the unit that a decision is on, in this run."""
        if decision.unit in self.items:
            return decision.unit
        number = self._lines.get((decision.place.vi_doc, decision.place.en_doc))
        for identity in self._of_pair.get(-1 if number is None else number, ()):
            if self.text(self.items[identity]) == (decision.old_vi, decision.old_en):
                return identity
        return None

    def _take_bind(self, decision: Decision) -> None:
        place = decision.place
        number = self._lines.get((place.vi_doc, place.en_doc))
        if number is None or not self._fits(number, decision):
            self.lost.append(decision)
            return
        replaced = [self.items[key] for key in self._of_pair[number] if _overlap(self.items[key], place)]
        quality = max((item.quality for item in replaced), default=0.0)
        if decision.unit not in self.items:
            self._put(Item(decision.unit, number, place.vi_segments, place.en_segments, quality, BOUND))
        for item in replaced:
            if item.id != decision.unit:
                self._covered[item.id] = decision.unit
        self._covered.pop(decision.unit, None)
        self.verdicts[decision.unit] = decision

    def _fits(self, number: int, decision: Decision) -> bool:
        pair, place = self.pair(number), decision.place
        if max(place.vi_segments) >= len(pair.vi.spans) or max(place.en_segments) >= len(pair.en.spans):
            return False
        vi, en = joined(texts(pair.vi), place.vi_segments), joined(texts(pair.en), place.en_segments)
        return (vi, en) == (decision.old_vi, decision.old_en)

    def text(self, item: Item) -> tuple[str, str]:
        """The unit as the build made it."""
        pair = self.pair(item.pair)
        return joined(texts(pair.vi), item.vi), joined(texts(pair.en), item.en)

    def place(self, item: Item) -> Place:
        """Documents and segments of a unit."""
        pair = self.pair(item.pair)
        return Place(pair.vi.doc, pair.en.doc, item.vi, item.en)

    def link(self, item: Item) -> Link | None:
        """The bead of the build that a unit is; None for one that a reviewer made."""
        return next((link for link in self.pair(item.pair).links if link.id == item.id), None)

    def state(self, identity: str) -> str:
        """What holds for a unit: "accept", "reject", "edit", "bind", "replaced", or "" where nobody has decided."""
        if identity in self._covered:
            return "replaced"
        decision = self.verdicts.get(identity)
        return decision.kind if decision else ""

    def decide(self, decision: Decision) -> Decision:
        """Log a decision, then let it hold."""
        kept = self.store.add(decision)
        self._take(kept)
        return kept

    def bind(self, number: int, vi: Sequence[int], en: Sequence[int], reviewer: str) -> Decision:
        """Make a unit of these segments; units of the build that share one of them are replaced by it.

        Raises:
            InputError: a side is empty, or a segment is not there.
        """
        pair = self.pair(number)
        vi, en = tuple(sorted(set(vi))), tuple(sorted(set(en)))
        if not (vi and en) or min(*vi, *en) < 0 or vi[-1] >= len(pair.vi.spans) or en[-1] >= len(pair.en.spans):
            raise InputError("a unit needs at least one segment of each article, and only such that are there")
        one, other = joined(texts(pair.vi), vi), joined(texts(pair.en), en)
        identity = unit_id(pair.vi.doc, pair.en.doc, Bead(vi, en), one, other)
        place = Place(pair.vi.doc, pair.en.doc, vi, en)
        return self.decide(Decision(identity, "bind", reviewer, one, other, one, other, "", place))

    def undo(self, reviewer: str) -> Decision | None:
        """Take back the last decision of a reviewer."""
        taken = self.store.undo(reviewer)
        if taken:
            self._read_log()
        return taken

    def queue(self, order: str, *, everything: bool = False) -> list[Item]:
        """Units to look at: by doubt (quality nearest to the threshold first) or in order of the run."""
        items = [item for item in self.items.values() if everything or not self.state(item.id)]
        if order == "doubt":
            return sorted(items, key=lambda item: (round(abs(item.quality - self.threshold), 4), item.pair, item.vi))
        return sorted(items, key=lambda item: (item.pair, item.vi, item.en))

    def progress(self) -> tuple[int, int]:
        """Units decided on, and all units."""
        return len(self.verdicts.keys() | self._covered.keys()), len(self.items)


def joined(segments: Sequence[str], numbers: Iterable[int]) -> str:
    """Text of some segments."""
    return " ".join(segments[number] for number in numbers)


def _overlap(item: Item, place: Place) -> bool:
    return bool(set(item.vi) & set(place.vi_segments) or set(item.en) & set(place.en_segments))


def require_run(folder: Path) -> None:
    """Raise if a folder holds no finished run.

    Raises:
        InputError: with what is missing.
    """
    _threshold(folder)


def _threshold(folder: Path) -> float:
    """The least quality of the run; a folder without report is no finished run."""
    path = folder / "report.json"
    try:
        return float(json_of(path.read_text(encoding="utf-8"))["configuration"]["min_quality"])
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give the folder of a finished build") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not the report of a build ({error!r}); run align build anew") from error
