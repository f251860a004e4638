"""`glossary.tsv`: one row an entry; what a person decided there survives the next run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from align.errors import FormatError
from align.formats import tsv
from align.glossary.measure import key
from align.glossary.types import KINDS, STATUSES, TIERS, Alternative, Context, Entry, Tier

COLUMNS: Final = (
    "vi",
    "en",
    "kind",
    "score",
    "frequency",
    "documents",
    "acronym",
    "variants_vi",
    "variants_en",
    "alternatives",
    "example_vi",
    "example_en",
    "example_id",
    "status",
    "tier",
    "first_seen",
    "last_seen",
    "reasons",
    "note",
)
_BETWEEN: Final = "; "
Key = tuple[tuple[str, ...], tuple[str, ...]]


def cells(entry: Entry) -> list[str]:
    """Cells of an entry in the order of COLUMNS."""
    example = entry.contexts[0] if entry.contexts else None
    return [
        entry.vi,
        entry.en,
        entry.kind,
        f"{entry.score:.4f}",
        str(entry.frequency),
        str(entry.documents),
        entry.acronym,
        _BETWEEN.join(entry.variants_vi),
        _BETWEEN.join(entry.variants_en),
        _BETWEEN.join(map(alternative_cell, entry.alternatives)),
        example.vi if example else "",
        example.en if example else "",
        example.id if example else "",
        entry.status,
        entry.tier,
        entry.first_seen,
        entry.last_seen,
        _BETWEEN.join(entry.reasons),
        entry.note,
    ]


def alternative_cell(other: Alternative) -> str:
    """A rival translation with its share, such as "South China Sea (33%)"."""
    return f"{other.en} ({other.share:.0%})"


def write_table(path: Path, entries: Sequence[Entry]) -> None:
    """Write the table, best first."""
    tsv.write_table(path, COLUMNS, map(cells, entries))


def read_decisions(path: Path, reviewed: Mapping[tuple[str, str], str] | None = None) -> dict[Key, Entry]:
    """Entries of an earlier table that carry a status or a note, by the keys of their forms.

    Args:
        path: `glossary.tsv`.
        reviewed: (vi, en) of entries -> status that a reviewer gave them since; it goes before the table's.

    Raises:
        InputError: the file cannot be read.
        FormatError: a column is missing, or a status, kind or number is none.
    """
    found = {}
    for number, row in tsv.read_table(path, ("vi", "en", "status")):
        if row["status"] not in STATUSES:
            expected = ", ".join(status for status in STATUSES if status)
            raise FormatError(path, number, f"status {row['status']!r} is unknown; expected {expected}, or nothing")
        row["status"] = (reviewed or {}).get((row["vi"], row["en"]), row["status"])
        if row["status"] or row.get("note"):
            found[key((row["vi"], row["en"]))] = _entry(path, number, row)
    return found


def _entry(path: Path, number: int, row: Mapping[str, str]) -> Entry:
    try:
        score, frequency = float(row.get("score") or 0), int(row.get("frequency") or 0)
        documents = int(row.get("documents") or 0)
    except ValueError as error:
        raise FormatError(path, number, f"score, frequency or documents is no number: {error}") from error
    kind = row.get("kind", "topic")
    tier: Tier = next((name for name in TIERS if name == row.get("tier")), "check")
    example = Context(
        row.get("example_id", ""), row.get("example_vi", ""), row.get("example_en", ""), (0, 0), (0, 0), "", "", ""
    )
    return Entry(
        vi=row["vi"],
        en=row["en"],
        kind=kind if kind in KINDS else "topic",
        score=score,
        tier=tier,
        frequency=frequency,
        documents=documents,
        acronym=row.get("acronym", ""),
        variants_vi=_list(row.get("variants_vi", "")),
        variants_en=_list(row.get("variants_en", "")),
        contexts=(example,) if example.vi else (),
        first_seen=row.get("first_seen", ""),
        last_seen=row.get("last_seen", ""),
        reasons=_list(row.get("reasons", "")),
        status=row["status"],
        note=row.get("note", ""),
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(_BETWEEN) if part)


def merged(entries: Sequence[Entry], decided: Mapping[Key, Entry]) -> list[Entry]:
    """Entries with the decisions of an earlier table: forms, kind, status and note are the person's.

    What was decided and is not found any more is kept at the end.
    """
    found: list[Entry] = []
    seen = set()
    for entry in entries:
        name = key((entry.vi, entry.en))
        earlier = decided.get(name)
        seen.add(name)
        if earlier:
            decision = replace(entry, vi=earlier.vi, en=earlier.en, kind=earlier.kind)
            found.append(replace(decision, status=earlier.status, note=earlier.note))
        else:
            found.append(entry)
    return [*found, *(entry for name, entry in decided.items() if name not in seen)]
