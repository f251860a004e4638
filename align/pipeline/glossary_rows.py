"""What a glossary is made from: units of a corpus, and passages of matched articles that only tell the same story."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from align.errors import FormatError, InputError
from align.formats import CORPUS_FILES, tsv
from align.formats.reading import numbered_lines
from align.formats.rows import Row as Cells
from align.formats.rows import columns_of, open_rows, text_of
from align.glossary.types import Row
from align.text import clean, one_line
from align.types import LANGS, Encoder

_LOOSE: Final = 0.3  # cosine from which a passage without counterpart is read beside the closest one
_PARTNERS: Final = 2
_ALIGNMENTS: Final = "alignments.jsonl"


def rows(corpus: Path, encoder: Encoder) -> Iterator[Row]:
    """Units of a build's folder or corpus file; of a folder, passages that no unit holds, too.

    Raises:
        InputError: there is no corpus, or the file cannot be read.
        FormatError: the file breaks its format, or has no columns vi and en.
    """
    source = open_rows(_file(corpus))
    if source.columns is not None:
        columns_of(source)  # says so where vi or en is missing
    for number, cells in enumerate(source.rows(), 1):
        row = _unit(cells, str(number))
        if row.vi and row.en:
            yield row
    if corpus.is_dir() and (corpus / _ALIGNMENTS).exists():
        yield from _passages(corpus, encoder)


def _file(corpus: Path) -> Path:
    """The corpus of a folder, or the file itself."""
    if not corpus.exists():
        raise InputError(f"{corpus}: no such file or folder; give a build's folder or a corpus file")
    if not corpus.is_dir():
        return corpus
    names = [names[0] for names in CORPUS_FILES.values()]
    found = [corpus / name for name in names if (corpus / name).exists()]
    if not found:
        raise InputError(f"{corpus}: no corpus in this folder; expected one of {', '.join(names)}")
    return found[0]


def _unit(cells: Cells, number: str) -> Row:
    def first(*names: str) -> str:
        """The first of some cells that is not empty."""
        return next((text for name in names if (text := text_of(cells, name))), "")

    vi, en = (one_line(clean(text_of(cells, lang))) for lang in LANGS)
    vi_doc, en_doc = (first(f"{lang}_doc", "doc_id", "doc") for lang in LANGS)
    return Row(first("id") or number, vi, en, vi_doc, en_doc, first("en_date", "vi_date", "date"))


def _passages(run: Path, encoder: Encoder) -> Iterator[Row]:
    """Passages of documents of one event: they tell the same story, whether matched with each other or not."""
    table = tsv.read_table(run / "documents.tsv", ("event", "vi_doc", "en_doc"))
    events = {row[f"{lang}_doc"]: row["event"] for _, row in table if row["event"] for lang in LANGS}
    for number, line in numbered_lines(run / _ALIGNMENTS):
        try:
            record = json.loads(line)
            if events.get(record["vi_doc"], "") == events.get(record["en_doc"]):
                yield from _loose(record, encoder)
        except (ValueError, KeyError, TypeError) as error:
            message = f"not a document pair of a build ({error!r}); run align build anew"
            raise FormatError(run / _ALIGNMENTS, number, message) from error


def _loose(record: dict[str, Any], encoder: Encoder) -> Iterator[Row]:
    """Passages of one document pair that no unit holds, each beside those closest to it."""
    texts = {lang: [piece["text"] for piece in record[lang]["segments"]] for lang in LANGS}
    if not texts["vi"] or not texts["en"]:
        return
    kept = [bead for bead in record["beads"] if bead.get("fate") == "kept"]
    held = {lang: {index for bead in kept for index in bead[lang]} for lang in LANGS}
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
