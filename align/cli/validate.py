"""`align validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align.cli.console import out
from align.errors import InputError
from align.formats import validation


def validate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .tmx or .tbx file, also .gz.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="Problems to print; all are counted.")] = 50,
) -> None:
    """Check TMX or TBX; every problem with its line. Exit code 1 if there is an error; warnings leave it 0.

    Example: align validate outputs/sample/corpus.tmx
    """
    errors = warnings = 0
    for problem in validation.validate(file):
        if errors + warnings < limit:
            kind = "warning: " if problem.warning else ""
            out.print(f"{file}:{problem.line}: {kind}{problem.message}", markup=False)
        errors, warnings = errors + (not problem.warning), warnings + problem.warning
    if errors:
        raise InputError(f"{file}: {_count(errors, 'error')}, {_count(warnings, 'warning')}")
    out.print(f"{file}: valid, {_count(warnings, 'warning')}", markup=False)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}" if number else f"no {what}s"
