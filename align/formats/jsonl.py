"""JSON lines: `{"id": ..., "translation": {"en": ..., "vi": ...}, ...}`, as the datasets library expects."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from align.errors import FormatError
from align.formats.atomic import write_lines
from align.formats.reading import json_of, numbered_lines
from align.types import Unit

# JSON allows these raw, but programs that split a file with str.splitlines would break a record at them.
_ESCAPES: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


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


def unit_of_record(data: Any) -> Unit:
    """The unit of which `record` is the plain data; other keys are passed over.

    Raises:
        ValueError: a key is missing, or its value is of another type; the message names the key.
    """
    translation = _field(data, "translation", dict)
    return Unit(
        id=_field(data, "id", str),
        vi=_field(translation, "vi", str),
        en=_field(translation, "en", str),
        quality=_number(data, "quality"),
        similarity=_number(data, "similarity"),
        margin=_number(data, "margin"),
        shape=_field(data, "shape", str),
        vi_doc=_field(data, "vi_doc", str),
        en_doc=_field(data, "en_doc", str),
        vi_segments=_items(data, "vi_segments", int),
        en_segments=_items(data, "en_segments", int),
        vi_date=_date(data, "vi_date"),
        en_date=_date(data, "en_date"),
        event=_field(data, "event", str),
        flags=_items(data, "flags", str),
    )


def write(path: Path, units: Iterable[Unit]) -> None:
    """Write one JSON object a line."""
    lines = (json.dumps(record(unit), ensure_ascii=False, allow_nan=False) for unit in units)
    write_lines(path, (line.translate(_ESCAPES) + "\n" for line in lines))


def read(path: Path) -> Iterator[Unit]:
    """Read a corpus written by `write`, streaming; blank lines are passed over.

    Raises:
        InputError: the file cannot be read.
        FormatError: a line is no JSON, or no unit.
    """
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        try:
            unit = unit_of_record(json_of(line))
        except json.JSONDecodeError as error:
            raise FormatError(path, number, f"not JSON: {error.msg} at character {error.pos + 1}") from error
        except ValueError as error:
            raise FormatError(path, number, str(error)) from error
        yield unit


def _field(data: Any, name: str, kind: type | tuple[type, ...]) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{str(data)[:40]!r} is no object, expected one that has {name!r}")  # noqa: TRY004
    if name not in data:
        raise ValueError(f"no {name!r} in the record")
    value = data[name]
    # To Python true is an int; in a corpus it is a mistake.
    if not isinstance(value, kind) or isinstance(value, bool):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        wanted = " or ".join(one.__name__ for one in kinds)
        raise ValueError(f"{name} is {str(value)[:40]!r}, expected {wanted}")  # noqa: TRY004
    return value


def _number(data: Any, name: str) -> float:
    value = _field(data, name, (int, float))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    # Python reads NaN and Infinity, which JSON has no form for, and whole numbers of any length.
    if not math.isfinite(number):
        raise ValueError(f"{name} is {str(value)[:40]}, expected a number such as 0.9312")
    return number


def _items(data: Any, name: str, kind: type) -> tuple[Any, ...]:
    items = _field(data, name, list)
    if not all(isinstance(item, kind) and not isinstance(item, bool) for item in items):
        raise ValueError(f"{name} is {str(items)[:40]}, expected a list of {kind.__name__}")
    return tuple(items)


def _date(data: Any, name: str) -> date | None:
    if data.get(name) is None:
        return None
    text = _field(data, name, str)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}, expected a date such as 2024-11-21") from error
