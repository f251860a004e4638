"""Development document pairs for fitting: as they are, in another order, and with parts left out."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from align.beads import Side, make_side
from align.encoders import static_encoder
from align.formats.gold import GoldDocument, read_gold_folder
from align.types import Bead, Encoder

LEVELS: Final = ("parallel", "news", "comparable")


@dataclass(frozen=True)
class Example:
    """A development document pair; `quarter` (0-3) splits those of either parity."""

    level: str
    odd: bool
    quarter: int
    vi: Side
    en: Side
    gold: tuple[Bead, ...]


@dataclass(frozen=True)
class Looseness:
    """How two newsrooms' reports differ from a translation: shares, as the development set's README gives them."""

    joined: float
    dropped: float
    strange: float
    block_moved: bool


NEWS: Final = Looseness(joined=0.13, dropped=0.20, strange=0.05, block_moved=False)
COMPARABLE: Final = Looseness(joined=0.08, dropped=0.55, strange=0.15, block_moved=True)


def example(document: GoldDocument, level: str, encoder: Encoder) -> Example:
    """A document pair with vectors and anchors."""
    featurizer = static_encoder().featurizer
    vi = make_side(document.vi, encoder.encode(document.vi), "vi", featurizer)
    en = make_side(document.en, encoder.encode(document.en), "en", featurizer)
    number = int(re.sub(r"\D", "", document.name))
    return Example(level, number % 2 == 1, number // 2 % 4, vi, en, document.beads)


def read_documents(folder: Path) -> Iterator[tuple[str, GoldDocument]]:
    """All development documents by level."""
    for level in LEVELS:
        for document in read_gold_folder(folder / level):
            yield level, document


def read_examples(folder: Path, encoder: Encoder, *, more: bool = True) -> list[Example]:
    """Development pairs by level.

    Args:
        folder: with a folder for each level.
        encoder: maps segments to vectors.
        more: also those of the looser levels in another order, and looser versions made of odd faithful pairs.
    """
    documents = list(read_documents(folder))
    examples = [example(document, level, encoder) for level, document in documents]
    if more:
        looser = [pair for pair in documents if pair[0] != "parallel"]
        examples += [example(reordered(d, level), f"{level}, reordered", encoder) for level, d in looser]
        examples += [example(document, "made", encoder) for document in made_of([d for d in documents if is_odd(d[1])])]
    return examples


def is_odd(document: GoldDocument) -> bool:
    """Whether the document is one of those to fit on."""
    return int(re.sub(r"\D", "", document.name)) % 2 == 1


def made_of(documents: Sequence[tuple[str, GoldDocument]]) -> Iterator[GoldDocument]:
    """Two looser versions of either kind of each faithful pair, and a comparable one of each of level `news`."""
    strangers = [
        (document.vi[bead.vi[0]], document.en[bead.en[0]])
        for _, document in documents
        for bead in document.beads
        if bead.shape == "1-1"
    ]
    for level, document in documents:
        kinds = {"parallel": (NEWS, NEWS, COMPARABLE, COMPARABLE), "news": (COMPARABLE,)}.get(level, ())
        for number, kind in enumerate(kinds):
            made = loosened(document, kind, strangers, random.Random(f"{document.name} {number}"))
            if made.vi and made.en:
                yield made


def loosened(
    document: GoldDocument, how: Looseness, strangers: Sequence[tuple[str, str]], rng: random.Random
) -> GoldDocument:
    """The document as two newsrooms might have written it: neighbors joined, segments dropped, strangers inserted."""
    pairs = _joined(_texts(document), how.joined, rng)
    order = _with_block_moved(len(pairs), rng) if how.block_moved else list(range(len(pairs)))
    vi_texts, vi_places = _told([vi for vi, _ in pairs], range(len(pairs)), how, [vi for vi, _ in strangers], rng)
    en_texts, en_places = _told([en for _, en in pairs], order, how, [en for _, en in strangers], rng)
    links = [Bead(vi_places[k], en_places[k]) for k in range(len(pairs)) if k in vi_places and k in en_places]
    return GoldDocument(document.name, tuple(vi_texts), tuple(en_texts), _tiled(links, len(vi_texts), len(en_texts)))


_Pair = tuple[list[str], list[str]]


def _texts(document: GoldDocument) -> list[_Pair]:
    links = sorted(bead for bead in document.beads if not bead.is_null)
    return [([document.vi[k] for k in bead.vi], [document.en[k] for k in bead.en]) for bead in links]


def _joined(pairs: Sequence[_Pair], share: float, rng: random.Random) -> list[_Pair]:
    """Some neighboring 1-1 pairs made one bead, joined on one side."""
    result: list[_Pair] = []
    for vi, en in pairs:
        last = result[-1] if result else ([], [])
        if len(last[0]) == len(last[1]) == len(vi) == len(en) == 1 and rng.random() < share:
            side = rng.randrange(2)
            both = [*last[0], *vi], [*last[1], *en]
            both[side][:] = [" ".join(both[side])]
            result[-1] = both
        else:
            result.append((vi, en))
    return result


def _with_block_moved(n: int, rng: random.Random) -> list[int]:
    order = list(range(n))
    if n <= 6:
        return order
    size = rng.randint(2, n // 3)
    start = rng.randrange(n - size)
    block, rest = order[start : start + size], order[:start] + order[start + size :]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + block + rest[at:]


def _told(
    groups: Sequence[list[str]], order: Sequence[int], how: Looseness, strangers: Sequence[str], rng: random.Random
) -> tuple[list[str], dict[int, tuple[int, ...]]]:
    """One side's segments, and where those of each group stand."""
    texts: list[str] = []
    places: dict[int, tuple[int, ...]] = {}
    for number in order:
        if rng.random() >= how.dropped:
            places[number] = tuple(range(len(texts), len(texts) + len(groups[number])))
            texts += groups[number]
        if rng.random() < how.strange:
            texts.append(rng.choice(strangers))
    return texts, places


def _tiled(links: Sequence[Bead], n: int, m: int) -> tuple[Bead, ...]:
    vi, en = ({k for bead in links for k in getattr(bead, side)} for side in ("vi", "en"))
    nulls = [Bead((k,), ()) for k in range(n) if k not in vi] + [Bead((), (k,)) for k in range(m) if k not in en]
    return (*links, *nulls)


def reordered(document: GoldDocument, level: str) -> GoldDocument:
    """The document with its English told in another order, as a second newsroom may: blocks of 1-4 beads permuted.

    The development set moves one block at most, and real reports more; without these the models trust order too much.
    """
    rng = random.Random(f"{level} {document.name}")
    blocks: list[list[int]] = [[]]
    links = {k: number for number, bead in enumerate(document.beads) for k in bead.en if len(bead.en) > 1}
    size = rng.randint(1, 4)
    for k in range(len(document.en)):
        if len(blocks[-1]) >= size and not (k in links and links[k] == links.get(k - 1)):
            blocks.append([])
            size = rng.randint(1, 4)
        blocks[-1].append(k)
    rng.shuffle(blocks)
    order = [k for block in blocks for k in block]
    place = {k: at for at, k in enumerate(order)}
    beads = tuple(Bead(bead.vi, tuple(sorted(place[k] for k in bead.en))) for bead in document.beads)
    return GoldDocument(document.name, document.vi, tuple(document.en[k] for k in order), beads)
