"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from align.baselines import NAMES

AlignerOption = Annotated[
    str | None,
    typer.Option("--aligner", help=f"A known method instead of our own, to compare: {', '.join(NAMES)}."),
]
