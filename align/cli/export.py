"""`align export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align import review
from align.cli.console import out as console
from align.cli.review import opened
from align.cli.split import Decontaminate, show_left_out
from align.errors import ConfigError
from align.pipeline import curate


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a run, or of a split.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="tsv, tmx, jsonl, parquet or moses; repeatable (default tsv)."),
    ] = None,
    moses: Annotated[bool, typer.Option("--moses", help="As --format moses.")] = False,
    spm: Annotated[
        int | None, typer.Option("--spm", min=300, help="Train a joint vocabulary of so many pieces and apply it.")
    ] = None,
    min_quality: Annotated[float, typer.Option("--min-quality", min=0, max=1, help="Leave out units below.")] = 0.0,
    filter_on: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="NAME", help="Leave out what a filter of align build rejects; repeatable."),
    ] = None,
    decontaminate: Decontaminate = None,
) -> None:
    """Write a run's corpus in any format, also as sentencepiece-tokenized training files.

    Example: align export outputs/sample --format moses --spm 1000 --out outputs/training
    """
    if out.resolve() == folder.resolve():
        raise ConfigError(f"--out {out}: the folder of the build itself; choose another, its files are kept as built")
    names = tuple(dict.fromkeys([*(formats or ()), *(["moses"] if moses else [])])) or ("tsv",)
    options = curate.ExportOptions(names, spm, min_quality, tuple(decontaminate or ()), tuple(filter_on or ()))
    done = curate.export_run(folder, out, options)
    listed = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
    console.print(f"{done.out}: {listed}", markup=False)
    show_left_out(done)
    if (folder / review.FILE).is_file():
        _show_decisions(folder)


def _show_decisions(folder: Path) -> None:
    with opened(folder) as desk:
        done, _ = desk.progress()
        console.print(f"{done:,} units of the build were decided on by a reviewer")
        if desk.lost:
            console.print(f"{len(desk.lost):,} decisions of earlier builds fit no unit of this one and were left out")
