"""`align build`."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from align import pipeline
from align.cli.console import out as console
from align.cli.console import progress
from align.cli.options import FilterOff, FilterOn, switches
from align.config import read_config
from align.pipeline import BuildResult
from align.pipeline.corpora import encoder_of
from align.pipeline.delta import CORPUS, FOLDER, kept_aside, write_delta

Inputs = Annotated[
    list[Path], typer.Argument(metavar="INPUT...", help="Files or folders of articles (.txt, .html, .jsonl, .csv ...).")
]
Window = Annotated[
    int | None, typer.Option("--window-days", help="Largest distance of two articles' dates in days (default 3).")
]
EncoderName = Annotated[str | None, typer.Option("--encoder", help="Name or folder of an encoder (default: embedded).")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="FIELD=NAME", help="Column of tables with another name: title=headline; repeatable."
    ),
]
Jobs = Annotated[int | None, typer.Option("--jobs", help="Worker processes; the result is the same.")]
Config = Annotated[Path | None, typer.Option("--config", help="TOML file with a table [build].")]


def build(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="Folder of the run.")],
    encoder: EncoderName = None,
    min_quality: Annotated[
        float | None, typer.Option("--min-quality", help="Reject units below this quality (default 0.5).")
    ] = None,
    window_days: Window = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="tsv, tmx, jsonl, parquet or moses; repeatable (default tsv and tmx)."),
    ] = None,
    filter_on: FilterOn = None,
    filter_off: FilterOff = None,
    column: Columns = None,
    jobs: Jobs = None,
    config: Config = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute anew what an earlier run has finished.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first shard or pair that fails.")] = False,
    engine: Annotated[str, typer.Option("--engine", help="local (processes of this machine) or ray.")] = "local",
    address: Annotated[
        str | None, typer.Option("--address", help="Of a Ray cluster; this machine if left out.")
    ] = None,
    delta: Annotated[
        bool, typer.Option("--delta", help="Write to OUT/delta what changed since the earlier build there.")
    ] = False,
) -> None:
    """Find articles on the same event, align their sentences and export a parallel corpus.

    Example: align build corpus/sample --out outputs/sample --format tsv --format tmx --format moses
    """
    options = {
        "encoder": encoder,
        "min_quality": min_quality,
        "window_days": window_days,
        "formats": tuple(formats) if formats else None,
        "filters": switches(filter_on, filter_off),
        "jobs": jobs,
        "columns": tuple(column) if column else None,
    }
    settings = read_config(config, options)
    with kept_aside(out, settings.formats) if delta else nullcontext() as earlier:
        with progress() as stages:
            how = pipeline.Settings(engine, address, strict=strict, fresh=fresh)
            result = pipeline.build(inputs, out, settings, how, progress=stages)
        pipeline.require_documents(result)
        counts = write_delta(earlier, out / CORPUS, out / FOLDER, encoder_of(out)) if earlier else None
    console.print(_summary(result))
    for line in (*_advice(result, settings.window_days), *_files(result)):
        console.print(line, markup=False)
    if counts:
        told = ", ".join(f"{count:,} {name}" for name, count in asdict(counts).items())
        console.print(f"{out / FOLDER}: {told}", markup=False)


def _summary(result: BuildResult) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    read = ", ".join(f"{count:,} {lang}" for lang, count in result.documents.items())
    table.add_row("documents", f"{read}; {result.rejected_documents:,} not used, {result.unmatched:,} without partner")
    table.add_row("events", f"{result.events:,} with {result.pairs:,} document pairs")
    bands = ", ".join(f"{count:,} from {low}" for low, count in result.bands.items() if count)
    table.add_row("units", f"{result.units:,}" + (f" (by quality: {bands})" if bands else ""))
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in result.rejected.items())
    table.add_row("rejected", reasons or "none")
    if result.set_aside:
        table.add_row(
            "set aside", f"{result.set_aside:,} shards or pairs failed, see report.json; run again to try again"
        )
    if result.warnings:
        table.add_row("warnings", f"{result.warnings:,} on how articles were read, in report.json")
    return table


def _advice(result: BuildResult, window_days: int) -> list[str]:
    """Why a run found nothing, and what to try."""
    missing = [name for lang, name in (("vi", "Vietnamese"), ("en", "English")) if not result.documents.get(lang)]
    if missing:
        return [f"No unit: there is no {' and no '.join(missing)} article. Add some; both languages are needed."]
    if not result.pairs:
        reason = f"No unit: no two articles within {window_days} days report the same event."
        return [f"{reason} Check the dates of the articles, or try a larger --window-days."]
    if not result.units:
        return ["No unit: no sentence pair is good enough. See rejected.tsv, or try a lower --min-quality."]
    return []


def _files(result: BuildResult) -> list[str]:
    state = "already there, nothing changed" if result.reused else "written"
    names = sorted(path.name for path in result.out.iterdir() if path.is_file() and not path.name.startswith("."))
    return [f"{result.out}: {', '.join(names)} ({state})"]
