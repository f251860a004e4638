"""What a build found, and its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from align import filters, formats
from align.config import BuildConfig
from align.pipeline import card, linking
from align.pipeline.gather import Gathered
from align.pipeline.run import Run
from align.pipeline.tables import DOCUMENT_COLUMNS, document_row
from align.pipeline.telling import Told
from align.types import DocumentPair, Encoder, RejectedUnit, Unit

BANDS: Final = ((0.9, 1.01), (0.7, 0.9), (0.5, 0.7), (0.0, 0.5))


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
class Found:
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


def _document_rows(found: Found) -> list[tuple[str, ...]]:
    units = Counter((unit.vi_doc, unit.en_doc) for unit in found.kept())
    pairs = [*found.told.pairs(), *found.repeated]
    return [document_row(pair, units[pair.vi_doc, pair.en_doc]) for pair in sorted(pairs, key=linking.order_of_pairs)]


def write(out: Path, found: Found, config: BuildConfig, encoder: Encoder) -> None:
    """Write every file but the report."""
    for name in config.formats:
        formats.write_corpus(name, out, found.kept(), encoder=encoder.signature)
    fates = (filters.REASONS[verdict] or "kept" for verdict in found.verdicts)
    formats.write_lines(out / "alignments.jsonl", found.told.lines(fates))
    formats.write_table(out / "documents.tsv", DOCUMENT_COLUMNS, _document_rows(found))
    formats.write_rejected(out / "rejected.tsv", found.rejected())
    rows = [(bad.doc, bad.reason) for bad in found.gathered.rejected]
    formats.write_table(out / "rejected_documents.tsv", ("doc", "reason"), rows)


def card_facts(inputs: Sequence[Path], found: Found, config: BuildConfig, encoder: Encoder) -> card.Facts:
    """What the dataset card says."""
    return card.Facts(
        units=found.kept(),
        encoder=encoder.signature,
        inputs=tuple(path.name for path in inputs),
        rejected=found.reasons,
        documents=found.gathered.documents(found.told.run.store),
        licenses=card.licenses(inputs),
        files=[file for name in config.formats for file in formats.CORPUS_FILES[name]],
    )


def result_of(out: Path, found: Found, run: Run) -> BuildResult:
    """Counts of a build."""
    accepted = [one.pair for one in found.told.tellings if one.pair.pair_class != "related"]
    accepted += found.repeated
    matched = {("vi", pair.vi_doc) for pair in accepted} | {("en", pair.en_doc) for pair in accepted}
    bands = {f"{low:.1f}": 0 for low, _ in BANDS}
    for unit in found.kept():
        bands[next(f"{low:.1f}" for low, high in BANDS if low <= unit.quality < high)] += 1
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
