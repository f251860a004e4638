"""`align build`: articles in, a run's folder out. The only place where stages and files meet."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align import documents, filters, formats, report
from align.config import BuildConfig
from align.documents.rows import parse_columns
from align.encoders import load_encoder
from align.errors import InputError
from align.pipeline import card, fingerprint, linking, outputs, repeats, telling
from align.pipeline.compare import Compared
from align.pipeline.engine import Engine, engine
from align.pipeline.gather import Gathered, gather
from align.pipeline.outputs import REPORT
from align.pipeline.progress import Progress, silent
from align.pipeline.run import Run
from align.pipeline.shards.ready import VectorTask
from align.pipeline.store import FOLDER, Store
from align.pipeline.tables import DOCUMENT_COLUMNS, document_row
from align.pipeline.telling import Told
from align.types import DocumentPair, Encoder, RejectedUnit, Unit

BANDS: Final = ((0.9, 1.01), (0.7, 0.9), (0.5, 0.7))
_ALL_BANDS: Final = (*BANDS, (0.0, 0.5))


@dataclass(frozen=True)
class BuildResult:
    """What a build found, and where it is.

    Attributes:
        out: the run's folder.
        documents: documents read, by language.
        events, pairs: accepted ones.
        units: kept units.
        bands: kept units by quality: lower bound -> number.
        rejected: rejected units by reason.
        rejected_documents: documents and files that could not be used.
        unmatched: documents in no event.
        warnings: remarks on how documents were read; they stand in the report.
        set_aside: shards and pairs that failed; they stand in the report.
        reused: the folder held this very result already, and nothing was computed.
    """

    out: Path
    documents: dict[str, int]
    events: int
    pairs: int
    units: int
    bands: dict[str, int]
    rejected: dict[str, int]
    rejected_documents: int
    unmatched: int
    warnings: int = 0
    set_aside: int = 0
    reused: bool = False


@dataclass(frozen=True)
class Settings:
    """How a build is computed; nothing of it changes a byte of the corpus.

    Attributes:
        engine: one of `engine.ENGINES`.
        address: of a Ray cluster.
        strict: whether the first shard or pair that fails ends the run.
        fresh: whether everything is computed anew.
    """

    engine: str = "local"
    address: str | None = None
    strict: bool = False
    fresh: bool = False


@dataclass(frozen=True)
class _Found:
    """Everything that the files are written from.

    Attributes:
        gathered: the documents.
        told: the pairs.
        verdicts: of the filters on each unit, as numbers of `filters.REASONS`.
        repeated: pairs of near-duplicates.
    """

    gathered: Gathered
    told: Told
    verdicts: bytearray
    repeated: Sequence[DocumentPair]

    def kept(self) -> Iterator[Unit]:
        """Units that enter the corpus, in order."""
        return (unit for unit, verdict in zip(self.told.units(), self.verdicts, strict=True) if not verdict)

    def rejected(self) -> Iterator[RejectedUnit]:
        """The others with their reason, in the same order."""
        for unit, verdict in zip(self.told.units(), self.verdicts, strict=True):
            if (reason := filters.REASONS[verdict]) is not None:
                yield RejectedUnit(unit, reason)

    @property
    def reasons(self) -> dict[str, int]:
        """Units rejected for each reason."""
        counts = Counter(filters.REASONS[verdict] for verdict in self.verdicts if verdict)
        return {reason: n for reason, n in sorted(counts.items(), key=str) if reason}


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
        _write(out, found, config, encoder)
        if carded:
            formats.write_lines(out / card.NAME, [card.text(_card_facts(inputs, found, config, encoder))])
    for name in stale:
        (out / name).unlink(missing_ok=True)
    result = _result(out, found, run)
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


def _compute(run: Run, inputs: Sequence[Path], columns: dict[str, str], hashes: dict[str, str]) -> _Found:
    gathered = gather(run, inputs, columns, hashes)
    compared = Compared(run, gathered)
    told = telling.tell(compared, compared.tellings())
    with run.time("filter"):
        verdicts = filters.verdicts(told.units, run.config.filters, run.config.min_quality, run.store.folder)
    repeated = repeats.repeated_pairs([one.pair for one in told.tellings], gathered.repeats)
    return _Found(gathered, told, verdicts, repeated)


def _document_rows(found: _Found) -> list[tuple[str, ...]]:
    units = Counter((unit.vi_doc, unit.en_doc) for unit in found.kept())
    pairs = [*found.told.pairs(), *found.repeated]
    return [document_row(pair, units[pair.vi_doc, pair.en_doc]) for pair in sorted(pairs, key=linking.order_of_pairs)]


def _write(out: Path, found: _Found, config: BuildConfig, encoder: Encoder) -> None:
    """Write every file but the report."""
    for name in config.formats:
        formats.write_corpus(name, out, found.kept(), encoder=encoder.signature)
    fates = (filters.REASONS[verdict] or "kept" for verdict in found.verdicts)
    formats.write_lines(out / "alignments.jsonl", found.told.lines(fates))
    formats.write_table(out / "documents.tsv", DOCUMENT_COLUMNS, _document_rows(found))
    formats.write_rejected(out / "rejected.tsv", found.rejected())
    rows = [(bad.doc, bad.reason) for bad in found.gathered.rejected]
    formats.write_table(out / "rejected_documents.tsv", ("doc", "reason"), rows)


def _card_facts(inputs: Sequence[Path], found: _Found, config: BuildConfig, encoder: Encoder) -> card.Facts:
    return card.Facts(
        units=found.kept(),
        encoder=encoder.signature,
        inputs=tuple(path.name for path in inputs),
        rejected=found.reasons,
        documents=found.gathered.documents(found.told.run.store),
        licenses=card.licenses(inputs),
        files=[file for name in config.formats for file in formats.CORPUS_FILES[name]],
    )


def _result(out: Path, found: _Found, run: Run) -> BuildResult:
    accepted = [one.pair for one in found.told.tellings if one.pair.pair_class != "related"]
    accepted += found.repeated
    matched = {("vi", pair.vi_doc) for pair in accepted} | {("en", pair.en_doc) for pair in accepted}
    bands = {f"{low:.1f}": 0 for low, _ in _ALL_BANDS}
    for unit in found.kept():
        bands[next(f"{low:.1f}" for low, high in _ALL_BANDS if low <= unit.quality < high)] += 1
    return BuildResult(
        out=out,
        documents=found.gathered.languages,
        events=len({pair.event for pair in accepted}),
        pairs=len(accepted),
        units=found.verdicts.count(0),
        bands=bands,
        rejected=found.reasons,
        rejected_documents=len(found.gathered.rejected),
        unmatched=sum(found.gathered.languages.values()) - len(matched),
        warnings=sum(len(texts) for _, texts in found.gathered.warnings(run.store)),
        set_aside=len(run.failed),
    )


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
    out: Path, result: BuildResult, made: tuple[Run, _Found, Settings], run_print: fingerprint.Fingerprint
) -> None:
    run, found, settings = made
    warnings = found.gathered.warnings(run.store)
    content: dict[str, Any] = {
        "counts": _counts(result),
        "warnings": [{"doc": doc, "warning": text} for doc, texts in warnings for text in texts],
        "set_aside": [{"what": what, "reason": reason} for what, reason in run.failed],
        **run_print.as_dict(),
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
