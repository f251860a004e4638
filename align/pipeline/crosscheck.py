"""What the other reports of an event say of a link.

Two Vietnamese sentences that translate the same English sentence resemble each other. Where a surer link of another
document pair claims the segment, and the two claims do not resemble each other, both cannot be right: the weaker one is
then at most as likely as the surer one is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from align import beads
from align.beads import Side
from align.bitext import Bitext, Link
from align.types import Lang

# Cosine of two sentences of one language that are not the same report. Set with a wrong link of real articles (.23) and
# the links of the sample that share a segment with a surer one (.53 or more) in view; measured on nothing else.
_STRANGERS: Final = 0.4
_SURE: Final = 0.9


@dataclass(frozen=True, slots=True)
class _Claim:
    """A link's claim on segments of one document: what it offers for them from another."""

    bitext: int
    link: int
    segments: frozenset[int]
    other_doc: str
    other: tuple[int, ...]
    quality: float


def contradicted(bitexts: Sequence[Bitext], sides: Mapping[tuple[Lang, str], Side]) -> list[Bitext]:
    """Lower the quality of links that a surer link of another accepted pair contradicts.

    Args:
        bitexts: classified pairs; related ones are left alone.
        sides: language and document id -> segments of the document.
    """
    capped: dict[tuple[int, int], tuple[float, str]] = {}
    for lang in ("vi", "en"):
        for claims in _claims(bitexts, lang).values():
            for weak in claims:
                for sure in claims:
                    if _contradicts(sure, weak, "en" if lang == "vi" else "vi", sides):
                        limit = round(1 - sure.quality, 4)
                        flag = f"contradicted_by:{sure.other_doc}"
                        key = (weak.bitext, weak.link)
                        capped[key] = min(capped.get(key, (1.0, "")), (limit, flag))
    return [_with_caps(bitext, number, capped) for number, bitext in enumerate(bitexts)]


def _claims(bitexts: Sequence[Bitext], lang: Lang) -> dict[str, list[_Claim]]:
    """Claims by the document of a language that they are made on."""
    found: dict[str, list[_Claim]] = defaultdict(list)
    for number, bitext in enumerate(bitexts):
        if bitext.pair.pair_class == "related":
            continue
        own, other = (bitext.pair.vi_doc, bitext.pair.en_doc)[:: 1 if lang == "vi" else -1]
        for k, link in enumerate(bitext.links):
            mine, theirs = (link.bead.vi, link.bead.en)[:: 1 if lang == "vi" else -1]
            found[own].append(_Claim(number, k, frozenset(mine), other, theirs, link.quality))
    return found


def _contradicts(sure: _Claim, weak: _Claim, lang: Lang, sides: Mapping[tuple[Lang, str], Side]) -> bool:
    if sure.quality < max(_SURE, weak.quality) or sure.other_doc == weak.other_doc:
        return False
    if sure.quality == weak.quality or sure.segments.isdisjoint(weak.segments):
        return False
    one = beads.run_vector(sides[lang, sure.other_doc], sure.other)
    other = beads.run_vector(sides[lang, weak.other_doc], weak.other)
    return float(one @ other) < _STRANGERS


def _with_caps(bitext: Bitext, number: int, capped: Mapping[tuple[int, int], tuple[float, str]]) -> Bitext:
    links = list(bitext.links)
    for k, link in enumerate(links):
        limit, flag = capped.get((number, k), (1.0, ""))
        if limit < link.quality:
            links[k] = _lowered(link, limit, flag)
    if all(new is old for new, old in zip(links, bitext.links, strict=True)):
        return bitext
    nulls = [bead for bead in bitext.beads if bead.is_null]
    return replace(bitext, links=tuple(links), beads=(*(link.bead for link in links), *nulls))


def _lowered(link: Link, quality: float, flag: str) -> Link:
    return replace(link, quality=quality, bead=replace(link.bead, quality=quality), flags=(*link.flags, flag))
