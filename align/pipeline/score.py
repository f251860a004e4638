"""`align score`: a corpus of any origin gets columns of scores; everything else in it stays as it is.

Rows are scored in pools of `scoring.POOL`: the other rows of the pool are the neighbors of a margin.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from align import scoring
from align.errors import FormatError, InputError
from align.formats import packed
from align.formats.atomic import atomic_binary
from align.formats.rows.lines import TRANSLATION, open_tsv
from align.formats.rows.parquet import sink_frames
from align.formats.tmx_reader import opened
from align.formats.tmx_splice import Insertion, insertions, splice
from align.formats.tsv import cell, flags_cell
from align.scoring import PairScore
from align.types import Encoder

COLUMNS: Final = ("quality", "similarity", "margin", "flags")
Texts = tuple[str, str]
Scorer = Callable[[Sequence[Texts]], list[PairScore]]


@dataclass(frozen=True)
class Columns:
    """Names of the columns that hold the texts."""

    vi: str = "vi"
    en: str = "en"


def score_file(source: Path, target: Path, encoder: Encoder, columns: Columns | None = None) -> int:
    """Write a corpus with quality, similarity, margin and flags; every row and other column stays, in order.

    Args:
        source: `.tsv`, `.tmx`, `.jsonl` (also `.gz`) or `.parquet`.
        target: a file of the same format.
        encoder: maps texts to vectors.
        columns: where the texts stand, not for TMX.

    Returns:
        Number of rows scored.

    Raises:
        InputError: the formats differ or are none of these, or the file cannot be read.
        FormatError: the file breaks its format, or has no such columns.
        OutputError: the target cannot be written.
    """
    kind, other = _format(source), _format(target)
    if kind != other:
        raise InputError(f"{target}: expected the format of {source.name}, {kind}; align convert changes formats")

    def score(texts: Sequence[Texts]) -> list[PairScore]:
        return scoring.score_pairs([vi for vi, _ in texts], [en for _, en in texts], encoder)

    return _SCORERS[kind](source, target, columns or Columns(), score)


def _format(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    for ending in _SCORERS:
        if name.endswith(ending) and not (ending == ".parquet" and path.suffix.lower() == ".gz"):
            return ending
    raise InputError(f"{path}: cannot be scored; expected a name that ends with {', '.join(_SCORERS)}")


def _pools(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while pool := list(islice(rows, scoring.POOL)):
        yield pool


def _score_tsv(source: Path, target: Path, columns: Columns, score: Scorer) -> int:
    table = open_tsv(source)
    header = table.columns or ()
    _require(source, columns, header)
    names = [*header, *(name for name in COLUMNS if name not in header)]
    count = 0
    with packed.text(target) as file:
        file.write("\t".join(names) + "\n")
        for pool in _pools(table.rows()):
            for row, found in zip(pool, score([(r[columns.vi], r[columns.en]) for r in pool]), strict=True):
                cells = row | text_cells(found)
                file.write("\t".join([cells[name] for name in names]) + "\n")
            count += len(pool)
    return count


def text_cells(found: PairScore) -> dict[str, str]:
    """The scores as text."""
    numbers = (f"{value:.4f}" for value in (found.quality, found.similarity, found.margin))
    return dict(zip(COLUMNS, (*numbers, flags_cell(map(cell, found.flags))), strict=True))


def data_cells(found: PairScore) -> dict[str, Any]:
    """The scores as data."""
    return dict(zip(COLUMNS, (found.quality, found.similarity, found.margin, list(found.flags)), strict=True))


def _require(source: Path, columns: Columns, header: Sequence[str]) -> None:
    if missing := [name for name in (columns.vi, columns.en) if name not in header]:
        found = ", ".join(header)[:200]
        raise FormatError(source, 1, f"no column {', '.join(missing)} among {found}; name them with --vi and --en")


def _score_jsonl(source: Path, target: Path, columns: Columns, score: Scorer) -> int:
    count = 0
    with packed.text(target) as file:
        for pool in _pools(_records(source, columns)):
            for (record, _), found in zip(pool, score([texts for _, texts in pool]), strict=True):
                file.write(json.dumps(record | data_cells(found), ensure_ascii=False).translate(_ESCAPES) + "\n")
            count += len(pool)
    return count


_ESCAPES: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def _records(source: Path, columns: Columns) -> Iterator[tuple[dict[str, Any], Texts]]:
    for number, line in packed.lines(source):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise FormatError(source, number, f"not JSON: {error}") from error
            yield record, _texts_of(source, number, record, columns)


def _texts_of(source: Path, number: int, record: Any, columns: Columns) -> Texts:
    """Both texts, at the top or in `translation`; a null is an empty text."""
    if not isinstance(record, dict):
        raise FormatError(source, number, f"{str(record)[:40]!r} is no object")
    inner = record.get(TRANSLATION)
    places = record | inner if isinstance(inner, dict) else record
    if missing := [name for name in (columns.vi, columns.en) if name not in places]:
        message = f"no {' and no '.join(missing)}, neither at the top nor in {TRANSLATION!r}"
        raise FormatError(source, number, f"{message}; name them with --vi and --en")
    return str(places[columns.vi] or ""), str(places[columns.en] or "")


def _score_parquet(source: Path, target: Path, columns: Columns, score: Scorer) -> int:
    import polars as pl

    from align.formats.rows.parquet import batches, schema_of

    own: dict[str, Any] = {
        "quality": pl.Float64,
        "similarity": pl.Float64,
        "margin": pl.Float64,
        "flags": pl.List(pl.String),
    }
    schema = schema_of(source) | own
    done = [0]

    def frames() -> Iterator[pl.DataFrame]:
        for frame in batches(source, scoring.POOL):
            records = enumerate(frame.iter_rows(named=True), done[0] + 1)
            found = score([_texts_of(source, number, record, columns) for number, record in records])
            cells = [data_cells(one) for one in found]
            done[0] += len(cells)
            yield frame.with_columns(
                *(pl.Series(name, [row[name] for row in cells], dtype=kind) for name, kind in own.items())
            )

    sink_frames(target, frames, schema)
    return done[0]


def _score_tmx(source: Path, target: Path, _columns: Columns, score: Scorer) -> int:
    """Insert props into the bytes of the file: comments, inline codes and other languages stay as they are."""
    count = 0
    with opened(source) as original, _sink(target) as file:
        place = 0
        for pool in _pools(insertions(source, {f"x-{name}" for name in COLUMNS})):
            found = score([(one.vi, one.en) for one in pool])
            place = splice(original, file, place, _with_props(pool, found))
            count += len(pool)
        while block := original.read(1 << 20):
            file.write(block)
    return count


def _with_props(pool: Sequence[Insertion], found: Sequence[PairScore]) -> Iterator[tuple[Insertion, dict[str, str]]]:
    for one, score in zip(pool, found, strict=True):
        yield one, {f"x-{name}": text for name, text in text_cells(score).items() if text}


def _sink(target: Path) -> Any:
    return packed.binary(target) if target.suffix.lower() == ".gz" else atomic_binary(target)


_SCORERS: Final[dict[str, Callable[[Path, Path, Columns, Scorer], int]]] = {
    ".tsv": _score_tsv,
    ".tmx": _score_tmx,
    ".jsonl": _score_jsonl,
    ".parquet": _score_parquet,
}
