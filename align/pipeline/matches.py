"""`align match`: which articles report the same event, for collections of any size."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from align import documents, formats
from align.config import BuildConfig
from align.documents.rows import parse_columns
from align.encoders import load_encoder
from align.errors import OutputError
from align.pipeline import fingerprint, linking, repeats, telling
from align.pipeline.compare import Compared
from align.pipeline.engines import engine
from align.pipeline.gather import gather
from align.pipeline.progress import Progress, silent
from align.pipeline.run import Run
from align.pipeline.store import Store
from align.pipeline.tables import DOCUMENT_COLUMNS, document_row


@dataclass(frozen=True)
class Matched:
    """What matching found.

    Attributes:
        pairs: accepted ones, those of near-duplicates too.
        documents: read, by language.
        rejected: documents and files that could not be used.
        set_aside: shards and pairs that failed, and why.
    """

    pairs: int
    documents: dict[str, int]
    rejected: int
    set_aside: tuple[tuple[str, str], ...] = ()


def match(inputs: Sequence[Path], out: Path, config: BuildConfig | None = None, progress: Progress = silent) -> Matched:
    """Match documents and write the table of pairs alone; `units` counts good beads, before any filter of a build.

    Raises:
        InputError: an input is missing, or none holds an article.
        OutputError: the table, or the folder for what is kept aside beside it, cannot be written.
    """
    config = config or BuildConfig()
    documents.require_articles(inputs)
    columns = parse_columns(config.columns)
    encoder = load_encoder(config.encoder)  # what is wrong there is said before anything is done
    formats.make_folder(out.parent)
    with _aside(out) as folder, engine(jobs=config.jobs) as runs:
        store = Store(folder, fingerprint.salt(encoder.signature))
        found, rows = _rows(Run(store, runs, config, progress), inputs, columns)
        formats.write_table(out, DOCUMENT_COLUMNS, rows)
    return found


@contextmanager
def _aside(out: Path) -> Iterator[Path]:
    """A folder beside a file for what need not be in memory; gone when the block ends."""
    beside = out.resolve().parent if out.is_file() or not out.exists() else None  # a pipe has no folder of its own
    try:
        folder = Path(tempfile.mkdtemp(prefix=".align-", dir=beside))
    except OSError as error:
        message = f"{beside}: no folder can be made in it ({error.strerror}); choose another folder"
        raise OutputError(message) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rows(run: Run, inputs: Sequence[Path], columns: dict[str, str]) -> tuple[Matched, list[tuple[str, ...]]]:
    """What was found, and the rows of the table of pairs."""
    gathered = gather(run, inputs, columns, {})
    compared = Compared(run, gathered, whole=False)
    told = telling.tell(compared, compared.tellings())
    rows = [(pair, one.good) for one, pair in zip(told.tellings, told.pairs(), strict=True)]
    rows += [(pair, 0) for pair in repeats.repeated_pairs([pair for pair, _ in rows], gathered.repeats)]
    rows.sort(key=lambda row: linking.order_of_pairs(row[0]))
    accepted = sum(pair.pair_class != "related" for pair, _ in rows)
    found = Matched(accepted, gathered.languages, len(gathered.rejected), tuple(run.failed))
    return found, [document_row(*row) for row in rows]
