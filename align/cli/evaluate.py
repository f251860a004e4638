"""`align evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from align import encoders, formats, pipeline
from align import evaluate as scoring
from align.cli.console import out as console
from align.cli.console import progress
from align.cli.options import AlignerOption
from align.formats import gold, ladder


def evaluate(
    gold_dir: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="NAME.vi, NAME.en and NAME.gold files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for NAME.beads ladders.")] = None,
    encoder: Annotated[str | None, typer.Option("--encoder", help="Name or folder of an encoder.")] = None,
    aligner: AlignerOption = None,
) -> None:
    """Align gold documents and compare with their true beads.

    Example: align evaluate corpus/gold/beads
    """
    loaded = encoders.load_encoder(encoder)
    documents = list(gold.read_gold_folder(gold_dir))
    pairs = []
    with progress() as stages:
        tick = stages("aligning", len(documents))
        for document in documents:
            bitext = pipeline.pair_segments(document.vi, document.en, loaded, aligner)
            pairs.append((document.beads, bitext.beads))
            tick(1)
    if out is not None:
        formats.make_folder(out)
        for document, (_, beads) in zip(documents, pairs, strict=True):
            formats.write_lines(out / f"{document.name}.beads", ladder.lines(beads))
    scores = scoring.evaluate(pairs)
    if as_json:
        print(json.dumps({"encoder": loaded.signature, **_plain(scores)}, indent=1))
    else:
        console.print(_table(scores))
        found = ", ".join(f"{shape} {right}/{total}" for shape, (right, total) in scores.shapes.items())
        console.print(f"{scores.documents} document pairs; gold beads found: {found}", markup=False)


def _plain(scores: scoring.Scores) -> dict[str, Any]:
    kinds = {name: getattr(scores, name) for name in ("strict", "lax", "null", "link")}
    figures: dict[str, Any] = {
        name: {"precision": round(f.precision, 4), "recall": round(f.recall, 4), "f1": round(f.f1, 4)}
        for name, f in kinds.items()
    }
    shapes = {shape: {"found": right, "gold": total} for shape, (right, total) in scores.shapes.items()}
    return {"documents": scores.documents, **figures, "shapes": shapes}


def _table(scores: scoring.Scores) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("", "precision", "recall", "F1"):
        table.add_column(name, justify="right" if name else "left")
    for name in ("strict", "lax", "null", "link"):
        figures = getattr(scores, name)
        table.add_row(name, f"{figures.precision:.3f}", f"{figures.recall:.3f}", f"{figures.f1:.3f}")
    return table
