"""`align shard`: parts of a build on the machines of a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align import pipeline
from align.cli.build import Columns, Config, EncoderName, Inputs, Window
from align.cli.console import out as console
from align.cli.console import progress
from align.config import read_config
from align.pipeline.engines import share

app = typer.Typer(help="Compute parts of a build on several machines.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Compute parts of a build on several machines."""


@app.command("run")
def run(
    number: Annotated[int, typer.Argument(metavar="K", help="Number of this share, from 0.", min=0)],
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="Folder of the run, seen by every machine.")],
    of: Annotated[int, typer.Option("--of", help="Number of shares.", min=1)] = 1,
    patience: Annotated[
        float, typer.Option("--patience", help="Seconds to wait for other shares before their work is taken on.")
    ] = 600.0,
    encoder: EncoderName = None,
    window_days: Window = None,
    column: Columns = None,
    config: Config = None,
) -> None:
    """Compute one share of the shards of a build; `align build` with the same input and options then finishes it.

    Example: align shard run 0 articles/ --of 8 --out outputs/run
    """
    if number >= of:
        raise typer.BadParameter(f"share {number} of {of}: shares are numbered from 0 to {of - 1}", param_hint="K")
    options = {"encoder": encoder, "window_days": window_days, "columns": tuple(column) if column else None}
    settings = read_config(config, options)
    with progress() as stages:
        found = pipeline.run_share(inputs, out, settings, share(number, of, patience), stages)
    made = sum(stage.shards - stage.reused for stage in found.stages.values())
    total = sum(stage.shards for stage in found.stages.values())
    console.print(f"{out}: {made:,} of {total:,} tables made here, {len(found.failed):,} failed", markup=False)
