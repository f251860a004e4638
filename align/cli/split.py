"""`align split`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align.cli.console import out as console
from align.pipeline import curate

Decontaminate = Annotated[
    list[Path] | None,
    typer.Option("--decontaminate", help="Leave out what stands in this test file; repeatable."),
]


def split(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a run; with --check, of a split.")],
    dev: Annotated[int, typer.Option("--dev", min=0, help="Units of the development set.")] = 0,
    test: Annotated[int, typer.Option("--test", min=0, help="Units of the test set.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write (default: DIR/split).")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the choice of events.")] = 1,
    decontaminate: Decontaminate = None,
    check: Annotated[bool, typer.Option("--check", help="Check a split for leaks and write nothing else.")] = False,
) -> None:
    """Split a corpus into train, dev and test that share no event, document, date or near-duplicate.

    Example: align split outputs/sample --dev 20 --test 20
    """
    if check:
        counts = curate.check_split(folder)
        console.print(f"{folder}: no leaks; {_listed(counts)}", markup=False)
        return
    if not dev and not test:
        raise typer.BadParameter("say how many units with --dev N and --test N")
    done = curate.split_run(folder, out or folder / "split", (dev, test), seed=seed, tests=decontaminate or ())
    console.print(f"{done.out}: {_listed(done.counts)}; no leaks", markup=False)
    show_left_out(done)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def show_left_out(done: curate.Curated) -> None:
    """Say what was left out and why."""
    if done.left_out:
        console.print(f"left out: {_listed(done.left_out)}", markup=False)
