"""Candidate pairs worth it, aligned: what depends on the two documents alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from align.bitext import Link
from align.matching import Found
from align.pipeline import stages
from align.pipeline.shards.shelf import DocumentShelf, Place, Ref
from align.pipeline.stages import Aligned, Pair
from align.pipeline.store import Store
from align.types import Bead

if TYPE_CHECKING:
    import polars as pl

Refs = tuple[tuple[Ref, Ref], ...]
_FOUND: Final = ("posteriors", "vi", "en", "n_vi", "n_en", "error")


@dataclass(frozen=True)
class AlignedTask:
    """Some pairs of a shard.

    Attributes:
        key: of the table.
        pairs: places of the two documents of each.
        places: shard -> where its documents lie.
        whole: whether beads are scored; else only what matching looks at is kept.
    """

    kind: ClassVar[str] = "aligned"
    key: str
    pairs: Refs
    places: Mapping[int, Place]
    whole: bool = True

    def run(self, store: Store) -> None:
        """Write a row for each pair in their order; `error` where something went wrong with it."""
        shelf = DocumentShelf(store, self.places)
        pairs = [(shelf(vi), shelf(en)) for vi, en in self.pairs]
        store.write_table(self.kind, self.key, _table(_rows(pairs, whole=self.whole)))


def _rows(pairs: Sequence[Pair], *, whole: bool) -> list[dict[str, Any]]:
    """Rows of pairs; one that something goes wrong with costs itself alone."""
    try:
        if whole:
            return [_cells(aligned) for aligned in stages.align_pairs(pairs)]
        return [_seen(stages.look(vi, en)) for vi, en in pairs]
    except Exception as error:  # noqa: BLE001 - one bad pair must not end the run
        if len(pairs) > 1:
            return [row for pair in pairs for row in _rows([pair], whole=whole)]
        sizes = len(pairs[0][0].segments), len(pairs[0][1].segments)
        reason = f"cannot be aligned ({type(error).__name__}: {error})"[:300]
        return [_seen(Found((), sizes)) | {"error": reason}]


def _schema() -> dict[str, Any]:
    import polars as pl

    numbers = pl.List(pl.List(pl.Int32))
    floats = dict.fromkeys(("posteriors", "log_odds", "quality", "similarity", "margin"), pl.List(pl.Float64))
    beads = dict.fromkeys(("vi", "en", "null_vi", "null_en", "cover_vi", "cover_en"), numbers)
    sizes = {"n_vi": pl.Int32, "n_en": pl.Int32}
    return floats | beads | {"flags": pl.List(pl.List(pl.String))} | sizes | {"error": pl.String}


def _table(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    import polars as pl

    types = _schema()
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in types}, schema=types)


def _seen(found: Found) -> dict[str, Any]:
    """What matching looks at; of beads only their sizes."""
    columns: dict[str, Any] = {"posteriors": [link[0] for link in found.links]}
    columns |= {
        "vi": [list(range(vi)) for _, vi, _ in found.links],
        "en": [list(range(en)) for _, _, en in found.links],
    }
    return columns | {"n_vi": found.sizes[0], "n_en": found.sizes[1], "error": None}


def _cells(aligned: Aligned) -> dict[str, Any]:
    row = _seen(aligned.found)
    links = aligned.links
    row |= {"vi": [list(link.bead.vi) for link in links], "en": [list(link.bead.en) for link in links]}
    row |= {name: [getattr(link, name) for link in links] for name in ("quality", "similarity", "margin")}
    row |= {"log_odds": [link.bead.log_odds for link in links], "flags": [list(link.flags) for link in links]}
    nulls = [bead for bead in aligned.beads if bead.is_null]
    for name, beads in (("null", nulls), ("cover", aligned.covers)):
        row |= {f"{name}_vi": [list(bead.vi) for bead in beads], f"{name}_en": [list(bead.en) for bead in beads]}
    return row


def found(store: Store, key: str) -> Iterator[tuple[Found, str]]:
    """What matching looks at, of each pair of a table, and what went wrong with it ("" for nothing)."""
    for posteriors, vi, en, n_vi, n_en, error in store.read(AlignedTask.kind, key, _FOUND).iter_rows():
        links = tuple((p, len(x), len(y)) for p, x, y in zip(posteriors, vi, en, strict=True))
        yield Found(links, (n_vi, n_en)), error or ""


def aligned_of(row: Mapping[str, Any]) -> Aligned:
    """A row of a table as it was aligned; `found` left out."""
    columns = (row[name] for name in ("vi", "en", "log_odds", "quality", "similarity", "margin", "flags"))
    links = tuple(
        Link(Bead(tuple(vi), tuple(en), log_odds, quality), quality, similarity, margin, tuple(flags))
        for vi, en, log_odds, quality, similarity, margin, flags in zip(*columns, strict=True)
    )
    nulls = _beads(row["null_vi"], row["null_en"])
    covers = _beads(row["cover_vi"], row["cover_en"])
    return Aligned((*(link.bead for link in links), *nulls), links, covers)


def _beads(vi: Sequence[Sequence[int]], en: Sequence[Sequence[int]]) -> tuple[Bead, ...]:
    return tuple(Bead(tuple(x), tuple(y)) for x, y in zip(vi, en, strict=True))
