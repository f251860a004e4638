"""A unit as the review page shows it: plain data for JSON. Nothing in it is markup."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from align import anchors
from align.report.marks import cut, judge, texts
from align.report.records import Pair, Side, band
from align.review.desk import Desk, Item
from align.review.glossary import Terms
from align.review.store import Decision

_AROUND: Final = 3  # segments shown before and after a unit


def unit_view(desk: Desk, item: Item, terms: Terms, *, whole: bool = False) -> dict[str, Any]:
    """Everything about a unit: its text with marked anchors, its neighborhood, scores, decisions and terms.

    Args:
        desk: the run.
        item: the unit.
        terms: the glossary.
        whole: both articles whole, not only the segments around the unit.
    """
    pair, link = desk.pair(item.pair), desk.link(item)
    decision = desk.verdicts.get(item.id)
    vi, en = desk.text(item)
    edited = decision if decision and decision.kind == "edit" else None
    now_vi, now_en = (edited.vi, edited.en) if edited else (vi, en)
    return {
        "id": item.id,
        "quality": item.quality,
        "band": band(item.quality),
        "similarity": link.similarity if link else None,
        "margin": link.margin if link else None,
        "shape": f"{len(item.vi)}-{len(item.en)}",
        "fate": item.fate,
        "flags": list(link.flags) if link else [],
        "moved": bool(link and link.moved),
        "event": pair.event,
        "text": {"vi": now_vi, "en": now_en},
        "pieces": pieces(now_vi, now_en),
        "sides": {
            side.lang: _side(side, chosen, whole=whole) for side, chosen in ((pair.vi, item.vi), (pair.en, item.en))
        },
        "state": desk.state(item.id),
        "decision": _said(decision),
        "comments": [_said(comment) for comment in desk.comments.get(item.id, ())],
        "terms": terms.in_unit(now_vi, now_en, desk.terms),
    }


def pieces(vi: str, en: str) -> dict[str, list[tuple[str, str]]]:
    """Both texts cut at numbers, dates and names: (text, mark) pairs."""
    in_vi, in_en = anchors.find(vi, "vi"), anchors.find(en, "en")
    return {
        "vi": [(piece.text, piece.mark) for piece in cut(vi, in_vi, judge(in_vi, in_en))],
        "en": [(piece.text, piece.mark) for piece in cut(en, in_en, judge(in_en, in_vi))],
    }


def _side(side: Side, chosen: tuple[int, ...], *, whole: bool) -> dict[str, Any]:
    all_texts = texts(side)
    around = len(all_texts) if whole else _AROUND
    first, last = max(0, chosen[0] - around), min(len(all_texts), chosen[-1] + around + 1)
    near = [{"k": k, "text": all_texts[k], "on": k in chosen} for k in range(first, last)]
    return {"doc": side.doc, "title": side.title, "date": side.date, "outlet": side.outlet, "near": near}


def _said(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    data = asdict(decision)
    return {name: data[name] for name in ("kind", "reviewer", "at", "comment")}


def row_view(desk: Desk, item: Item) -> dict[str, Any]:
    """A unit in the queue."""
    pair: Pair = desk.pair(item.pair)
    vi, en = desk.text(item)
    return {
        "id": item.id,
        "quality": item.quality,
        "band": band(item.quality),
        "state": desk.state(item.id),
        "vi": vi[:140],
        "en": en[:140],
        "title": pair.vi.title,
    }
