"""The commands put together, and the one place where an error becomes an exit code."""

from __future__ import annotations

import errno
import sys
from typing import Annotated

import typer

from align import __version__
from align.cli import (
    audit,
    bench,
    build,
    convert,
    encoder,
    evaluate,
    export,
    glossary,
    match,
    merge,
    pair,
    review,
    score,
    split,
    validate,
)
from align.cli.console import err
from align.errors import AlignError

app = typer.Typer(
    name="align",
    help="Vietnamese-English parallel text from comparable news.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("build")(build.build)
app.command("match")(match.match)
app.command("pair")(pair.pair)
app.command("evaluate")(evaluate.evaluate)
app.command("glossary")(glossary.glossary)
app.command("review")(review.review)
app.command("score")(score.score)
app.command("convert")(convert.convert)
app.command("validate")(validate.validate)
app.command("split")(split.split)
app.command("merge")(merge.merge)
app.command("export")(export.export)
app.command("audit")(audit.audit)
app.add_typer(encoder.app, name="encoder")
app.add_typer(bench.app, name="bench")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"align {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Vietnamese-English parallel text from comparable news."""


def main() -> None:
    """Run; 0 is success, 1 a user's error, 2 wrong usage, 130 an interrupt."""
    try:
        app()
    except AlignError as error:
        err.print(f"align: {error}", markup=False)
        sys.exit(1)
    except OSError as error:
        # Where a stage writes what only it reads, in the folder of the run or of temporary files.
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        place = error.filename or "a file of the run"
        message = (
            f"{place}: cannot be written ({error.strerror}); free space, or point --out and TMPDIR to another disk"
        )
        err.print(f"align: {message}", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        err.print("align: interrupted; nothing half-written is left")
        sys.exit(130)
