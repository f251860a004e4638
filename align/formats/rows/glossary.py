"""Rows of a glossary: the columns of `glossary.tsv`, and TBX."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from align.formats import tbx
from align.formats.rows.cells import Row, Source, Written, columns_of, text_of

COLUMNS: Final = (
    "vi",
    "en",
    "kind",
    "acronym",
    "variants_vi",
    "variants_en",
    "example_vi",
    "example_en",
    "status",
    "note",
)
_PREFERRED, _ADMITTED = tbx.STATUSES[:2]
_LIST: Final = "; "


def open_tbx(path: Path) -> Source:
    """A TBX as rows: the first term of each side, the others as variants."""
    return Source(path, lambda: map(_row, tbx.read(path)), COLUMNS)


def _row(concept: tbx.Concept) -> Row:
    acronyms = [term.text for term in concept.en[1:] if term.kind == "acronym"]
    return {
        "vi": concept.vi[0].text,
        "en": concept.en[0].text,
        "kind": concept.subject,
        "acronym": _LIST.join(acronyms),
        "variants_vi": _LIST.join(term.text for term in concept.vi[1:]),
        "variants_en": _LIST.join(term.text for term in concept.en[1:] if term.kind != "acronym"),
        "example_vi": concept.vi[0].context,
        "example_en": concept.en[0].context,
        "status": concept.vi[0].status,
        "note": concept.note,
    }


def write_tbx(path: Path, source: Source, version: tbx.Version = 3) -> Written:
    """Write a glossary as TBX; other columns go into the note of the entry.

    Raises:
        OutputError: the file cannot be written.
    """
    columns = columns_of(source)
    done = Written()
    done.rows = tbx.write(path, _concepts(source, columns, done), version)
    return done


def _concepts(source: Source, columns: tuple[str, ...], done: Written) -> Iterator[tbx.Concept]:
    others = [name for name in columns if name not in COLUMNS and name != "id"]
    for number, row in enumerate(source.rows(), 1):
        cells = {name: " ".join(text_of(row, name).split()) for name in (*COLUMNS, *others)}
        if not (cells["vi"] and cells["en"]):
            done.leave_out("an empty side, which is no entry")
            continue
        note = [cells["note"]] if cells["note"] else []
        unsaid = [] if cells["status"] in tbx.STATUSES else ["status"]
        note += [f"{name}: {cells[name]}" for name in (*unsaid, *others) if cells[name]]
        yield tbx.Concept(f"c{number}", _side(cells, "vi"), _side(cells, "en"), cells["kind"], _LIST.join(note))


def _side(cells: dict[str, str], lang: str) -> tuple[tbx.Term, ...]:
    status = cells["status"] if cells["status"] in tbx.STATUSES else _PREFERRED
    # Written so that it is read back: the first term of a side is the entry's own, the others its variants.
    terms = [tbx.Term(cells[lang], status, "", cells[f"example_{lang}"])]
    terms += [tbx.Term(text, _ADMITTED) for text in cells[f"variants_{lang}"].split(_LIST) if text]
    if lang == "en" and cells["acronym"]:
        terms += [tbx.Term(text, _ADMITTED, "acronym") for text in cells["acronym"].split(_LIST) if text]
    known: dict[str, tbx.Term] = {}
    for term in terms:
        known.setdefault(term.text, term)
    return tuple(known.values())
