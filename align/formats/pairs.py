"""Segment pairs of any corpus file, whoever wrote it: two texts and where they come from, no scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.errors import FormatError, InputError
from align.formats import moses, packed, parquet, tmx_reader, tsv
from align.formats.reading import json_of, numbered_lines
from align.text import clean, one_line

_CORPUS_NAMES: Final = ("corpus.tsv", "corpus.tmx", "corpus.jsonl", "corpus.parquet", "corpus.vi")


@dataclass(frozen=True, slots=True)
class SegmentPair:
    """A pair in cleaned NFC; `doc` tells pairs of one document from others, "" where unknown."""

    vi: str
    en: str
    doc: str = ""


def read_pairs(path: Path) -> Iterator[SegmentPair]:
    """Read pairs from a build's folder, TSV, TMX, JSONL, Parquet or one file of a Moses pair, those with two texts.

    A TSV has a header with columns `vi` and `en`; JSONL and Parquet have them at the top or in `translation`.

    Raises:
        InputError: there is no such file, or no reader for its name.
        FormatError: the file breaks its format.
    """
    if path.is_dir():
        found = [path / name for name in _CORPUS_NAMES if (path / name).exists()]
        if not found:
            raise InputError(f"{path}: no corpus in this folder; expected one of {', '.join(_CORPUS_NAMES)}")
        path = found[0]
    for ending, read in _READERS.items():
        if path.name.lower().endswith(ending):
            for vi, en, doc in read(path):
                pair = SegmentPair(one_line(clean(vi)), one_line(clean(en)), doc)
                if pair.vi and pair.en:
                    yield pair
            return
    raise InputError(f"{path}: not known as a corpus by its name; expected one that ends with {', '.join(_READERS)}")


_Rows = Iterator[tuple[str, str, str]]


def _tsv(path: Path) -> _Rows:
    for _, row in tsv.read_table(path, required=("vi", "en")):
        yield row["vi"], row["en"], row.get("vi_doc") or row.get("doc_id") or ""


def _tsv_gz(path: Path) -> _Rows:
    """The training form: `doc_id TAB en TAB vi`, without a header."""
    for number, line in packed.lines(path):
        cells = line.split("\t")
        if len(cells) != 3:
            raise FormatError(path, number, f"{len(cells)} cells, expected doc_id, en, vi")
        yield cells[2], cells[1], cells[0]


def _tmx(path: Path) -> _Rows:
    for unit in tmx_reader.read(path):
        yield unit.vi, unit.en, unit.props.get("x-vi-doc", "")


def _jsonl(path: Path) -> _Rows:
    for number, line in numbered_lines(path):
        if line.strip():
            try:
                yield _record(json_of(line))
            except ValueError as error:
                raise FormatError(path, number, f"no pair: {error}") from error


def _parquet(path: Path) -> _Rows:
    for number, row in enumerate(parquet.read_rows(path), 1):
        try:
            yield _record(row)
        except ValueError as error:
            raise FormatError(path, None, f"row {number}: {error}") from error


def _record(data: Any) -> tuple[str, str, str]:
    texts = data.get("translation", data) if isinstance(data, dict) else None
    if not isinstance(texts, dict) or not (isinstance(texts.get("vi"), str) and isinstance(texts.get("en"), str)):
        raise ValueError("no texts 'vi' and 'en', neither at the top nor in 'translation'")  # noqa: TRY004 - data, no argument
    return texts["vi"], texts["en"], str(data.get("vi_doc") or "")


def _moses(path: Path) -> _Rows:
    for vi, en in moses.read(path.with_suffix("")):
        yield vi, en, ""


_READERS: Final[dict[str, Callable[[Path], _Rows]]] = {
    ".tsv": _tsv,
    ".tsv.gz": _tsv_gz,
    ".tmx": _tmx,
    ".tmx.gz": _tmx,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
    ".vi": _moses,
    ".en": _moses,
}
