"""`align bench` and `align bench prepare`."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Container
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from align import bench as benching
from align import encoders
from align.bench import baselines, systems, terms
from align.bench.prepare import prepare as make_test_set
from align.bench.reading import named
from align.cli.console import err, progress
from align.cli.console import out as console
from align.errors import ConfigError, TranslationError

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings={"allow_interspersed_args": False},
)
Many = list[str] | None


@app.callback()
def bench(
    context: typer.Context,
    ref: Annotated[list[Path] | None, typer.Option("--ref", help="Reference, one segment a line; repeatable.")] = None,
    hyp: Annotated[Many, typer.Option("--hyp", metavar="NAME=FILE", help="Translations; repeatable.")] = None,
    system: Annotated[
        Many,
        typer.Option(
            "--system",
            metavar="NAME='COMMAND'",
            help="Command that reads source lines and prints translations; or baseline:copy, baseline:words.",
        ),
    ] = None,
    src: Annotated[Path | None, typer.Option("--src", help="Source, one segment a line.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the results.")] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language translated into: en or vi (default: told).")
    ] = None,
    docids: Annotated[
        Path | None, typer.Option("--docids", help="Document ids, or a table of doc, event, outlet, date.")
    ] = None,
    glossary: Annotated[Path | None, typer.Option("--glossary", help="TSV with columns vi and en.")] = None,
    train: Annotated[list[Path] | None, typer.Option("--train", help="Training corpus to check for overlap.")] = None,
    scores: Annotated[
        Many, typer.Option("--scores", metavar="NAME:METRIC=FILE", help="A score a line, of COMET and the like.")
    ] = None,
    metric: Annotated[
        Many,
        typer.Option("--metric", help=f"One of {', '.join(benching.METRICS)}, comet; repeatable, the first ranks."),
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="System to test against (default: the first).")
    ] = None,
    test: Annotated[str, typer.Option("--test", help="bs, ar (approximate randomization) or both.")] = "bs",
    samples: Annotated[int, typer.Option("--samples", min=100, help="Bootstrap samples.")] = 1000,
    trials: Annotated[int, typer.Option("--trials", min=100, help="Trials of approximate randomization.")] = 10000,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds without a line.")] = 300.0,
    retries: Annotated[int, typer.Option("--retries", min=0, help="New starts of a dead system.")] = 2,
    cost: Annotated[
        Many, typer.Option("--cost", metavar="NAME=PRICE", help="Price of an hour of a system's machine.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Translate anew what an earlier run has kept.")] = False,
    encoder: Annotated[str | None, typer.Option("--encoder", help="Encoder of the adequacy scores.")] = None,
    comet_model: Annotated[Path | None, typer.Option("--comet-model", help="Checkpoint on this machine.")] = None,
) -> None:
    """Compare MT systems: scores with intervals and tests, checks of terms, numbers, dates and names, a report.

    Example: align bench --ref test.en --src test.vi --hyp mine=mine.en --system baseline:copy --out outputs/bench
    """
    if context.invoked_subcommand is not None:
        return
    if not ref or out is None:
        raise typer.BadParameter("--ref and --out are needed", context)
    options = _options(metric, baseline, test, samples, trials)
    test_set = benching.read_test_set(benching.Files(tuple(ref), src, docids, lang))
    loaded = terms.read_glossary(glossary) if glossary else None
    job = _Job(test_set, out, systems.Limits(timeout, retries, fresh), loaded)
    given = _given(scores or [], test_set)
    outputs, failures = job.collect(hyp or [], system or [], _prices(cost or []))
    extras = benching.Extras(loaded, encoders.load_encoder(encoder) if src else None, train or [], given, comet_model)
    with progress() as stages:
        result = benching.run(test_set, outputs, options, extras, told=lambda name: stages(name, None)(0))
    result = dataclasses.replace(result, failures=failures)
    benching.write(result, out)
    console.print(_table(result))
    console.print(
        f"{out}: report.html, scores.tsv, segments.tsv, bench.json, table.md, table.tex (written)", markup=False
    )
    if failures:
        raise TranslationError("; ".join(failures.values()) + f"; the report holds the other {len(outputs)} systems")


class _Job:
    """Collecting translations from files, commands and baselines."""

    def __init__(self, test_set: benching.TestSet, out: Path, limits: systems.Limits,
                 glossary: terms.Glossary | None) -> None:  # fmt: skip
        self._test_set, self._folder, self._limits = test_set, out / "outputs", limits
        self._glossary = glossary

    def collect(
        self, files: list[str], commands: list[str], prices: dict[str, float]
    ) -> tuple[dict[str, benching.Output], dict[str, str]]:
        """System -> translations, and system -> why it failed; all files are read before a command is started."""
        found: dict[str, benching.Output] = {}
        for argument in files:
            name, path = named(argument, "--hyp")
            _once(name, found)
            found[name] = benching.read_output(Path(path), self._test_set)
        asked = [(text, text) if text in baselines.NAMES else named(text, "--system") for text in commands]
        names = list(found)
        for name, _ in asked:
            _once(name, names)
            names.append(name)
        if unknown := [name for name in prices if name not in dict(asked)]:
            raise ConfigError(f"--cost {unknown[0]}: no --system of that name")
        failures: dict[str, str] = {}
        for name, command in asked:
            try:
                known = command in baselines.NAMES
                found[name] = self._baseline(command) if known else self._live(name, command, prices)
            except TranslationError as error:
                failures[name] = str(error)
        if failures and not found:
            raise TranslationError("; ".join(failures.values()))
        return found, failures

    def _baseline(self, name: str) -> benching.Output:
        return baselines.make(name, self._test_set, encoders.static_encoder(), self._glossary)

    def _live(self, name: str, command: str, prices: dict[str, float]) -> benching.Output:
        if self._test_set.src is None:
            raise ConfigError(f"--system {name} needs the source: add --src FILE")
        source = list(self._test_set.src)
        kept = systems.Kept(self._folder, name, command, source)
        with progress() as stages:
            tick: Callable[[int], None] = stages(name, len(source))
            output = systems.translate(kept, source, self._limits, tick)
        if name in prices and output.speed is not None:
            cost = prices[name] * output.speed.seconds / 3600 / output.speed.segments * 1000
            output = dataclasses.replace(output, speed=dataclasses.replace(output.speed, cost=cost))
        return output


def _once(name: str, found: Container[str]) -> None:
    if name in found:
        raise ConfigError(f"system {name!r} is given twice; choose another name for one")


def _options(metric: Many, baseline: str | None, test: str, samples: int, trials: int) -> benching.Options:
    if test not in ("bs", "ar", "both"):
        raise ConfigError(f"--test {test!r}, expected bs, ar or both")
    names = tuple(dict.fromkeys(metric)) if metric else benching.DEFAULT
    return benching.Options(names, baseline, samples, trials, tests=("bs", "ar") if test == "both" else (test,))


def _given(arguments: list[str], test_set: benching.TestSet) -> dict[tuple[str, str], tuple[float, ...]]:
    found = {}
    for argument in arguments:
        label, _, path = argument.rpartition("=")
        system, colon, metric = label.rpartition(":")
        if not (colon and system and metric and path):
            raise ConfigError(f"--scores {argument!r}: expected NAME:METRIC=FILE, such as mine:comet22=mine.scores")
        found[system, metric] = benching.read_segment_scores(Path(path), test_set)
    return found


def _prices(arguments: list[str]) -> dict[str, float]:
    found = {}
    for argument in arguments:
        name, value = named(argument, "--cost")
        try:
            found[name] = float(value)
        except ValueError as error:
            raise ConfigError(f"--cost {argument!r}: expected NAME=PRICE, such as mine=1.20") from error
    return found


def _table(result: benching.BenchResult) -> Table:
    """The leading figures; the report has all."""
    table = Table(box=None, pad_edge=False)
    shown = [measure for measure in result.measures if measure.family == "surface" and "normalized" not in measure.name]
    shown += [measure for measure in result.measures if measure.name in ("terms", "adequacy")]
    table.add_column("system", no_wrap=True)
    for name in (*(measure.name for measure in shown), "faults"):
        table.add_column(name, justify="right", no_wrap=True)
    for system in result.ranking:
        cells = [result.score(system, measure.name) for measure in shown]
        figures = ["" if cell is None or math.isnan(cell.score) else f"{cell.score:.1f}" for cell in cells]
        faulty = sum(bool(check.faults) for check in result.checks[system])
        table.add_row(Text(system), *figures, str(faulty))
    return table


@app.command("prepare")
def prepare(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a build.")],
    n: Annotated[int, typer.Option("--n", min=1, help="Most units of the test set.")] = 500,
    min_quality: Annotated[float, typer.Option("--min-quality", min=0, max=1, help="Least quality of a unit.")] = 0.9,
    after: Annotated[
        str | None, typer.Option("--after", help="Only events after this day, such as 2025-03-31.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the test set (default: DIR/testset).")] = None,
) -> None:
    """Take a test set from a build: whole events, the newest ones, without near-duplicates.

    Example: align bench prepare outputs/sample --n 60 --min-quality .9 --out outputs/testset
    """
    target = out or folder / "testset"
    try:
        day = date.fromisoformat(after) if after else None
    except ValueError as error:
        raise ConfigError(f"--after {after!r}, expected a day such as 2025-03-31") from error
    found = make_test_set(folder, target, n, min_quality, day)
    days = f", {found.first} to {found.last}" if found.first else ""
    console.print(f"test set   {found.units:,} units of {found.events} events, {found.documents} documents{days}")
    console.print(f"left out   {found.duplicates:,} near-duplicates")
    console.print(f"training   {found.training:,} units of other events")
    if not found.training:
        err.print("align: nothing is left to train on; try a smaller --n", markup=False)
    console.print(f"{target}: test.vi, test.en, test.docids, train.tsv, prepare.json (written)", markup=False)
