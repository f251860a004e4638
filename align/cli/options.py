"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from align.baselines import NAMES
from align.config import FILTERS

AlignerOption = Annotated[
    str | None,
    typer.Option("--aligner", help=f"A known method instead of our own, to compare: {', '.join(NAMES)}."),
]

FilterOn = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="NAME",
        help=f"Switch a filter on: {', '.join(name for name, on in FILTERS.items() if not on)}; repeatable.",
    ),
]
FilterOff = Annotated[
    list[str] | None,
    typer.Option(
        "--no-filter",
        metavar="NAME",
        help=f"Switch a filter off: {', '.join(name for name, on in FILTERS.items() if on)}; repeatable.",
    ),
]


def switches(on: Sequence[str] | None, off: Sequence[str] | None) -> dict[str, bool]:
    """Filters that are switched on and off.

    Raises:
        BadParameter: one is both.
    """
    if both := sorted({*(on or ())} & {*(off or ())}):
        raise typer.BadParameter(f"{', '.join(both)} is switched on and off; choose one", param_hint="--filter")
    return dict.fromkeys(on or (), True) | dict.fromkeys(off or (), False)
