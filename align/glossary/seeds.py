"""Term lists: reading them, and looking pairs up in them by the keys of their words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from align.errors import FormatError
from align.glossary.tokens import keys
from align.glossary.types import KINDS, Known
from align.glossary.wordlists import data_text

BUILT_IN: Final = ("diplomacy",)
_COLUMNS: Final = 6
_BETWEEN: Final = "; "

Keys = tuple[str, ...]


def parse(text: str, name: str) -> list[Known]:
    """Rows of a term list: `vi en kind valid_from valid_to note`, forms within a cell separated by "; ".

    Raises:
        FormatError: a line has fewer than two or more than six cells, or an unknown kind.
    """
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.rstrip("\r").split("\t")]
        if not 2 <= len(cells) <= _COLUMNS or not cells[0] or not cells[1]:
            message = f"{len(cells)} cells, expected vi, en, kind, valid_from, valid_to, note (the last four may miss)"
            raise FormatError(name, number, message)
        if cells[:2] == ["vi", "en"]:
            continue
        vi, en, kind, valid_from, valid_to, note = (*cells, *[""] * (_COLUMNS - len(cells)))
        if kind and kind not in KINDS:
            raise FormatError(name, number, f"kind {kind!r} is unknown; expected one of {', '.join(KINDS)}")
        forms = (tuple(vi.split(_BETWEEN)), tuple(en.split(_BETWEEN)))
        found.append(Known(*forms, kind or "topic", valid_from, valid_to, note))
    return found


@cache
def built_in(name: str) -> tuple[Known, ...]:
    """A list that ships with the package."""
    return tuple(parse(data_text(f"{name}.tsv"), f"align/glossary/data/{name}.tsv"))


class TermList:
    """Forms of both sides by the keys of their words."""

    def __init__(self, terms: Iterable[Known]) -> None:
        """Index the forms."""
        self.pairs: dict[tuple[Keys, Keys], Known] = {}
        self.vi: dict[Keys, list[Known]] = {}
        self.en: dict[Keys, list[Known]] = {}
        for term in terms:
            left, right = [plain(form, "vi") for form in term.vi], [plain(form, "en") for form in term.en]
            for vi in left:
                self.vi.setdefault(vi, []).append(term)
                self.pairs.update({(vi, en): term for en in right if (vi, en) not in self.pairs})
            for en in right:
                self.en.setdefault(en, []).append(term)

    def find(self, vi: Keys, en: Keys) -> Known | None:
        """The row that pairs two forms, if any."""
        return self.pairs.get((bare(vi), plain(" ".join(en), "en")))


def plain(form: str, lang: str) -> Keys:
    """Keys of a form without joining words that its language may leave out."""
    words = bare(keys(form, "vi" if lang == "vi" else "en"))
    if lang == "en":
        words = tuple(part for word in words for part in (("united", "nation") if word == "un" else (word,)))
        words = tuple(" ".join(words).replace("viet nam", "vietnam").split())
    return words


def bare(words: Keys) -> Keys:
    """Keys without marks, articles, and the "và" that a comma may stand for."""
    return tuple(word for word in words if word[0].isalnum() and word not in ("the", "và", "and", "a"))
