"""`align score`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align import encoders
from align.cli.console import out as console
from align.pipeline import score as scorer


def score(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A corpus: .tsv .tmx .jsonl (also .gz) .parquet.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write, in the same format.")],
    vi: Annotated[str, typer.Option("--vi", help="Column of the Vietnamese text (not for TMX).")] = "vi",
    en: Annotated[str, typer.Option("--en", help="Column of the English text (not for TMX).")] = "en",
    encoder: Annotated[str | None, typer.Option("--encoder", help="Name or folder of an encoder.")] = None,
) -> None:
    """Add quality, similarity, margin and flags to a corpus from anywhere; all else in it stays as it is.

    Example: align score outputs/sample/corpus.tsv --out outputs/scored.tsv
    """
    loaded = encoders.load_encoder(encoder)
    count = scorer.score_file(source, out, loaded, scorer.Columns(vi, en))
    console.print(f"{out}: {count:,} pairs scored", markup=False)
