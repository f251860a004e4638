"""Pages: the templates, styles, scripts and icons that all pages of the project share.

A page is one file that works offline: styles and scripts stand in it, and its content security policy lets nothing
else run or load. Text of articles passes through the templates' escaping and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# In words, as in look.js.
FLAGS: Final = {
    "uncovered_vi": "only in Vietnamese",
    "uncovered_en": "only in English",
    "truncated_vi": "Vietnamese cut short",
    "truncated_en": "English cut short",
    "number_mismatch": "numbers differ",
    "negation": "only one side denies",
    "length_ratio": "lengths differ",
    "language_vi": "Vietnamese side in language",
    "language_en": "English side in language",
}
_LARGE: Final = re.compile(r"(?<![\w.,-])[1-9]\d{4,17}(?![\w.-])")
_LOOK: Final = resources.files("align.report") / "look"


@cache
def environment() -> Environment:
    """Templates of `align/report/templates`: every value is escaped, an unknown name is an error."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("align.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.filters["quality"] = quality
    made.filters["whole"] = whole
    made.filters["day"] = day
    made.filters["grouped"] = grouped
    made.filters["counted"] = counted
    made.filters["named"] = named
    return made


def render(
    template: str, values: Mapping[str, Any], styles: Sequence[str], scripts: Sequence[str], *, connect: bool = False
) -> Iterator[str]:
    """A page in pieces, for a file or an answer.

    Args:
        template: name of a template that extends `base.html`.
        values: what it shows.
        styles: names of style sheets in `align/report/look`, after the shared one.
        scripts: names of scripts there, after the shared one.
        connect: the page may talk to the server that it came from.
    """
    script = asset("look.js", *scripts)
    shell = {
        "style": asset("look.css", *styles),
        "script": script,
        "policy": policy(script, connect=connect),
    }
    return environment().get_template(template).generate(**values, **shell)


def asset(*names: str) -> Any:
    """Style sheets or scripts put together, safe to stand in a page: they are our own files."""
    from markupsafe import Markup

    text = "\n".join((_LOOK / name).read_text(encoding="utf-8") for name in names)
    assert "</" not in text, f"{names}: an end tag would end the element that the text stands in"
    return Markup(text)  # noqa: S704 - no value from outside


def policy(script: str, *, connect: bool = False) -> str:
    """Content security policy of a page: only this script runs, nothing is loaded from anywhere."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        + ("connect-src 'self'; " if connect else "")
        + "base-uri 'none'; form-action 'none'"
    )


def quality(value: float) -> str:
    """A quality as people read it: ".93"; never rounded up to 1 or over a bound between two classes."""
    hundredths = min(int(value * 100 + 1e-9), 99)
    return f".{hundredths:02d}"


def counted(count: int, name: str) -> str:
    """A number with its noun: 1 event, 2 events."""
    return f"{whole(count)} {name}{'' if count == 1 else 's'}"


def named(code: str) -> str:
    """A reason or the name of a flag in words."""
    return FLAGS.get(code, code.replace("_", " "))


def whole(number: int) -> str:
    """A count with its thousands set apart."""
    return f"{number:,}"


def day(event: str) -> str:
    """The day that an event is named after, in words: "2025-03-05-01" is 5 March 2025."""
    year, month, number = (*event.split("-"), "", "", "")[:3]
    if not (year.isdigit() and month.isdigit() and number.isdigit() and 1 <= int(month) <= len(_MONTHS)):
        return "Without a date"
    return f"{int(number)} {_MONTHS[int(month) - 1]} {year}"


def grouped(text: str) -> str:
    """Evidence with the thousands of large numbers set apart: 46200000000 is 46,200,000,000."""
    return _LARGE.sub(lambda match: f"{int(match[0]):,}", text)


def chunks(pieces: Iterable[str], size: int = 1 << 16) -> Iterator[str]:
    """The same text in fewer, larger pieces."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(held)
            held, length = [], 0
    yield "".join(held)
