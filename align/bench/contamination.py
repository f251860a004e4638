"""Overlap of a test set with training text: the same sentences, nearly the same, the same documents and events.

What counts as the same is what `align split` counts as a leak. The training text is streamed in batches.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from align.bench.records import Contamination, TestSet
from align.curation import leaks, neardup
from align.formats import tsv
from align.formats.pairs import read_pairs

_BATCH: Final = 20_000  # pairs compared at a time: bounds memory
_LEAST: Final = 5  # words of one side: the same fewer words in both are everybody's, as in `leaks`
_MOST: Final = 0.5  # of a document's or event's segments found in training text


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """A pair of training text; documents and event are empty where the file does not say."""

    texts: leaks.Texts
    docs: tuple[str, ...] = ()
    event: str = ""


@dataclass(slots=True)
class _Found:
    """What has been seen so far; segments by their index."""

    pairs: int = 0
    exact: set[int] = field(default_factory=set)
    near: set[int] = field(default_factory=set)
    docs: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)


def read_training(path: Path) -> Iterator[TrainingPair]:
    """Training pairs of any corpus file or build folder, with documents and event where a TSV has the columns.

    Raises:
        InputError: there is no such file, or no reader for its name.
        FormatError: the file breaks its format.
    """
    table = path / "corpus.tsv" if path.is_dir() else path
    if table.name.endswith(".tsv") and table.exists():
        for _, row in tsv.read_table(table, ("vi", "en")):
            docs = tuple(row[name] for name in ("vi_doc", "en_doc", "doc") if row.get(name))
            yield TrainingPair((row["vi"], row["en"]), docs, row.get("event", ""))
    else:
        for pair in read_pairs(path):
            yield TrainingPair((pair.vi, pair.en), (pair.doc,) if pair.doc else ())


def contamination(test_set: TestSet, pairs: Iterable[TrainingPair], name: str) -> Contamination:
    """Compare a test set with training pairs; each side with its own language's.

    Args:
        test_set: every reference is compared, and the source where it is known.
        pairs: of training text.
        name: of the training text.
    """
    texts, segments = _texts(test_set)
    keys = _keys(texts, segments)
    found = _Found()
    stream = iter(pairs)
    while batch := list(islice(stream, _BATCH)):
        found.pairs += len(batch)
        found.docs.update(doc for pair in batch for doc in pair.docs)
        found.events.update(pair.event for pair in batch)
        for pair in batch:
            for side in (0, 1):
                found.exact |= keys.get((side, neardup.key(pair.texts[side])), set())
        alike = leaks.contaminated(texts, [pair.texts for pair in batch])
        found.near.update(segments[number] for number in alike)
    return _summary(test_set, found, name)


def _texts(test_set: TestSet) -> tuple[list[leaks.Texts], list[int]]:
    """A pair of texts a segment and reference, and which segment each is."""
    source = test_set.src or ("",) * len(test_set)
    rows = [(k, source[k], ref[k]) for ref in test_set.refs for k in range(len(test_set))]
    texts = [(src, ref) if test_set.lang == "en" else (ref, src) for _, src, ref in rows]
    return texts, [k for k, _, _ in rows]


def _keys(texts: list[leaks.Texts], segments: list[int]) -> dict[tuple[int, str], set[int]]:
    """Side and text in the form in which two are the same -> segments that have it."""
    keys: dict[tuple[int, str], set[int]] = defaultdict(set)
    for sides, segment in zip(texts, segments, strict=True):
        for side, text in enumerate(sides):
            key = neardup.key(text)
            if len(key.split()) >= _LEAST:
                keys[side, key].add(segment)
    return keys


def _summary(test_set: TestSet, found: _Found, name: str) -> Contamination:
    places = test_set.places
    near = found.near - found.exact
    docs = {place.doc for place in places if place.doc and set(place.doc.split("+")) & found.docs}
    docs |= _mostly([place.doc for place in places], found.exact | near)
    events = {place.event for place in places if place.event and (place.event in found.events or place.doc in docs)}
    events |= _mostly([place.event for place in places], found.exact | near)
    return Contamination(name, found.pairs, tuple(sorted(found.exact)), tuple(sorted(near)), tuple(sorted(docs)),
                         tuple(sorted(events)))  # fmt: skip


def _mostly(labels: list[str], found: set[int]) -> set[str]:
    """Documents or events most of whose segments were found."""
    totals = Counter(labels)
    hits = Counter(labels[k] for k in found if k < len(labels))
    return {label for label, hit in hits.items() if label and hit >= _MOST * totals[label]}
