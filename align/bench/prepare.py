"""Test sets from a build: whole events, the newest ones, without near-duplicates, and the rest to train on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from align.bench.records import Place
from align.curation import leaks, neardup
from align.errors import InputError
from align.formats import make_folder, tsv, write_lines, write_table
from align.pipeline import corpora
from align.report.records import read_pairs
from align.text import nfc, one_line
from align.types import Unit

PLACE_COLUMNS: Final = ("doc", "event", "outlet", "date", "unit", "quality")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was taken. `duplicates` were left out of both parts; `events` counts those of the test set."""

    units: int
    events: int
    documents: int
    training: int
    duplicates: int
    first: date | None
    last: date | None


def prepare(folder: Path, out: Path, n: int, min_quality: float, after: date | None = None) -> Prepared:
    """Write test.vi, test.en, test.docids, train.tsv and prepare.json.

    Args:
        folder: of a build.
        out: folder of the test set.
        n: most units of the test set.
        min_quality: of its units.
        after: events with an article of this day or before are for training only.

    Raises:
        InputError: the folder holds no corpus, or nothing fits.
    """
    units = list(corpora.reviewed_units(folder))
    chosen = _choose(units, n, min_quality, after)
    test_events = {unit.event for unit in chosen}
    rest = [unit for unit in units if unit.event not in test_events]
    test, double = _without_duplicates(chosen, rest)
    if not test:
        raise InputError(
            f"{folder}: no event fits a test set of {n} units of quality {min_quality} or more"
            f"{f' after {after}' if after else ''}; try a larger --n or a lower --min-quality"
        )
    outlets = _outlets(folder)
    make_folder(out)
    write_lines(out / "test.vi", (one_line(unit.vi) + "\n" for unit in test))
    write_lines(out / "test.en", (one_line(unit.en) + "\n" for unit in test))
    write_table(out / "test.docids", PLACE_COLUMNS, (_place_cells(unit, outlets) for unit in test))
    tsv.write(out / "train.tsv", rest)
    found = _summary(test, rest, double)
    card = {"build": folder.name, "n": n, "min_quality": min_quality, "after": str(after or ""),
            "units": found.units, "events": sorted(test_events), "training": found.training}  # fmt: skip
    write_lines(out / "prepare.json", [json.dumps(card, ensure_ascii=False, indent=1) + "\n"])
    return found


def _choose(units: Sequence[Unit], n: int, min_quality: float, after: date | None) -> list[Unit]:
    """Units of whole events, the newest first, as long as they fit; in the order of the corpus."""
    events: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        events[unit.event].append(unit)
    newest = sorted(events, key=lambda name: (_first_day(events[name]) or date.min, name), reverse=True)
    taken: set[str] = set()
    room = n
    for name in newest:
        first = _first_day(events[name])
        good = [unit for unit in events[name] if unit.quality >= min_quality]
        if good and len(good) <= room and (after is None or (first is not None and first > after)):
            taken.add(name)
            room -= len(good)
    return [unit for unit in units if unit.event in taken and unit.quality >= min_quality]


def _first_day(units: Iterable[Unit]) -> date | None:
    return min((day for unit in units for day in (unit.vi_date, unit.en_date) if day), default=None)


def _without_duplicates(chosen: Sequence[Unit], rest: Sequence[Unit]) -> tuple[list[Unit], int]:
    """Units that on neither side come near one of the rest, or a better one of the test set."""
    texts = [(unit.vi, unit.en) for unit in chosen]
    leaking = leaks.contaminated(texts, [(unit.vi, unit.en) for unit in rest])
    vi, en = (neardup.groups([(pair[side],) for pair in texts], neardup.LEAK) for side in (0, 1))
    kept: list[int] = []
    taken: set[tuple[str, int]] = set()
    for k in sorted(range(len(chosen)), key=lambda k: (-chosen[k].quality, k)):
        groups = {("vi", vi[k]), ("en", en[k])}
        if k not in leaking and not groups & taken:
            kept.append(k)
            taken |= groups
    return [chosen[k] for k in sorted(kept)], len(chosen) - len(kept)


def _outlets(folder: Path) -> dict[str, str]:
    """Document -> outlet as the report has it, from alignments.jsonl where there is one."""
    if not (folder / "alignments.jsonl").is_file():
        return {}
    return {side.doc: side.outlet for pair in read_pairs(folder) for side in (pair.vi, pair.en)}


def _place_cells(unit: Unit, outlets: dict[str, str]) -> tuple[str, ...]:
    sides = [outlets.get(unit.vi_doc, ""), outlets.get(unit.en_doc, "")]
    day = unit.vi_date or unit.en_date
    place = Place(f"{unit.vi_doc}+{unit.en_doc}", unit.event, " / ".join(dict.fromkeys(filter(None, sides))),
                  day.isoformat() if day else "")  # fmt: skip
    return (nfc(place.doc), place.event, place.outlet, place.date, unit.id, f"{unit.quality:.4f}")


def _summary(test: Sequence[Unit], rest: Sequence[Unit], double: int) -> Prepared:
    days = [day for unit in test for day in (unit.vi_date, unit.en_date) if day]
    documents = {unit.vi_doc for unit in test} | {unit.en_doc for unit in test}
    events = {unit.event for unit in test}
    return Prepared(len(test), len(events), len(documents), len(rest), double, min(days, default=None),
                    max(days, default=None))  # fmt: skip
