"""`align build`: articles in, a run's folder out. The only place where stages and files meet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align import documents, filters, formats, report
from align.bitext import Bitext
from align.config import BuildConfig
from align.documents import boilerplate
from align.documents.rows import parse_columns
from align.encoders import load_encoder
from align.errors import InputError
from align.pipeline import alignments, card, crosscheck, fingerprint, linking, repeats, stages
from align.pipeline.clock import Clock
from align.pipeline.progress import Progress, Tick, silent
from align.pipeline.tables import DOCUMENT_COLUMNS, document_row
from align.types import Document, DocumentPair, Encoder, RejectedDocument, RejectedUnit, Unit

REPORT: Final = "report.json"
BANDS: Final = ((0.9, 1.01), (0.7, 0.9), (0.5, 0.7))


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
    reused: bool = False


@dataclass(frozen=True)
class _Found:
    """Everything that the files are written from."""

    documents: Sequence[Document]
    rejected_documents: Sequence[RejectedDocument]
    bitexts: Sequence[Bitext]
    kept: Sequence[Unit]
    rejected: Sequence[RejectedUnit]
    repeated: Sequence[DocumentPair] = ()


def build(
    inputs: Sequence[Path],
    out: Path,
    config: BuildConfig | None = None,
    *,
    fresh: bool = False,
    progress: Progress = silent,
) -> BuildResult:
    """Build a parallel corpus from articles.

    Args:
        inputs: files or folders of articles.
        out: folder of the run; created if missing.
        config: the defaults if None.
        fresh: compute anew even if the folder holds the result of the same input and configuration.
        progress: told of every stage.

    Raises:
        InputError: an input is missing, or no article could be read.
        OutputError: the folder cannot be written.
        EncoderError: there is no such encoder.
    """
    config = config or BuildConfig()
    parse_columns(config.columns)  # what is wrong there is said before anything is done
    encoder = load_encoder(config.encoder)
    print_of_run = fingerprint.of_run(inputs, config, encoder.signature)
    if not fresh and (earlier := _finished(out, print_of_run)):
        return earlier
    formats.make_folder(out)
    stale = _corpus_files_of_report(out) - {name for form in config.formats for name in formats.CORPUS_FILES[form]}
    # A README that no run has written is somebody's own.
    carded = not (out / card.NAME).exists() or card.NAME in _files_of_report(out)
    (out / REPORT).unlink(missing_ok=True)
    clock = Clock()
    found = _compute(inputs, config, encoder, clock, progress)
    with clock.time("write"):
        _write(out, found, config, encoder)
        if carded:
            formats.write_lines(out / card.NAME, [card.text(_card_facts(inputs, found, config, encoder))])
    for name in stale:
        (out / name).unlink(missing_ok=True)
    result = _result(out, found)
    with clock.time("report"):
        report.write_report(out, _facts(result, encoder, print_of_run))
    _write_report(out, result, config, print_of_run, (clock, found.documents))
    return result


def _compute(inputs: Sequence[Path], config: BuildConfig, encoder: Encoder, clock: Clock, progress: Progress) -> _Found:
    with clock.time("read"):
        read, bad = _read(inputs, parse_columns(config.columns), progress("reading", None))
    with clock.time("encode"):
        prepared, empty = stages.prepare(read, encoder, progress("encoding", len(read)))
    with clock.time("match"):
        vi, en, copies = repeats.without_repeats(prepared, config.window_days)
        candidates = stages.candidate_pairs(vi, en, config)
    with clock.time("align"):
        raw = stages.align_pairs(candidates, vi, en, config, progress("aligning", len(candidates.listed)))
        sides = {(p.document.lang, p.document.doc_id): p.side for p in prepared}
        bitexts = crosscheck.contradicted(raw, sides)
    kept, rejected = select_units(bitexts, config)
    repeated = repeats.repeated_pairs([bitext.pair for bitext in bitexts], copies)
    return _Found([p.document for p in prepared], [*bad, *empty], bitexts, kept, rejected, repeated)


def _read(inputs: Sequence[Path], columns: dict[str, str], tick: Tick) -> tuple[list[Document], list[RejectedDocument]]:
    read: list[Document] = []
    bad: list[RejectedDocument] = []
    for item in documents.read(inputs, columns):
        tick(1)
        if isinstance(item, Document):
            read.append(item)
        else:
            bad.append(item)
    return boilerplate.strip_repeated(read), bad


def select_units(bitexts: Iterable[Bitext], config: BuildConfig) -> tuple[list[Unit], list[RejectedUnit]]:
    """Units that enter the corpus, and the others with their reason, both in corpus order."""
    units = (unit for bitext in bitexts if bitext.pair.pair_class != "related" for unit in bitext.units())
    kept, rejected = filters.select(units, config.filters, config.min_quality)
    return kept, sorted(rejected, key=lambda r: _place(r.unit))


def _place(unit: Unit) -> tuple[str, str, str, tuple[int, ...], tuple[int, ...]]:
    return unit.event, unit.vi_doc, unit.en_doc, unit.vi_segments, unit.en_segments


def _document_rows(found: _Found) -> list[tuple[str, ...]]:
    units = Counter((unit.vi_doc, unit.en_doc) for unit in found.kept)
    pairs = [*(bitext.pair for bitext in found.bitexts), *found.repeated]
    return [document_row(pair, units[pair.vi_doc, pair.en_doc]) for pair in sorted(pairs, key=linking.order_of_pairs)]


def _write(out: Path, found: _Found, config: BuildConfig, encoder: Encoder) -> None:
    """Write every file but the report."""
    for name in config.formats:
        formats.write_corpus(name, out, found.kept, encoder=encoder.signature)
    fate = {unit.id: "kept" for unit in found.kept} | {r.unit.id: r.reason for r in found.rejected}
    formats.write_lines(out / "alignments.jsonl", alignments.lines(found.bitexts, fate))
    formats.write_table(out / "documents.tsv", DOCUMENT_COLUMNS, _document_rows(found))
    formats.write_rejected(out / "rejected.tsv", found.rejected)
    rows = [(bad.doc, bad.reason) for bad in found.rejected_documents]
    formats.write_table(out / "rejected_documents.tsv", ("doc", "reason"), rows)


def _card_facts(inputs: Sequence[Path], found: _Found, config: BuildConfig, encoder: Encoder) -> card.Facts:
    return card.Facts(
        units=found.kept,
        encoder=encoder.signature,
        inputs=tuple(path.name for path in inputs),
        rejected=dict(sorted(Counter(r.reason for r in found.rejected).items())),
        documents=found.documents,
        licenses=card.licenses(inputs),
        files=[file for name in config.formats for file in formats.CORPUS_FILES[name]],
    )


def _result(out: Path, found: _Found) -> BuildResult:
    accepted = [b.pair for b in found.bitexts if b.pair.pair_class != "related"]
    accepted += found.repeated
    matched = {("vi", pair.vi_doc) for pair in accepted} | {("en", pair.en_doc) for pair in accepted}
    bands = {f"{low:.1f}": sum(low <= unit.quality < high for unit in found.kept) for low, high in (*BANDS, (0.0, 0.5))}
    return BuildResult(
        out=out,
        documents=dict(sorted(Counter(document.lang for document in found.documents).items())),
        events=len({pair.event for pair in accepted}),
        pairs=len(accepted),
        units=len(found.kept),
        bands=bands,
        rejected=dict(sorted(Counter(r.reason for r in found.rejected).items())),
        rejected_documents=len(found.rejected_documents),
        unmatched=len(found.documents) - len(matched),
        warnings=sum(len(document.warnings) for document in found.documents),
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
    out: Path,
    result: BuildResult,
    config: BuildConfig,
    run: fingerprint.Fingerprint,
    made: tuple[Clock, Sequence[Document]],
) -> None:
    clock, read = made
    content: dict[str, Any] = {
        "counts": _counts(result),
        "warnings": [{"doc": doc.source or doc.doc_id, "warning": text} for doc in read for text in doc.warnings],
        **run.as_dict(),
        "seconds": clock.seconds,
        "jobs": config.jobs,
        "outputs": fingerprint.of_files(out, skip=REPORT),
    }
    formats.write_lines(out / REPORT, [json.dumps(content, ensure_ascii=False, indent=1) + "\n"])


def _corpus_files_of_report(out: Path) -> set[str]:
    """Corpus files that an earlier run wrote; those of formats no longer asked for must not pass for this run's."""
    return _files_of_report(out) & {name for names in formats.CORPUS_FILES.values() for name in names}


def _files_of_report(out: Path) -> set[str]:
    """Names of the files that an earlier run wrote."""
    try:
        return set(json.loads((out / REPORT).read_text(encoding="utf-8"))["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


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
