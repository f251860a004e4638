"""From a corpus on disk to a glossary on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from align.formats import tsv
from align.formats.pairs import read_pairs
from align.formats.reading import numbered_lines
from align.glossary import extract as extraction
from align.glossary import seeds
from align.glossary.types import Config, Entry, Known, Row
from align.types import Encoder

_LOOSE: Final = 0.3  # cosine from which a passage without counterpart is read beside the closest one
_PARTNERS: Final = 2


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


def rows(corpus: Path, encoder: Encoder) -> Iterator[Row]:
    """Units of a corpus, and passages of matched documents that only report the same."""
    if corpus.is_dir() and (corpus / "corpus.tsv").exists():
        for unit in tsv.read(corpus / "corpus.tsv"):
            day = unit.en_date or unit.vi_date
            yield Row(unit.id, unit.vi, unit.en, unit.vi_doc, unit.en_doc, day.isoformat() if day else "")
        if (corpus / "alignments.jsonl").exists():
            for _, line in numbered_lines(corpus / "alignments.jsonl"):
                yield from _loose(json.loads(line), encoder)
        return
    for number, pair in enumerate(read_pairs(corpus), 1):
        yield Row(str(number), pair.vi, pair.en, pair.doc, pair.doc)


def _loose(record: dict[str, Any], encoder: Encoder) -> Iterator[Row]:
    """Passages of one document pair that no unit holds, each beside those closest to it."""
    texts = {lang: [piece["text"] for piece in record[lang]["segments"]] for lang in ("vi", "en")}
    if not texts["vi"] or not texts["en"] or record["class"] == "related":
        return
    kept = [bead for bead in record["beads"] if bead.get("fate") == "kept"]
    held = {lang: {index for bead in kept for index in bead[lang]} for lang in ("vi", "en")}
    cosine = encoder.encode(texts["vi"]) @ encoder.encode(texts["en"]).T
    found = set()
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
