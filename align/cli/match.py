"""`align match`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align import pipeline
from align.cli.build import Columns, Config, EncoderName, Inputs, Jobs, Window
from align.cli.console import err, progress
from align.cli.console import out as console
from align.config import read_config


def match(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="Table of document pairs to write.")],
    encoder: EncoderName = None,
    window_days: Window = None,
    column: Columns = None,
    jobs: Jobs = None,
    config: Config = None,
) -> None:
    """Find the articles on the same event; write documents.tsv alone.

    Example: align match corpus/sample --out outputs/documents.tsv
    """
    options = {
        "encoder": encoder,
        "window_days": window_days,
        "jobs": jobs,
        "columns": tuple(column) if column else None,
    }
    settings = read_config(config, options)
    with progress() as stages:
        found = pipeline.match(inputs, out, settings, stages)
    rejected = f"; {found.rejected:,} documents not used, align build lists them" if found.rejected else ""
    console.print(f"{out}: {found.pairs:,} document pairs{rejected}", markup=False)
    for what, reason in found.set_aside:
        err.print(f"align: set aside: {what}: {reason}", markup=False)
