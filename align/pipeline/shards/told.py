"""Document pairs of some events: their evidence, their units, their lines of `alignments.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from align.bitext import Bitext
from align.pipeline import alignments, crosscheck, evidence
from align.pipeline.shards import usual
from align.pipeline.shards.aligned import AlignedTask, aligned_of, found
from align.pipeline.shards.shelf import DocumentShelf, Place, Ref
from align.pipeline.store import Store, parquet
from align.types import DocumentPair, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

UNITS: Final = ".units.parquet"


@dataclass(frozen=True)
class Telling:
    """A pair that is shown.

    Attributes:
        pair: with the evidence that does not need its documents.
        refs: places of its documents.
        aligned: key of the table of `AlignedTask` with its alignment, and the row there.
        bimax: similarity of the segments.
        good: beads as likely right as wrong by the aligner alone, or likelier.
        collection: key of the statistics that say what is rare.
    """

    pair: DocumentPair
    refs: tuple[Ref, Ref]
    aligned: tuple[str, int]
    bimax: float
    good: int
    collection: str


@dataclass(frozen=True)
class ToldTask:
    """Pairs of whole events.

    Attributes:
        key: of the table.
        tellings: the pairs, in order.
        places: shard -> where its documents lie.
        whole: whether units are made; else evidence alone is found.
    """

    kind: ClassVar[str] = "told"
    key: str
    tellings: tuple[Telling, ...]
    places: Mapping[int, Place]
    whole: bool = True

    def run(self, store: Store) -> None:
        """Write evidence and line of each pair, and the units of the accepted ones, in their order."""
        import polars as pl

        shelf = DocumentShelf(store, self.places)
        shown = self._shown(store)
        pairs = [_with_evidence(one, shelf, store, seen) for one, seen in zip(self.tellings, shown, strict=True)]
        bitexts = self._bitexts(store, shelf, pairs) if self.whole else []
        lines = [json.dumps(alignments.record(bitext, {}), ensure_ascii=False) for bitext in bitexts]
        columns = {"evidence": [list(pair.evidence) for pair in pairs], "line": lines or [""] * len(pairs)}
        told = pl.DataFrame(columns, schema={"evidence": pl.List(pl.String), "line": pl.String})
        units = [unit for bitext in bitexts if bitext.pair.pair_class != "related" for unit in bitext.units()]
        files = [(".parquet", parquet(told)), (UNITS, parquet(unit_table(units)))]
        store.write(self.kind, self.key, files)

    def _shown(self, store: Store) -> list[Any]:
        tables = {key: [item for item, _ in found(store, key)] for key in {one.aligned[0] for one in self.tellings}}
        return [tables[key][row] for key, row in (one.aligned for one in self.tellings)]

    def _bitexts(self, store: Store, shelf: DocumentShelf, pairs: Sequence[DocumentPair]) -> list[Bitext]:
        tables = {key: store.read(AlignedTask.kind, key) for key in {one.aligned[0] for one in self.tellings}}
        bitexts = []
        for one, pair in zip(self.tellings, pairs, strict=True):
            aligned = aligned_of(tables[one.aligned[0]].row(one.aligned[1], named=True))
            vi, en = (shelf(ref) for ref in one.refs)
            sides = vi.document, en.document, vi.segments, en.segments
            bitexts.append(Bitext(pair, *sides, aligned.beads, aligned.links, aligned.covers))
        return crosscheck.contradicted(bitexts, _Sides(self.tellings, shelf))


class _Sides(dict[Any, Any]):
    """Language and id of a document -> its segments; read when they are asked for."""

    def __init__(self, tellings: Sequence[Telling], shelf: DocumentShelf) -> None:
        self._shelf = shelf
        self._refs = {("vi", one.pair.vi_doc): one.refs[0] for one in tellings}
        self._refs |= {("en", one.pair.en_doc): one.refs[1] for one in tellings}

    def __missing__(self, key: Any) -> Any:
        return self._shelf(self._refs[key]).side


def _with_evidence(one: Telling, shelf: DocumentShelf, store: Store, seen: Any) -> DocumentPair:
    vi, en = (shelf(ref) for ref in one.refs)
    collection = usual.collection(store.folder, one.collection)
    told = evidence.shared(vi, en, seen, one.bimax, collection)
    return replace(one.pair, evidence=(*told, *one.pair.evidence))


def unit_table(units: Sequence[Unit]) -> pl.DataFrame:
    """Units as a table."""
    import polars as pl

    types: dict[str, Any] = dict.fromkeys(("id", "vi", "en"), pl.String)
    types |= dict.fromkeys(("quality", "similarity", "margin"), pl.Float64)
    types |= dict.fromkeys(("shape", "vi_doc", "en_doc"), pl.String)
    types |= dict.fromkeys(("vi_segments", "en_segments"), pl.List(pl.Int32))
    types |= {"vi_date": pl.Date, "en_date": pl.Date, "event": pl.String, "flags": pl.List(pl.String)}
    return pl.DataFrame({name: [_cell(getattr(unit, name)) for unit in units] for name in types}, schema=types)


def _cell(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def units(store: Store, key: str) -> Iterator[Unit]:
    """The units that a `ToldTask` wrote."""
    for row in store.read(ToldTask.kind, key, suffix=UNITS).iter_rows(named=True):
        lists = {name: tuple(row[name]) for name in ("vi_segments", "en_segments", "flags")}
        yield Unit(**row | lists)
