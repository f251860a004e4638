"""What a report is made from: the lines of `alignments.jsonl` and the tables beside it, as frozen records."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.errors import FormatError
from align.formats.reading import json_of, numbered_lines
from align.text import host

ALIGNMENTS: Final = "alignments.jsonl"
# Classes of quality that colors, filters and counts share: name -> lower bound.
BANDS: Final = (("q9", 0.9), ("q7", 0.7), ("q5", 0.5), ("q0", 0.0))
UNUSED: Final = "related_documents"  # fate of beads of document pairs that feed nothing
_TITLE: Final = 110  # characters of a first sentence that stands for a title
_AGENCY: Final = re.compile(r"\(([^()]{2,40})\)\s*[-–—]?\s*$|^[-–—]\s*([^\s].{1,39})$")


@dataclass(frozen=True, slots=True)
class Side:
    """One document of a pair: `spans` are the offsets of its segments in `text`."""

    doc: str
    lang: str
    title: str
    date: str
    url: str
    outlet: str
    text: str
    spans: tuple[tuple[int, int], ...]
    furniture: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A bead that is no null; `fate` is "kept" or a reason, `moved` says that it stands out of order."""

    id: str
    vi: tuple[int, ...]
    en: tuple[int, ...]
    quality: float
    similarity: float
    margin: float
    fate: str
    flags: tuple[str, ...]
    moved: bool

    @property
    def band(self) -> str:
        """Class of its quality: "q9", "q7", "q5" or "q0"."""
        return band(self.quality)

    @property
    def kept(self) -> bool:
        """Whether it is a unit of the corpus."""
        return self.fate == "kept"


@dataclass(frozen=True, slots=True)
class Pair:
    """A document pair with everything that was found in it; links in order of the Vietnamese segments."""

    event: str
    score: float
    pair_class: str
    days_apart: int | None
    evidence: tuple[str, ...]
    vi: Side
    en: Side
    links: tuple[Link, ...]

    @property
    def used(self) -> bool:
        """Whether its units may enter the corpus."""
        return self.pair_class != "related"


def band(quality: float) -> str:
    """Class of a quality."""
    return next(name for name, low in BANDS if quality >= low or not low)


def read_pairs(folder: Path, chosen: Collection[int] | None = None) -> Iterator[Pair]:
    """The document pairs of a run, streamed.

    Args:
        folder: of the run.
        chosen: lines, from 0, to read; all if None.

    Raises:
        InputError: the file is missing.
        FormatError: a line is not what a build writes.
    """
    path = folder / ALIGNMENTS
    for number, line in numbered_lines(path):
        if chosen is not None and number - 1 not in chosen:
            continue
        try:
            yield pair_of(json_of(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"not a document pair of a build ({error!r}); run align build anew"
            raise FormatError(path, number, message) from error


def pair_of(record: Mapping[str, Any]) -> Pair:
    """A record of `alignments.jsonl` as a pair."""
    beads = [bead for bead in record["beads"] if bead["vi"] and bead["en"]]
    beads.sort(key=lambda bead: (bead["vi"], bead["en"]))
    order = in_order([(tuple(bead["vi"]), tuple(bead["en"])) for bead in beads])
    return Pair(
        event=record["event"],
        score=record["score"],
        pair_class=record["class"],
        days_apart=record["days_apart"],
        evidence=tuple(record["evidence"]),
        vi=_side(record, "vi"),
        en=_side(record, "en"),
        links=tuple(_link(bead, moved=k not in order) for k, bead in enumerate(beads)),
    )


def _side(record: Mapping[str, Any], lang: str) -> Side:
    side = record[lang]
    furniture = tuple((piece["rule"], piece["text"]) for piece in side["furniture"])
    spans = tuple((piece["start"], piece["end"]) for piece in side["segments"])
    title = side["title"] or shortened(side["text"].partition("\n")[0])
    doc = record[f"{lang}_doc"]
    return Side(doc, lang, title, side["date"] or "", side["url"] or "", outlet(side), side["text"], spans, furniture)


def shortened(text: str) -> str:
    """The opening of a text that has no title, cut between words."""
    if len(text) <= _TITLE:
        return text
    return text[: text.rfind(" ", _TITLE // 2, _TITLE)].rstrip(" ,;:") + " …"


def _link(bead: Mapping[str, Any], *, moved: bool) -> Link:
    return Link(
        id=bead["id"],
        vi=tuple(bead["vi"]),
        en=tuple(bead["en"]),
        quality=float(bead["quality"]),
        similarity=float(bead["similarity"]),
        margin=float(bead["margin"]),
        fate=bead["fate"],
        flags=tuple(bead["flags"]),
        moved=moved,
    )


def outlet(side: Mapping[str, Any]) -> str:
    """Who published an article: the site or host it gives, else the agency named in its dateline or tag, else ""."""
    if known := side.get("site") or host(side["url"]).removeprefix("www."):
        return str(known)
    for piece in side["furniture"]:
        if piece["rule"] in {"dateline", "agency_tag"} and (match := _AGENCY.search(piece["text"])):
            return (match[1] or match[2]).strip()
    return ""


def in_order(beads: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]) -> frozenset[int]:
    """The largest set of beads that run in the same order on both sides, by number of segments; the others moved.

    Args:
        beads: (vi indexes, en indexes), in order of the former.

    Returns:
        Positions in `beads`. Of several largest sets, the one found first.
    """
    best: list[tuple[int, int]] = []  # weight of the best chain that ends here, and where it came from
    for k, (vi, en) in enumerate(beads):
        before = [(best[j][0], -j) for j in range(k) if _precedes(beads[j], (vi, en))]
        weight, origin = max(before, default=(0, 1))
        best.append((weight + len(vi) + len(en), -origin))
    at = max(range(len(best)), key=lambda k: (best[k][0], -k), default=-1)
    chain: set[int] = set()
    while at >= 0:
        chain.add(at)
        at = best[at][1]
    return frozenset(chain)


def _precedes(one: tuple[tuple[int, ...], tuple[int, ...]], other: tuple[tuple[int, ...], tuple[int, ...]]) -> bool:
    return one[0][-1] < other[0][0] and one[1][-1] < other[1][0]
