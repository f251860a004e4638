"""JSON lines and Parquet with the `translation` record that the datasets library expects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from align.formats.atomic import atomic_path, write_lines
from align.types import Unit

_BATCH: Final = 50_000  # units per Parquet row group: bounds memory


def record(unit: Unit) -> dict[str, Any]:
    """A unit as plain data, the two texts as `translation` with its keys sorted."""
    return {
        "id": unit.id,
        "translation": {"en": unit.en, "vi": unit.vi},
        "quality": round(unit.quality, 4),
        "similarity": round(unit.similarity, 4),
        "margin": round(unit.margin, 4),
        "shape": unit.shape,
        "vi_doc": unit.vi_doc,
        "en_doc": unit.en_doc,
        "vi_segments": list(unit.vi_segments),
        "en_segments": list(unit.en_segments),
        "vi_date": unit.vi_date.isoformat() if unit.vi_date else None,
        "en_date": unit.en_date.isoformat() if unit.en_date else None,
        "event": unit.event,
        "flags": list(unit.flags),
    }


def write(path: Path, units: Iterable[Unit]) -> None:
    """Write one JSON object a line."""
    write_lines(path, (json.dumps(record(unit), ensure_ascii=False) + "\n" for unit in units))


def write_parquet(path: Path, units: Iterable[Unit]) -> None:
    """Write a Parquet file; polars sinks it batch by batch."""
    import polars

    schema = _schema()
    frames = (polars.DataFrame(batch, schema=schema) for batch in _batches(units))
    first = next(frames, polars.DataFrame(schema=schema))
    with atomic_path(path) as temporary:
        polars.concat([first, *frames]).write_parquet(temporary, row_group_size=_BATCH)


def _schema() -> dict[str, Any]:
    import polars

    text, number, indexes = polars.String, polars.Float64, polars.List(polars.Int64)
    return {
        "id": text,
        "translation": polars.Struct({"en": text, "vi": text}),
        "quality": number,
        "similarity": number,
        "margin": number,
        "shape": text,
        "vi_doc": text,
        "en_doc": text,
        "vi_segments": indexes,
        "en_segments": indexes,
        "vi_date": text,
        "en_date": text,
        "event": text,
        "flags": polars.List(text),
    }


def _batches(units: Iterable[Unit]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for unit in units:
        batch.append(record(unit))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
