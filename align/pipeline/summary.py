"""What a dataset card says of a corpus, gathered unit by unit and article by article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from align.digests import Digests
from align.text import host
from align.types import Document, Unit

BANDS: Final = ((0.9, 1.01, "0.9 to 1"), (0.7, 0.9, "0.7 to 0.9"), (0.5, 0.7, "0.5 to 0.7"), (0.0, 0.5, "below 0.5"))


class _Distinct:
    """Counts different names in 16 bytes for each run of equal ones: units of one place mostly stand together."""

    def __init__(self) -> None:
        self._last: str | None = None
        self._digests = Digests()

    def add(self, name: str) -> None:
        """Add a name, again or for the first time."""
        if name != self._last:
            self._digests.add(name)
            self._last = name

    def count(self) -> int:
        """How many different ones."""
        return int(self._digests.groups().max(initial=-1)) + 1


class Summary:
    """Figures of a corpus. What is held grows by some bytes for each document pair, not with text.

    Attributes:
        units: how many.
        words: on either side, as white space divides them.
        bands: units by their quality, name of a band -> number.
        days: first and last date of an article, if any is known.
        documents: articles read, by language.
        places: hosts of the articles' addresses -> number of articles.
    """

    def __init__(self, units: Iterable[Unit] = (), documents: Iterable[Document] = ()) -> None:
        """Start with some units and articles."""
        self.units = 0
        self.words = [0, 0]
        self.bands: Counter[str] = Counter()
        self.days: tuple[date, date] | None = None
        self.documents: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self._events, self._pairs = _Distinct(), _Distinct()
        for unit in units:
            self.add_unit(unit)
        for document in documents:
            self.add_document(document)

    def add_unit(self, unit: Unit) -> None:
        """Count a unit."""
        self.units += 1
        self.words[0] += len(unit.vi.split())
        self.words[1] += len(unit.en.split())
        self.bands.update(name for low, high, name in BANDS if low <= unit.quality < high)
        for day in (unit.vi_date, unit.en_date):
            if day:
                first, last = self.days or (day, day)
                self.days = min(first, day), max(last, day)
        if unit.event:
            self._events.add(unit.event)
        self._pairs.add(f"{unit.vi_doc}\0{unit.en_doc}")

    def add_document(self, document: Document) -> None:
        """Count an article."""
        self.documents[document.lang] += 1
        if place := host(document.url):
            self.places[place] += 1

    @property
    def events(self) -> int:
        """Different events of units."""
        return self._events.count()

    @property
    def pairs(self) -> int:
        """Different document pairs of units."""
        return self._pairs.count()
