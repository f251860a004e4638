"""`align build`: articles in, a run's folder out. The only place where stages and files meet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align import documents, filters, formats, report
from align.config import BuildConfig
from align.documents.rows import parse_columns
from align.encoders import load_encoder
from align.errors import InputError
from align.pipeline import card, fingerprint, outputs, repeats, results, telling
from align.pipeline.compare import Compared
from align.pipeline.engines import engine
from align.pipeline.gather import gather
from align.pipeline.outputs import REPORT
from align.pipeline.progress import Progress, silent
from align.pipeline.results import BuildResult, Found
from align.pipeline.run import Run
from align.pipeline.shards.ready import VectorTask
from align.pipeline.store import FOLDER, Store
from align.pipeline.tasks import Engine
from align.types import Encoder


@dataclass(frozen=True)
class Settings:
    """How a build is computed; nothing of it changes a byte of the corpus.

    Attributes:
        engine: one of `engines.ENGINES`.
        address: of a Ray cluster.
        strict: whether the first shard or pair that fails ends the run.
        fresh: whether everything is computed anew.
    """

    engine: str = "local"
    address: str | None = None
    strict: bool = False
    fresh: bool = False


def build(
    inputs: Sequence[Path],
    out: Path,
    config: BuildConfig | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> BuildResult:
    """Build a parallel corpus from articles.

    What is finished stays in `out` while the run goes on and after it: a run that was killed goes on where it was, and
    one with some articles more computes the days that they touch.

    Args:
        inputs: files or folders of articles.
        out: folder of the run; created if missing.
        config: the defaults if None.
        settings: how it is computed; the defaults if None.
        progress: told of every stage.

    Raises:
        InputError: an input is missing, or no article could be read.
        OutputError: the folder cannot be written.
        EncoderError: there is no such encoder.
        ShardError: a part failed, and the run is strict.
    """
    config, settings = config or BuildConfig(), settings or Settings()
    columns = parse_columns(config.columns)  # what is wrong there is said before anything is done
    documents.require_articles(inputs)
    encoder = load_encoder(config.encoder)
    print_of_run = fingerprint.of_run(inputs, config, encoder.signature)
    if not settings.fresh and (earlier := _finished(out, print_of_run)):
        return earlier
    formats.make_folder(out)
    if settings.fresh:
        shutil.rmtree(out / FOLDER, ignore_errors=True)
    before, wanted = outputs.own_files(out), _corpus_files(config.formats)
    # Corpus files of formats no longer asked for must not pass for this run's; a README that no run has written is
    # somebody's own.
    stale = before & _corpus_files(formats.CORPUS_FILES) - wanted
    carded = not (out / card.NAME).exists() or card.NAME in before
    outputs.begin(out, {*wanted, card.NAME} if carded else wanted)
    with engine(settings.engine, config.jobs, settings.address) as workers:
        store = Store(out / FOLDER, fingerprint.salt(encoder.signature))
        run = Run(store, workers, config, progress, strict=settings.strict)
        found = _compute(run, inputs, columns, print_of_run.inputs)
    with run.time("write"):
        results.write(out, found, config, encoder)
        if carded:
            formats.write_lines(out / card.NAME, [card.text(results.card_facts(inputs, found, config, encoder))])
    for name in stale:
        (out / name).unlink(missing_ok=True)
    result = results.result_of(out, found, run)
    with run.time("report"):
        report.write_report(out, _facts(result, encoder, print_of_run))
    _write_report(out, result, (run, found, settings), print_of_run)
    store.sweep(run.used, spare=(VectorTask.kind,))
    outputs.end(out)
    return result


def run_share(
    inputs: Sequence[Path], out: Path, config: BuildConfig, workers: Engine, progress: Progress = silent
) -> Run:
    """Compute the shards of a build with an engine, and write no file of it; `build` then finds them finished.

    Raises:
        InputError: an input is missing, or holds no article.
        OutputError: the folder cannot be written.
    """
    columns = parse_columns(config.columns)
    documents.require_articles(inputs)
    encoder = load_encoder(config.encoder)
    formats.make_folder(out)
    store = Store(out / FOLDER, fingerprint.salt(encoder.signature))
    run = Run(store, workers, config, progress)
    compared = Compared(run, gather(run, inputs, columns, {}))
    telling.tell(compared, compared.tellings())
    return run


def _compute(run: Run, inputs: Sequence[Path], columns: dict[str, str], hashes: dict[str, str]) -> Found:
    gathered = gather(run, inputs, columns, hashes)
    compared = Compared(run, gathered)
    told = telling.tell(compared, compared.tellings())
    with run.time("filter"):
        verdicts = filters.verdicts(told.units, run.config.filters, run.config.min_quality, run.store.folder)
    repeated = repeats.repeated_pairs([one.pair for one in told.tellings], gathered.repeats)
    return Found(gathered, told, verdicts, repeated)


_COUNTS: Final = (
    "documents",
    "events",
    "pairs",
    "units",
    "bands",
    "rejected",
    "rejected_documents",
    "unmatched",
    "warnings",
    "set_aside",
)


def _facts(result: BuildResult, encoder: Encoder, run: fingerprint.Fingerprint) -> report.RunFacts:
    """What the report says of the run; in which formats it was also written changes nothing that it shows."""
    settings = {
        name: value for name, value in run.configuration.items() if name != "formats" and value not in ([], (), "")
    }
    return report.RunFacts(_counts(result), encoder.signature, settings, run.versions)


def _counts(result: BuildResult) -> dict[str, Any]:
    return {name: getattr(result, name) for name in _COUNTS}


def _write_report(
    out: Path, result: BuildResult, made: tuple[Run, Found, Settings], run_print: fingerprint.Fingerprint
) -> None:
    run, found, settings = made
    warnings = found.gathered.warnings(run.store)
    content: dict[str, Any] = {
        "counts": _counts(result),
        "warnings": [{"doc": doc, "warning": text} for doc, texts in warnings for text in texts],
        "set_aside": [{"what": what, "reason": reason} for what, reason in run.failed],
        **run_print.as_dict(),
        "inputs": fingerprint.listed(run_print.inputs),
        "seconds": {name: round(stage.seconds, 3) for name, stage in run.stages.items()},
        "stages": {name: stage.as_dict() for name, stage in run.stages.items()},
        "jobs": run.config.jobs,
        "engine": settings.engine,
        "outputs": fingerprint.of_files(out, skip=REPORT),
    }
    formats.write_lines(out / REPORT, [json.dumps(content, ensure_ascii=False, indent=1) + "\n"])


def _corpus_files(names: Iterable[str]) -> set[str]:
    return {file for name in names for file in formats.CORPUS_FILES[name]}


def _finished(out: Path, run: fingerprint.Fingerprint) -> BuildResult | None:
    """The result of an earlier run with the same fingerprint, if its files are as it left them."""
    try:
        earlier = json.loads((out / REPORT).read_text(encoding="utf-8"))
        same = earlier["fingerprint"] == run.digest and earlier["outputs"] == fingerprint.of_files(out, skip=REPORT)
        return BuildResult(out=out, **earlier["counts"], reused=True) if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no report, or none of ours: nothing to reuse


def require_documents(result: BuildResult) -> None:
    """Raise if not one document could be read.

    Raises:
        InputError: with where the reasons are listed.
    """
    if not result.documents:
        reasons = result.out / "rejected_documents.tsv"
        raise InputError(f"none of {result.rejected_documents} documents could be used; the reasons are in {reasons}")
