"""Overlap of a test set with training text: the same sentences, nearly the same, the same events.

The training text is streamed; memory holds the test set's shingles alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from align.bench.records import Contamination, TestSet
from align.formats import tsv
from align.formats.pairs import read_pairs
from align.text import fold, nfc

_WORD: Final = re.compile(r"\w+")
_SHINGLE: Final = 4  # words
_NEAR: Final = 0.6  # Jaccard of shingles: one word in ten changed leaves about that
_INSIDE: Final = 0.9  # of the shorter one's shingles: a sentence inside a longer one
_LEAST_INSIDE: Final = 6  # shingles
_LEAST: Final = 6  # words: shorter sentences are everybody's
_MOST: Final = 0.5  # of a document's or event's segments found in training text


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """A pair of training text; documents and event are empty where the file does not say."""

    texts: tuple[str, str]
    docs: tuple[str, ...] = ()
    event: str = ""


def key(text: str) -> str:
    """The form in which two sentences count as the same: folded words, single spaces."""
    return " ".join(_WORD.findall(fold(nfc(text))))


def shingles(folded: str) -> frozenset[str]:
    """Runs of four words; the whole where it is shorter."""
    words = folded.split()
    if len(words) < _SHINGLE:
        return frozenset([folded])
    return frozenset(" ".join(words[k : k + _SHINGLE]) for k in range(len(words) - _SHINGLE + 1))


class Overlap:
    """Looks sentences up among those of a test set."""

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        """Index (segment, sentence); a segment may have several sentences."""
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._sets: list[tuple[int, frozenset[str]]] = []
        self._index: dict[str, list[int]] = defaultdict(list)
        for segment, text in texts:
            folded = key(text)
            if len(folded.split()) < _LEAST:
                continue
            self._exact[folded].add(segment)
            number = len(self._sets)
            self._sets.append((segment, shingles(folded)))
            for shingle in self._sets[number][1]:
                self._index[shingle].append(number)

    def exact(self, text: str) -> set[int]:
        """Segments with this very sentence, letter case, diacritics and punctuation aside."""
        return self._exact.get(key(text), set())

    def near(self, text: str) -> set[int]:
        """Segments with nearly this sentence, or with one that stands whole in the other."""
        own = shingles(key(text))
        shared = Counter(number for shingle in own for number in self._index.get(shingle, ()))
        found = set()
        for number, count in shared.items():
            segment, theirs = self._sets[number]
            shorter = min(len(own), len(theirs))
            inside = shorter >= _LEAST_INSIDE and count >= _INSIDE * shorter
            if inside or count / (len(own) + len(theirs) - count) >= _NEAR:
                found.add(segment)
        return found


def read_training(path: Path) -> Iterator[TrainingPair]:
    """Training pairs of any corpus file or build folder, with documents and event where a TSV has the columns."""
    table = path / "corpus.tsv" if path.is_dir() else path
    if table.name.endswith(".tsv") and table.exists():
        for _, row in tsv.read_table(table, ("vi", "en")):
            docs = tuple(row[name] for name in ("vi_doc", "en_doc", "doc") if row.get(name))
            yield TrainingPair((row["vi"], row["en"]), docs, row.get("event", ""))
    else:
        for pair in read_pairs(path):
            yield TrainingPair((pair.vi, pair.en), (pair.doc,) if pair.doc else ())


def contamination(test_set: TestSet, pairs: Iterable[TrainingPair], name: str) -> Contamination:
    """Compare a test set with training pairs; each side with its own language's."""
    sides = [Overlap((k, line) for ref in test_set.refs for k, line in enumerate(ref))]
    sides.append(Overlap(enumerate(test_set.src or ())))
    if test_set.lang == "vi":
        target, source = 0, 1
    else:
        target, source = 1, 0
    exact: set[int] = set()
    near: set[int] = set()
    docs: set[str] = set()
    events: set[str] = set()
    count = 0
    for pair in pairs:
        count += 1
        docs.update(pair.docs)
        events.add(pair.event)
        for side, text in ((sides[0], pair.texts[target]), (sides[1], pair.texts[source])):
            exact |= side.exact(text)
            near |= side.near(text)
    near -= exact
    places = test_set.places
    shared_docs = {place.doc for place in places if place.doc and set(place.doc.split("+")) & docs}
    shared_docs |= _mostly([place.doc for place in places], exact | near)
    shared_events = {place.event for place in places if place.event and place.event in events}
    shared_events |= {place.event for place in places if place.event and place.doc in shared_docs}
    shared_events |= _mostly([place.event for place in places], exact | near)
    return Contamination(name, count, tuple(sorted(exact)), tuple(sorted(near)), tuple(sorted(shared_docs)),
                         tuple(sorted(shared_events)))  # fmt: skip


def _mostly(labels: list[str], found: set[int]) -> set[str]:
    """Documents or events most of whose segments were found."""
    totals = Counter(labels)
    hits = Counter(labels[k] for k in found if k < len(labels))
    return {label for label, hit in hits.items() if label and hit >= _MOST * totals[label]}
