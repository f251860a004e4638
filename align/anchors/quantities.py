"""Reading the value of a number: digits by the conventions of a language, and words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Final

from align.anchors import tables
from align.types import Lang

_DIGITS_MAX: Final = 15  # a longer string of digits is an identifier
_ZERO: Final = Decimal(0)


@cache
def words(lang: Lang) -> dict[str, tuple[str, int]]:
    """Number word -> (role, value); see `align/data/number_words.tsv`."""
    table = {}
    for row_lang, role, value, cell in tables.rows("number_words", 4):
        if row_lang == lang:
            table.update({word: (role, int(value)) for word in tables.forms(cell)})
    return table


def value_of_digits(written: str, lang: Lang, *, scaled: bool = False) -> Decimal | None:
    """Value of digits with stops and commas; None where they make no number (versions, addresses).

    Vietnamese writes 1.250.000,5 and English 1,250,000.5; either is repaired where it is plainly written
    the other way: vi "1.5", en "18,5", en "1.250.000".

    Args:
        written: digits with single stops or commas between.
        lang: language of the text.
        scaled: whether "million" or the like follows, so that three decimals stay: en "1.000 million".
    """
    if len(written) > _DIGITS_MAX + 5:
        return None
    if written.isdecimal():
        return Decimal(written) if len(written) <= _DIGITS_MAX else None
    group, point = (".", ",") if lang == "vi" else (",", ".")
    read = _read(written, group, point)
    if read is None or (not scaled and _is_round(written, point)):
        return _read(written, point, group) or read
    return read


def _read(written: str, group: str, point: str) -> Decimal | None:
    whole, *fractions = written.split(point)
    groups = whole.split(group)
    if len(fractions) > 1 or not _grouped(groups) or not all(digits.isdecimal() for digits in fractions):
        return None
    return Decimal("".join(groups) + "".join(f".{digits}" for digits in fractions))


def _grouped(groups: list[str]) -> bool:
    head, *tail = groups
    return not tail or (0 < len(head) <= 3 and head != "0" and all(len(digits) == 3 for digits in tail))


def _is_round(written: str, point: str) -> bool:
    """Whether "200,000" in Vietnamese, or "1.000" in English, is a thousand after all."""
    head, _, tail = written.partition(point)
    return tail == "000" and len(head) <= 3 and head.isdecimal() and head != "0"


def value_of_words(tokens: Iterable[str], lang: Lang) -> Decimal | None:
    """Value of a run of number words and digits; None where they do not make one number.

    Args:
        tokens: in lower case; digits may stand among them ("18", "tỷ", "500", "triệu").
        lang: language of the text.
    """
    table = words(lang)
    total = section = unit = _ZERO
    open_unit = False  # a unit was read and nothing has used it yet
    for token in tokens:
        role, value = table.get(token, ("digits", 0))
        if role == "filler":
            section, unit, open_unit = section + unit, _ZERO, False
        elif role == "ten":
            section, unit, open_unit = section + (unit or 1) * value, _ZERO, False
        elif role == "scale" and value == 100:
            section, unit, open_unit = (section + unit or Decimal(1)) * value, _ZERO, False
        elif role == "scale":
            part = section + unit
            # "nghìn tỷ", "hundred thousand million": a scale on a scale multiplies what is there.
            total = (total or Decimal(1)) * value if not part else total + part * value
            section, unit, open_unit = _ZERO, _ZERO, False
        else:
            number = value_of_digits(token, lang, scaled=True) if role == "digits" else Decimal(value)
            if number is None or (open_unit and not _follows(unit, number)):
                return None
            section, unit, open_unit = section + unit, number, True
    return total + section + unit


def _follows(before: Decimal, number: Decimal) -> bool:
    """Whether a unit may follow one: twenty-one, mười lăm, but not four five."""
    return 10 <= before < 100 and before % 10 == 0 and number < 10


def canonical(value: Decimal) -> str:
    """Digits without grouping, exponent or trailing zeros: "18500000000", "7.2"."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
