"""A text from which one finder after the other takes its pieces, so that no two anchors overlap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from align.types import Anchor

FILL: Final = "\x1f"  # stands for a character already taken: no letter, digit, blank or stop
Reader: TypeAlias = Callable[[re.Match[str]], "tuple[Anchor, ...] | None"]


_DIGIT: Final = re.compile(r"\d")


def has_digits(text: str) -> bool:
    """Whether there is any digit: most segments have none, and are spared the patterns for digits."""
    return _DIGIT.search(text) is not None


class Sheet:
    """Attributes: `text` as given, `rest` with taken characters blotted out (same length), `found` so far."""

    def __init__(self, text: str) -> None:
        """Start with nothing taken."""
        self.text = text
        self.rest = text
        self.found: list[Anchor] = []

    def sweep(self, pattern: re.Pattern[str], read: Reader) -> None:
        """Take every match of a pattern that `read` accepts.

        Args:
            pattern: searched in the rest.
            read: gives the anchors of a match (none for what only looks like one), or None to leave it.
        """

        def blot(match: re.Match[str]) -> str:
            anchors = read(match)
            if anchors is None:
                return match[0]
            self.found.extend(anchors)
            return FILL * len(match[0])

        self.rest = pattern.sub(blot, self.rest)

    def anchors(self) -> tuple[Anchor, ...]:
        """All found, in order of position."""
        return tuple(sorted(self.found, key=lambda anchor: anchor.start))
