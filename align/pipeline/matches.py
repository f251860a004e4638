"""`align match`: which articles report the same event, for collections of any size.

Buckets of days go through the steps of `shards.py` and `shard_pairs.py`, on as many processes as there are jobs; what
looks at the whole stands in `gather.py`, `compare.py` and `linking.py`. Neither buckets nor jobs make a difference.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from align import documents, formats
from align.config import BuildConfig
from align.documents.rows import parse_columns
from align.encoders import load_encoder
from align.errors import OutputError
from align.pipeline import linking, repeats
from align.pipeline.compare import Sides, listings
from align.pipeline.gather import Run, gather
from align.pipeline.progress import Progress, silent
from align.pipeline.spill import workers
from align.pipeline.tables import DOCUMENT_COLUMNS, document_row


@dataclass(frozen=True)
class Matched:
    """What matching found.

    Attributes:
        pairs: accepted ones, those of near-duplicates too.
        documents: read, by language.
        rejected: documents and files that could not be used.
    """

    pairs: int
    documents: dict[str, int]
    rejected: int


def match(inputs: Sequence[Path], out: Path, config: BuildConfig | None = None, progress: Progress = silent) -> Matched:
    """Match documents and write the table of pairs alone; `units` counts good beads, before any filter of a build.

    Raises:
        InputError: an input is missing, or none holds an article.
        OutputError: the table, or the folder for what is kept aside beside it, cannot be written.
    """
    config = config or BuildConfig()
    documents.require_articles(inputs)
    columns = parse_columns(config.columns)
    load_encoder(config.encoder)  # what is wrong there is said before anything is done
    formats.make_folder(out.parent)
    with _aside(out) as folder, workers(config.jobs) as pool:
        found, rows = _rows(Run(folder, config, pool, progress), inputs, columns)
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
    gathered = gather(run, inputs, columns)
    found, others = listings(run, gathered.sides)
    pairs = linking.link(found, others, partial(_ids, gathered.sides), run.config)
    units = (listing.found.good for listing in found)
    rows = [(pair, n) for pair, n in zip(pairs, units, strict=True) if linking.is_listed(pair, run.config)]
    rows += [(pair, 0) for pair in repeats.repeated_pairs(pairs, gathered.repeats)]
    rows.sort(key=lambda row: linking.order_of_pairs(row[0]))
    accepted = sum(pair.pair_class != "related" for pair, _ in rows)
    return Matched(accepted, gathered.documents, gathered.rejected), [document_row(*row) for row in rows]


def _ids(sides: Sides, x: int, y: int) -> tuple[str, str]:
    return sides["vi"].reads[x].doc_id, sides["en"].reads[y].doc_id
