"""`align export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from align import formats
from align.cli.console import out as console
from align.cli.review import opened
from align.errors import ConfigError
from align.review import reviewed_units


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a build.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    names: Annotated[
        list[str] | None,
        typer.Option("--format", help="tsv, tmx, jsonl, parquet or moses; repeatable (default tsv and tmx)."),
    ] = None,
) -> None:
    """Write a run's corpus with the decisions of its reviewers applied.

    Example: align export outputs/sample --format tmx --out outputs/reviewed
    """
    chosen = names or ["tsv", "tmx"]
    if unknown := [name for name in chosen if name not in formats.WRITERS]:
        raise ConfigError(f"--format is {unknown[0]!r}, expected one of {', '.join(formats.WRITERS)}")
    if out.resolve() == folder.resolve():
        raise ConfigError(f"--out {out}: the folder of the build itself; choose another, its files are kept as built")
    with opened(folder) as desk:
        units = list(reviewed_units(desk))
        done, _ = desk.progress()
        encoder = json.loads((folder / "report.json").read_text(encoding="utf-8")).get("encoder", "")
        formats.make_folder(out)
        for name in chosen:
            formats.write_corpus(name, out, units, encoder=encoder)
        console.print(f"{out}: {len(units):,} units, {done:,} of the build's decided on by a reviewer", markup=False)
        if desk.lost:
            console.print(f"{len(desk.lost):,} decisions of earlier builds fit no unit of this one and were left out")
