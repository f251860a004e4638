"""A glossary as TBX: concepts of `align.formats.tbx`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from align.formats import tbx
from align.formats.tbx import Concept, Term, Version
from align.glossary.types import Entry

_PREFERRED, _ADMITTED, _DEPRECATED = tbx.STATUSES[:3]
_STATUS: Final = {"accepted": _ADMITTED, "preferred": _PREFERRED, "deprecated": _DEPRECATED}


def write(path: Path, entries: Sequence[Entry], version: Version = 3) -> None:
    """Write a terminology file; rejected entries stay out.

    Args:
        path: the file.
        entries: in their order.
        version: 3 or 2.
    """
    kept = (entry for entry in entries if entry.status != "rejected")
    tbx.write(path, (_concept(entry, number) for number, entry in enumerate(kept, 1)), version)


def _concept(entry: Entry, number: int) -> Concept:
    vi, en = tuple(_terms(entry, "vi")), tuple(_terms(entry, "en"))
    return Concept(f"c{number}", vi, en, entry.kind, entry.note)


def _terms(entry: Entry, lang: str) -> Iterator[Term]:
    """The citation form with its context, its variants, the acronym; each form once."""
    main, others = (entry.vi, entry.variants_vi) if lang == "vi" else (entry.en, entry.variants_en)
    context = entry.contexts[0] if entry.contexts else None
    sentence = "" if context is None else context.vi if lang == "vi" else context.en
    yield Term(main, _STATUS.get(entry.status, ""), "fullForm", sentence)
    kinds = dict.fromkeys(others, "variant") | ({entry.acronym: "acronym"} if entry.acronym else {})
    yield from (Term(form, "", kind) for form, kind in kinds.items() if form != main)
