"""Moses pairs: PREFIX.vi and PREFIX.en with the same number of lines, as MT toolkits read them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from align.formats.atomic import atomic_text
from align.text import one_line
from align.types import Unit


def write(prefix: Path, units: Iterable[Unit]) -> None:
    """Write `prefix`.vi and `prefix`.en; no line break of any kind stays inside a line."""
    vi_path, en_path = (prefix.with_name(f"{prefix.name}.{lang}") for lang in ("vi", "en"))
    with atomic_text(vi_path) as vi, atomic_text(en_path) as en:
        for unit in units:
            vi.write(one_line(unit.vi) + "\n")
            en.write(one_line(unit.en) + "\n")
