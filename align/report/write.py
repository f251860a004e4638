"""`report.html` of a run: written from the files of the run, in pages of so many document pairs, of some if many."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from align.formats import tsv
from align.formats.atomic import atomic_text
from align.report import page
from align.report.overview import EventRow, Overview, RunFacts, overview
from align.report.reading import picture, reading
from align.report.records import Pair, read_pairs

PAIRS_ON_A_PAGE: Final = 500
PAIRS_SHOWN: Final = 2_000  # of a larger run: 4 pages, some 30 MB, and seconds to write
_TOGETHER: Final = 50  # neighbors that are shown together, most of them whole events
_UNUSABLE: Final = 200  # documents that are listed
_PAGE: Final = re.compile(r"report(-\d+)?\.html")


def write_report(
    folder: Path, facts: RunFacts, pairs_on_a_page: int = PAIRS_ON_A_PAGE, pairs_shown: int = PAIRS_SHOWN
) -> list[Path]:
    """Write `report.html`, and `report-2.html` and so on for a run of many document pairs.

    Pages that an earlier, longer report left behind go. The same run gives the same bytes.

    Args:
        folder: of a run: `alignments.jsonl`, `rejected_documents.tsv` are read from it.
        facts: counts, encoder and settings of the run.
        pairs_on_a_page: document pairs in one file.
        pairs_shown: of a run with more, so many are shown; the figures count all.

    Returns:
        The files written.

    Raises:
        InputError: a file of the run is missing or not what a build writes.
        OutputError: the folder cannot be written.
    """
    figures = overview(read_pairs(folder))
    shown = pairs_to_show(figures, pairs_shown)
    names = page_names(len(shown), pairs_on_a_page)
    unusable, unusable_total = _unusable(folder)
    values = {
        "facts": facts,
        "figures": figures,
        "unusable": unusable,
        "unusable_total": unusable_total,
        "pages": names,
        "page_of": {doubt.pair: bisect_left(shown, doubt.pair) // pairs_on_a_page for doubt in figures.doubts},
        "shown": len(shown),
        "together": _TOGETHER,
        "chart": charts(figures),
    }
    pairs = zip(shown, read_pairs(folder, None if len(shown) == figures.pairs else frozenset(shown)), strict=True)
    for number, name in enumerate(names):
        place = {"page_number": number, "first": number * pairs_on_a_page}
        _write_page(folder / name, values | place, dict(islice(pairs, pairs_on_a_page)))
    for old in folder.glob("report*.html"):
        if _PAGE.fullmatch(old.name) and old.name not in names:
            old.unlink()
    return [folder / name for name in names]


def pairs_to_show(figures: Overview, most: int) -> Sequence[int]:
    """Lines of `alignments.jsonl`, from 0: all, or neighbors from all over the run and the pairs of doubtful units."""
    if figures.pairs <= most:
        return range(figures.pairs)
    doubtful = {doubt.pair for doubt in figures.doubts}
    groups = -(-figures.pairs // _TOGETHER)
    wanted = max((most - len(doubtful)) // _TOGETHER, 1)
    first = [number * groups // wanted * _TOGETHER for number in range(min(wanted, groups))]
    near = {line for start in first for line in range(start, min(start + _TOGETHER, figures.pairs))}
    return sorted(near | doubtful)


def _unusable(folder: Path) -> tuple[list[dict[str, str]], int]:
    """The first documents that could not be used, and how many there are."""
    rows = (row for _, row in tsv.read_table(folder / "rejected_documents.tsv", ("doc", "reason")))
    listed = list(islice(rows, _UNUSABLE))
    return listed, len(listed) + sum(1 for _ in rows)


def page_names(pairs: int, pairs_on_a_page: int) -> list[str]:
    """Files of a report: at least one."""
    total = max(1, -(-pairs // pairs_on_a_page))
    return ["report.html", *(f"report-{number}.html" for number in range(2, total + 1))]


def _write_page(path: Path, values: dict[str, Any], pairs: Mapping[int, Pair]) -> None:
    content = {
        "events": list(_events(pairs)),
        "pairs": pairs,
        "pictures": {number: picture(pair) for number, pair in pairs.items()},
        "readings": ((number, reading(pair)) for number, pair in pairs.items()),  # one at a time in memory
    }
    with atomic_text(path) as file:
        for piece in page.chunks(page.render("report.html", values | content, ["report.css"], ["report.js"])):
            file.write(piece)


def _events(pairs: Mapping[int, Pair]) -> Iterator[EventRow]:
    """Events in order of the file; the pairs that feed nothing come last, under no event."""
    groups: dict[str, list[int]] = {}
    for number, pair in pairs.items():
        groups.setdefault(pair.event if pair.used else "", []).append(number)
    return (EventRow(name, tuple(numbers)) for name, numbers in groups.items())


def charts(figures: Overview) -> dict[str, int]:
    """Largest values of the charts, which their bars are scaled by; 1 where there is nothing."""
    return {
        "histogram": max((bar.first + bar.second for bar in figures.histogram), default=0) or 1,
        "outlets": max((bar.first + bar.second for bar in figures.outlets), default=0) or 1,
        "days": max((max(bar.first, bar.second) for bar in figures.days), default=0) or 1,
        "fates": max((count for _, count in figures.fates), default=0) or 1,
    }
