"""From a corpus on disk to a glossary on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from align.errors import InputError
from align.formats import tsv
from align.formats.pairs import read_pairs
from align.formats.reading import numbered_lines
from align.glossary import extract as extraction
from align.glossary import seeds
from align.glossary.check import Finding, check
from align.glossary.types import Config, Entry, Known, Row
from align.types import LANGS, Encoder

_LOOSE: Final = 0.3  # cosine from which a passage without counterpart is read beside the closest one
_PARTNERS: Final = 2
_CHECK_COLUMNS: Final = (
    "vi",
    "en",
    "kind",
    "verdict",
    "units",
    "as_listed",
    "used",
    "instead",
    "out_of_date",
    "example_vi",
    "example_en",
    "example_id",
)


def config(*, seed_list: bool = True, domain: str = "diplomacy", top: int | None = None) -> Config:
    """Configuration with the term list of a domain.

    Args:
        seed_list: whether the list is evidence.
        domain: name of a list that ships with the package, or a file in its form.
        top: entries kept.
    """
    return Config(top=top, terms=terms_of(domain) if seed_list else ())


def terms_of(domain: str) -> tuple[Known, ...]:
    """Terms of a built-in domain or of a file.

    Raises:
        InputError: there is neither; or the file cannot be read.
        FormatError: a line of the file breaks the form.
    """
    if domain in seeds.BUILT_IN:
        return seeds.built_in(domain)
    lines = "\n".join(line for _, line in numbered_lines(Path(domain)))
    return tuple(seeds.parse(lines, domain))


def extract(corpus: Path, encoder: Encoder, settings: Config) -> list[Entry]:
    """Glossary of a build's folder or corpus file."""
    return extraction.extract(list(rows(corpus, encoder)), encoder, settings)


@dataclass(frozen=True, slots=True)
class Made:
    """A glossary, and how the corpus uses the terms of other lists."""

    entries: list[Entry]
    findings: list[Finding]


def make(
    corpus: Path, encoder: Encoder, terms: Sequence[Known], top: int | None = None, against: Sequence[Known] = ()
) -> Made:
    """Glossary of a build's folder or corpus file.

    Args:
        corpus: the folder or file.
        encoder: gives vectors.
        terms: evidence.
        top: entries kept.
        against: terms that the corpus is held against.

    Raises:
        InputError: the corpus cannot be read, or holds no pair.
    """
    units = list(rows(corpus, encoder))
    if not units:
        raise InputError(f"{corpus}: no pair with text on both sides")
    entries = extraction.extract(units, encoder, Config(top=top, terms=tuple(terms)))
    findings = check(units, against, entries) if against else []
    return Made(entries, findings)


def write_findings(path: Path, findings: Sequence[Finding]) -> None:
    """Write `check.tsv`."""
    tsv.write_table(path, _CHECK_COLUMNS, map(_finding_cells, findings))


def _finding_cells(finding: Finding) -> list[str]:
    example = finding.example
    return [
        "; ".join(finding.term.vi),
        "; ".join(finding.term.en),
        finding.term.kind,
        finding.verdict,
        str(finding.units),
        str(finding.listed),
        "; ".join(f"{form} ({count})" for form, count in finding.forms if count),
        "; ".join(finding.instead),
        str(finding.dated),
        example.vi if example else "",
        example.en if example else "",
        example.id if example else "",
    ]


def rows(corpus: Path, encoder: Encoder) -> Iterator[Row]:
    """Units of a corpus, and passages of matched documents that only report the same."""
    if corpus.is_dir() and (corpus / "corpus.tsv").exists():
        for unit in tsv.read(corpus / "corpus.tsv"):
            day = unit.en_date or unit.vi_date
            yield Row(unit.id, unit.vi, unit.en, unit.vi_doc, unit.en_doc, day.isoformat() if day else "")
        if (corpus / "alignments.jsonl").exists():
            events = _events(corpus)
            for _, line in numbered_lines(corpus / "alignments.jsonl"):
                record = json.loads(line)
                # Documents of one event tell the same story, whether they were matched with each other or not.
                if events.get(record["vi_doc"], "") == events.get(record["en_doc"]):
                    yield from _loose(record, encoder)
        return
    for number, pair in enumerate(read_pairs(corpus), 1):
        yield Row(str(number), pair.vi, pair.en, pair.doc, pair.doc)


def _events(run: Path) -> dict[str, str]:
    """Document -> its event, of those that have one."""
    rows = [row for _, row in tsv.read_table(run / "documents.tsv", ("event", "vi_doc", "en_doc"))]
    return {row[f"{lang}_doc"]: row["event"] for row in rows if row["event"] for lang in LANGS}


def _loose(record: dict[str, Any], encoder: Encoder) -> Iterator[Row]:
    """Passages of one document pair that no unit holds, each beside those closest to it."""
    texts = {lang: [piece["text"] for piece in record[lang]["segments"]] for lang in ("vi", "en")}
    if not texts["vi"] or not texts["en"]:
        return
    kept = [bead for bead in record["beads"] if bead.get("fate") == "kept"]
    held = {lang: {index for bead in kept for index in bead[lang]} for lang in ("vi", "en")}
    cosine = encoder.encode(texts["vi"]) @ encoder.encode(texts["en"]).T
    found: set[tuple[int, int]] = set()
    for x in range(len(texts["vi"])):
        if x not in held["vi"]:
            found.update((x, int(y)) for y in np.argsort(-cosine[x], kind="stable")[:_PARTNERS])
    for y in range(len(texts["en"])):
        if y not in held["en"]:
            found.update((int(x), y) for x in np.argsort(-cosine[:, y], kind="stable")[:_PARTNERS])
    day = record["en"]["date"] or record["vi"]["date"] or ""
    for x, y in sorted(found):
        if cosine[x, y] >= _LOOSE:
            pair = (texts["vi"][x], texts["en"][y])
            yield Row("", *pair, record["vi_doc"], record["en_doc"], day, loose=True)
