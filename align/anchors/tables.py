"""The word tables behind the anchors: `align/data/*.tsv`, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from align.errors import FormatError

_BETWEEN: Final = ";"


@cache
def rows(name: str, columns: int) -> tuple[tuple[str, ...], ...]:
    """Rows of `align/data/NAME.tsv` in order, without blank lines and those that begin with #.

    Args:
        name: file name without suffix.
        columns: cells of a row; cells that a line leaves out at its end are empty.

    Raises:
        FormatError: a line has more cells.
    """
    content = resources.files("align").joinpath("data", f"{name}.tsv").read_text(encoding="utf-8")
    found = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > columns:
            message = f"{len(cells)} cells, expected at most {columns}: take out the tabs too many"
            raise FormatError(f"align/data/{name}.tsv", number, message)
        found.append((*cells, *[""] * (columns - len(cells))))
    return tuple(found)


def forms(cell: str) -> tuple[str, ...]:
    """The forms of a cell, which stand between semicolons."""
    return tuple(form.strip() for form in cell.split(_BETWEEN) if form.strip())
