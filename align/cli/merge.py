"""`align merge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align.cli.console import out as console
from align.cli.split import Decontaminate, show_left_out
from align.pipeline import curate


def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders of runs.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="Format; repeatable (default: those of the first run).")
    ] = None,
    decontaminate: Decontaminate = None,
) -> None:
    """Make one corpus of several runs: duplicates and near-duplicates out, the best of them kept.

    Example: align merge outputs/monday outputs/tuesday --out outputs/week
    """
    done = curate.merge_runs(folders, out, formats or (), tests=decontaminate or ())
    console.print(f"{done.out}: {done.counts['units']:,} units of {len(folders)} runs", markup=False)
    show_left_out(done)
