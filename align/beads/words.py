"""What the words of two documents say of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from align.beads.coverage import Coverage, Vocabulary
from align.beads.lexical import Lexical
from align.beads.side import Side
from align.encoders.translations import Translations


class Lexicon(Vocabulary, Protocol):
    """The embedded encoder: vectors of words, and which translates which."""

    @property
    def translations(self) -> Translations:
        """Its table of translations."""
        ...


@dataclass(frozen=True)
class Words:
    """Word coverage by vectors, and log-likelihood ratios by the table of translations."""

    coverage: Coverage
    lexical: Lexical

    @classmethod
    def of(cls, vi: Side, en: Side, lexicon: Lexicon) -> Words:
        """Look up the words of two documents, neither of them empty."""
        return cls(Coverage(vi, en, lexicon), Lexical(vi, en, lexicon.translations))
