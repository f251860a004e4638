"""A run's corpus with the decisions of its reviewers applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from align.review.desk import BOUND, Desk, Item
from align.types import Unit


def reviewed_units(desk: Desk) -> Iterator[Unit]:
    """Units that hold, in corpus order.

    Undecided units are in as far as the build kept them; accepted ones are in whatever the build said. A unit that a
    reviewer decided on carries flags `reviewed_by:NAME` and `reviewed_at:TIME`; one with changed text `edited`, one
    whose segments a reviewer chose `regrouped`: its scores are those of the best bead of the build that it replaces.
    """
    numbers = sorted({item.pair for item in desk.items.values()})
    of_pair: dict[int, list[Item]] = {number: [] for number in numbers}
    for item in desk.items.values():
        of_pair[item.pair].append(item)
    for number in numbers:
        for item in sorted(of_pair[number], key=lambda item: (item.vi, item.en)):
            if _holds(desk, item):
                yield _unit(desk, item)


def _holds(desk: Desk, item: Item) -> bool:
    state = desk.state(item.id)
    return state in {"accept", "edit", "bind"} or (not state and item.fate == "kept")


def _unit(desk: Desk, item: Item) -> Unit:
    pair = desk.pair(item.pair)
    overlapping = [link for link in pair.links if set(link.vi) & set(item.vi) or set(link.en) & set(item.en)]
    link = desk.link(item) or max(overlapping, key=lambda link: link.quality, default=None)
    vi, en = desk.text(item)
    unit = Unit(
        id=item.id,
        vi=vi,
        en=en,
        quality=item.quality,
        similarity=link.similarity if link else 0.0,
        margin=link.margin if link else 0.0,
        shape=f"{len(item.vi)}-{len(item.en)}",
        vi_doc=pair.vi.doc,
        en_doc=pair.en.doc,
        vi_segments=item.vi,
        en_segments=item.en,
        vi_date=date.fromisoformat(pair.vi.date) if pair.vi.date else None,
        en_date=date.fromisoformat(pair.en.date) if pair.en.date else None,
        event=pair.event,
        flags=link.flags if link and item.fate != BOUND else (),
    )
    return _signed(desk, unit, item)


def _signed(desk: Desk, unit: Unit, item: Item) -> Unit:
    decision = desk.verdicts.get(item.id)
    if decision is None:
        return unit
    done = [*["edited"] * (decision.kind == "edit"), *["regrouped"] * (item.fate == BOUND)]
    flags = (*unit.flags, *done, f"reviewed_by:{decision.reviewer}", f"reviewed_at:{decision.at}")
    if decision.kind == "edit":
        unit = replace(unit, vi=decision.vi, en=decision.en)
    return replace(unit, flags=flags)
