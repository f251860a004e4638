"""The review page over HTTP: for this machine alone, behind a token, one request at a time.

A page of another site cannot reach it: the host must be the one it was started for, the token is part of every
address, and a decision must come as JSON from a page of this very origin.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from align.errors import AlignError
from align.formats.reading import json_of
from align.report import page
from align.review.desk import Desk, Item
from align.review.glossary import Terms, term_id
from align.review.store import Decision, Place
from align.review.view import row_view, unit_view

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_MOST_BYTES: Final = 1 << 17  # of a request: no unit is longer
_MOST_TEXT: Final = 20_000
_MOST_NAME: Final = 60
_QUEUE: Final = 60
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "frame-ancestors 'none'",  # which the policy inside a page cannot say
    "X-Frame-Options": "DENY",
}
_TERM_VERDICTS: Final = frozenset({"accepted", "rejected"})


class _Refused(Exception):  # noqa: N818 - it says what the page shows
    """A request that makes no sense; the message goes to the page."""


@dataclass(frozen=True)
class Office:
    """What the server answers from."""

    desk: Desk
    terms: Terms
    token: str
    hosts: frozenset[str]  # values of the Host header that are served


def make_app(office: Office) -> Starlette:
    """The ASGI application."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    def guarded(answer: Callable[[Office, Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
        async def guard(request: Request) -> Response:
            return await _guarded(office, answer, request)

        return guard

    return Starlette(
        routes=[
            Route("/{token}/", guarded(_page)),
            Route("/{token}/queue", guarded(_queue)),
            Route("/{token}/unit/{unit}", guarded(_unit)),
            Route("/{token}/decide", guarded(_decide), methods=["POST"]),
            Route("/{token}/undo", guarded(_undo), methods=["POST"]),
        ]
    )


async def _guarded(office: Office, answer: Callable[[Office, Request], Awaitable[Any]], request: Request) -> Response:
    from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse

    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    token = request.path_params["token"].encode()
    if host not in office.hosts or (origin is not None and origin != f"http://{host}"):
        return PlainTextResponse("Only pages of this server are served.", 403)
    if not secrets.compare_digest(token, office.token.encode()):
        return PlainTextResponse("Not found. Open the address that align review printed.", 404)
    try:
        answered = await answer(office, request)
    except (_Refused, AlignError) as error:
        return JSONResponse({"error": str(error)}, 400, headers=_HEADERS)
    page = isinstance(answered, str)
    return HTMLResponse(answered, headers=_HEADERS) if page else JSONResponse(answered, headers=_HEADERS)


async def _page(office: Office, _request: Request) -> str:
    values = {"run": office.desk.folder.resolve().name, "threshold": office.desk.threshold}
    return "".join(page.render("review.html", values, ["review.css"], ["review.js"], connect=True))


async def _queue(office: Office, request: Request) -> dict[str, Any]:
    order = request.query_params.get("order", "doubt")
    items = office.desk.queue(order, everything=request.query_params.get("all") == "1")
    rows = [row_view(office.desk, item) for item in items[:_QUEUE]]
    return {"rows": rows, "waiting": len(items), **_progress(office)}


async def _unit(office: Office, request: Request) -> dict[str, Any]:
    return unit_view(
        office.desk, _item(office, request.path_params["unit"]), office.terms, whole="whole" in request.query_params
    )


async def _decide(office: Office, request: Request) -> dict[str, Any]:
    data = await _body(request)
    kind, reviewer = _text(data, "kind"), _name(data)
    item = _item(office, _text(data, "unit"))
    if kind == "bind":
        decision = office.desk.bind(item.pair, _numbers(data, "vi_segments"), _numbers(data, "en_segments"), reviewer)
    elif kind == "term":
        decision = office.desk.decide(_term(data, reviewer))
    elif kind in {"accept", "reject", "edit", "comment"}:
        decision = office.desk.decide(_verdict(office, item, kind, data, reviewer))
    else:
        raise _Refused(f"kind is {kind!r}, expected accept, reject, edit, bind, comment or term")
    return {"unit": decision.unit, "state": office.desk.state(decision.unit), **_progress(office)}


def _verdict(office: Office, item: Item, kind: str, data: dict[str, Any], reviewer: str) -> Decision:
    old_vi, old_en = office.desk.text(item)
    comment = _text(data, "comment", optional=True)
    vi, en = (_text(data, "vi"), _text(data, "en")) if kind == "edit" else (old_vi, old_en)
    if kind == "comment" and not comment:
        raise _Refused("the comment is empty")
    return Decision(item.id, kind, reviewer, old_vi, old_en, vi, en, comment, office.desk.place(item))


def _term(data: dict[str, Any], reviewer: str) -> Decision:
    vi, en, verdict = _text(data, "vi"), _text(data, "en"), _text(data, "comment")
    if verdict not in _TERM_VERDICTS:
        raise _Refused(f"the verdict is {verdict!r}, expected accepted or rejected")
    return Decision(term_id(vi, en), "term", reviewer, vi, en, vi, en, verdict, Place("", "", (), ()))


async def _undo(office: Office, request: Request) -> dict[str, Any]:
    taken = office.desk.undo(_name(await _body(request)))
    if taken is None:
        return {"unit": None, "kind": None, **_progress(office)}
    there = taken.unit if taken.unit in office.desk.items else None
    return {"unit": there, "kind": taken.kind, **_progress(office)}


def _progress(office: Office) -> dict[str, int]:
    done, total = office.desk.progress()
    return {"done": done, "total": total}


def _item(office: Office, identity: str) -> Item:
    if identity not in office.desk.items:
        raise _Refused(f"there is no unit {identity!r} in this run")
    return office.desk.items[identity]


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise _Refused("expected application/json")
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > _MOST_BYTES:
            raise _Refused(f"more than {_MOST_BYTES:,} bytes")
    try:
        data = json_of(body)
    except ValueError as error:
        raise _Refused(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise _Refused("expected a JSON object")
    return data


def _text(data: dict[str, Any], name: str, *, optional: bool = False) -> str:
    value = data.get(name, "" if optional else None)
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise _Refused(f"{name}: expected text of at most {_MOST_TEXT:,} characters")
    line = " ".join(value.encode(errors="replace").decode().split())
    if not line and not optional:
        raise _Refused(f"{name} is empty")
    return line


def _name(data: dict[str, Any]) -> str:
    return _text(data, "reviewer")[:_MOST_NAME]


def _numbers(data: dict[str, Any], name: str) -> list[int]:
    value = data.get(name)
    if not isinstance(value, list) or not all(type(number) is int for number in value):
        raise _Refused(f"{name}: expected a list of segment indexes")
    return value
