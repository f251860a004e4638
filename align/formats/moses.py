"""Moses pairs: PREFIX.vi and PREFIX.en with the same number of lines, as MT toolkits read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from align.errors import FormatError
from align.formats.atomic import atomic_text
from align.formats.reading import numbered_lines
from align.text import one_line
from align.types import Unit


def write(prefix: Path, units: Iterable[Unit]) -> None:
    """Write `prefix`.vi and `prefix`.en; no line break of any kind stays inside a line."""
    vi_path, en_path = _paths(prefix)
    with atomic_text(vi_path) as vi, atomic_text(en_path) as en:
        for unit in units:
            vi.write(one_line(unit.vi) + "\n")
            en.write(one_line(unit.en) + "\n")


def read(prefix: Path) -> Iterator[tuple[str, str]]:
    """Pairs of lines (vi, en) of `prefix`.vi and `prefix`.en, streamed.

    Raises:
        InputError: one of the files is missing or cannot be read.
        FormatError: one of them has more lines; raised after the last full pair.
    """
    vi_path, en_path = _paths(prefix)
    vi_lines, en_lines = numbered_lines(vi_path), numbered_lines(en_path)
    for vi, en in zip_longest(vi_lines, en_lines):
        if vi is None or en is None:
            both = (vi or en)[0] - 1
            longer, rest = (vi_path, vi_lines) if en is None else (en_path, en_lines)
            total = both + 1 + sum(1 for _ in rest)
            shorter = en_path if en is None else vi_path
            message = f"{total} lines, but {shorter.name} has {both}; a pair needs equal numbers of lines"
            raise FormatError(longer, both + 1, message)
        yield vi[1], en[1]


def _paths(prefix: Path) -> tuple[Path, Path]:
    # Not with_suffix: a prefix may hold a dot of its own (train.2024).
    return prefix.with_name(f"{prefix.name}.vi"), prefix.with_name(f"{prefix.name}.en")
