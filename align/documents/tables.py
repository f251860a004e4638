"""The word lists beside this package: read once, comments and blank lines left out."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def lines(name: str) -> tuple[str, ...]:
    """Lines of documents/data/`name` in order, without those that are blank or begin with #."""
    content = resources.files("align.documents").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(line for line in content.split("\n") if line and not line.startswith("#"))
