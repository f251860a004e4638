"""Why two documents were matched, in words that a person can check: dates, numbers and names as both print them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from align import anchors, matching
from align.documents import event_dates
from align.matching import Collection, Found, MatchItem, Rivals
from align.types import Anchor, Document

if TYPE_CHECKING:
    from align.pipeline.stages import Prepared

_LISTED: Final = 5  # names, numbers or dates that are listed
_CONSIDERED: Final = 16  # names, and facts: several may be printed as one ("November 21, 2024")
_NAME: Final = "name"
# Kinds that may say the same fact, the likeliest first: 18 billion is money where the other side names the currency,
# 2025 may be a number on one side; but 27 members are not 27 percent.
_KINDS: Final = ("date", "money", "percent", "number")
_ALIKE: Final = (
    (_NAME, _NAME),
    *((kind, kind) for kind in _KINDS),
    *(("money", "number"), ("number", "money"), ("date", "number"), ("number", "date")),
)
_RANK: Final = ("number", "percent", "money", "date", "name")
_TITLES: Final = {_NAME: "names", "date": "dates", "money": "numbers", "percent": "numbers", "number": "numbers"}
_LOOSE_END: Final = re.compile(r"(?:['’]s| đến| to|[,.:\s])+$")
_Printed = tuple[str, str, str]  # title, and as the Vietnamese and the English document print it


def shared(vi: Prepared, en: Prepared, found: Found, bimax: float, collection: Collection) -> tuple[str, ...]:
    """Everything that speaks for a pair but its rivals.

    Args:
        vi: the Vietnamese document.
        en: the English one.
        found: their alignment.
        bimax: similarity of their segments.
        collection: says which names and numbers are rare.
    """
    printed = list(_printed(vi, en, collection))
    pieces = [f"published {_published(vi.document)} and {_published(en.document)}"]
    for title in ("dates", "numbers", "names"):
        listed = list(dict.fromkeys(_side_by_side(*words) for kind, *words in printed if kind == title))
        if listed:
            pieces.append(f"{title} {', '.join(listed[:_LISTED])}")
    covered = " and ".join(f"{share:.0%}" for share in found.coverage)
    return (*pieces, f"aligned {covered} of the segments", f"segment similarity {bimax:.2f}")


def _published(document: Document) -> str:
    if document.date:
        return document.date.isoformat()
    guess = event_dates.estimate(document)
    return f"undated (text suggests {guess})" if guess else "undated"


def _side_by_side(vi: str, en: str) -> str:
    if vi.casefold() == en.casefold():
        return vi
    # Of "March 11 to 13" the second day is only "13": the other side says it better.
    bare = [side for side in (vi, en) if not (side.isdigit() and len(side) <= 2)]
    return bare[0] if len(bare) == 1 else f"{vi} = {en}"


def _printed(vi: Prepared, en: Prepared, collection: Collection) -> Iterator[_Printed]:
    """Shared names and facts, the rarest first, as either document prints them for the first time."""
    items = vi.item, en.item
    names, facts = _shared(items, collection)
    for keys, of_anchor in ((names, _names), (facts, anchors.facts)):
        left, right = _first(vi, keys, of_anchor), _first(en, keys, of_anchor)
        for key in keys:
            for kind, other_kind in _ALIKE:
                if (key, kind) in left and (key, other_kind) in right:
                    yield _TITLES[max(kind, other_kind, key=_RANK.index)], left[key, kind], right[key, other_kind]
                    break


def _names(anchor: Anchor) -> tuple[str, ...]:
    return (anchor.key,) if anchor.kind == _NAME else ()


def _shared(items: tuple[MatchItem, MatchItem], collection: Collection) -> tuple[list[str], list[str]]:
    facts, names = collection.rarity(items)
    vi, en = items
    return (
        sorted(vi.names & en.names, key=lambda key: (-names[key], key))[:_CONSIDERED],
        sorted(vi.facts & en.facts, key=lambda key: (-facts[key], key))[:_CONSIDERED],
    )


def _first(
    document: Prepared, keys: Sequence[str], of_anchor: Callable[[Anchor], tuple[str, ...]]
) -> Mapping[tuple[str, str], str]:
    """(key, kind) -> text of the first anchor of that kind that says it; only segments with a key are read."""
    wanted, found = set(keys), dict[tuple[str, str], str]()
    side = document.side
    for segment, facts, names in zip(document.segments, side.facts, side.names, strict=True):
        if wanted.isdisjoint(facts) and wanted.isdisjoint(names):
            continue
        for anchor in anchors.find(segment.text, document.document.lang):
            for key in wanted.intersection(of_anchor(anchor)):
                found.setdefault((key, anchor.kind), _cell(segment.text[anchor.start : anchor.end]))
        wanted -= {key for key, kind in found if kind == _NAME}  # a fact may stand there as another kind, too
    return found


def _cell(text: str) -> str:
    """Text that can stand in a list whose items end with a semicolon or comma, without what is not its own."""
    return _LOOSE_END.sub("", " ".join(text.replace(";", " ").split()))


def of_rivals(
    place: int, found: Rivals, pairs: Mapping[int, tuple[int, int, float]], ids: Callable[[int], tuple[str, str]]
) -> tuple[str, ...]:
    """The strongest other candidates of either document, and how far behind this pair they are.

    Args:
        place: position of the pair.
        found: its rivals.
        pairs: position -> numbers of both documents and probability.
        ids: position -> ids of both documents.
    """
    pieces = []
    for rival, where in ((found.inside, ", same event"), (found.outside, "")):
        if rival is not None:
            ahead = matching.log_odds(pairs[place][2]) - matching.log_odds(pairs[rival][2])
            vi, en = ids(rival)
            other = en if pairs[rival][0] == pairs[place][0] else vi
            how = f"{abs(ahead):.1f} log-odds {'behind' if ahead >= 0 else 'ahead'}"
            pieces.append(f"rival {other} ({pairs[rival][2]:.4f}{where}) {how}")
    return tuple(pieces) or ("no rival in the window",)
