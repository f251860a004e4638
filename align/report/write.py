"""`report.html` of a run: written from the files of the run, in pages of so many document pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
_PAGE: Final = re.compile(r"report(-\d+)?\.html")


def write_report(folder: Path, facts: RunFacts, pairs_on_a_page: int = PAIRS_ON_A_PAGE) -> list[Path]:
    """Write `report.html`, and `report-2.html` and so on for a run of many document pairs.

    Pages that an earlier, longer report left behind go. The same run gives the same bytes.

    Args:
        folder: of a run: `alignments.jsonl`, `rejected_documents.tsv` are read from it.
        facts: counts, encoder and settings of the run.
        pairs_on_a_page: document pairs in one file.

    Returns:
        The files written.

    Raises:
        InputError: a file of the run is missing or not what a build writes.
        OutputError: the folder cannot be written.
    """
    figures = overview(read_pairs(folder))
    names = page_names(figures.pairs, pairs_on_a_page)
    unusable = [row for _, row in tsv.read_table(folder / "rejected_documents.tsv", ("doc", "reason"))]
    pairs = read_pairs(folder)
    for number, name in enumerate(names):
        values = {
            "facts": facts,
            "figures": figures,
            "unusable": unusable[:200],
            "unusable_total": len(unusable),
            "pages": names,
            "page_number": number,
            "pairs_on_a_page": pairs_on_a_page,
            "first": number * pairs_on_a_page,
            "chart": charts(figures),
        }
        _write_page(folder / name, values, list(islice(pairs, pairs_on_a_page)))
    for old in folder.glob("report*.html"):
        if _PAGE.fullmatch(old.name) and old.name not in names:
            old.unlink()
    return [folder / name for name in names]


def page_names(pairs: int, pairs_on_a_page: int) -> list[str]:
    """Files of a report: at least one."""
    total = max(1, -(-pairs // pairs_on_a_page))
    return ["report.html", *(f"report-{number}.html" for number in range(2, total + 1))]


def _write_page(path: Path, values: dict[str, Any], pairs: Sequence[Pair]) -> None:
    first = values["first"]
    content = {
        "events": list(_events(pairs, first)),
        "pairs": {first + k: pair for k, pair in enumerate(pairs)},
        "pictures": {first + k: picture(pair) for k, pair in enumerate(pairs)},
        "readings": ((first + k, reading(pair)) for k, pair in enumerate(pairs)),  # one at a time in memory
    }
    with atomic_text(path) as file:
        for piece in page.chunks(page.render("report.html", values | content, ["report.css"], ["report.js"])):
            file.write(piece)


def _events(pairs: Sequence[Pair], first: int) -> Iterator[EventRow]:
    """Events in order of the file; the pairs that feed nothing come last, under no event."""
    groups: dict[str, list[int]] = {}
    for k, pair in enumerate(pairs):
        groups.setdefault(pair.event if pair.used else "", []).append(first + k)
    return (EventRow(name, tuple(numbers)) for name, numbers in groups.items())


def charts(figures: Overview) -> dict[str, int]:
    """Largest values of the charts, which their bars are scaled by; 1 where there is nothing."""
    return {
        "histogram": max((bar.first + bar.second for bar in figures.histogram), default=0) or 1,
        "outlets": max((bar.first + bar.second for bar in figures.outlets), default=0) or 1,
        "days": max((max(bar.first, bar.second) for bar in figures.days), default=0) or 1,
        "fates": max((count for _, count in figures.fates), default=0) or 1,
    }
