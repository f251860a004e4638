"""Numbers, percentages and money, in digits and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Final

from align.anchors import tables
from align.anchors.letters import UPPER
from align.anchors.quantities import canonical, value_of_digits, value_of_words, words
from align.anchors.sheet import Sheet, has_digits
from align.types import Anchor, Lang

_LEAST_WORD: Final = 4  # one, two, three and một, hai, ba are articles and pronouns too often ("hai bên", "one of")
_YEARS: Final = range(1900, 2101)
_DIGITS: Final = r"\d++(?:[.,]\d++)*+"
_LEFT: Final = r"(?<!\w)(?<!\w[/.,:])(?<![A-ZĐ\d]-)(?<!\+)"
_RIGHT: Final = r"(?!/?\d)(?!-[A-ZĐ])"
# Letters right after digits: a unit of measure (300km, 50kg) leaves the number; else (5G, 12A) it is a code.
_UNGLUED: Final = r"(?!\w)|(?=[a-zđµ]{1,3}²?(?!\w))"
_ROMAN: Final = re.compile(r"[IVX]+(?![\w-])")
_ROMAN_FORM: Final = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_CUE: Final = re.compile(r"(?<!\w)(?:[Tt]hứ|[Kk]hóa|[Kk]hoá|[Cc]hương|[Cc]hapter) $")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10}
_ORDINAL_DIGITS: Final = re.compile(r"(?<![\w.,/-])(\d{1,3})(?:st|nd|rd|th)(?!\w)")
_ORDINAL_ENDS: Final = ("fth", "rth", "nth", "xth", "hth", "ieth", "y-first", "y-second", "y-third")
_VAGUE_VI: Final = re.compile(
    r"(?<!\w)[Hh]àng (chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?: (nghìn|ngàn|vạn|triệu|tỷ|tỉ))?(?!\w)"
)
_DECADE_VI: Final = re.compile(r"(?:những năm|thập niên|thập kỷ|thập kỉ) ((?:19|20)\d0|[2-9]0)(?![\w.,]\d|\w)")
_DECADE_EN: Final = re.compile(r"(?<!\w)((?:18|19|20)\d0)['’]?s(?!\w)")
_VAGUE_EN: Final = re.compile(
    r"(?<!\w)([Tt]en|[Dd]ozen|[Hh]undred|[Tt]housand|[Mm]illion|[Bb]illion)s"
    r"(?: of (thousand|million|billion)s)?(?!\w)"
)
_TYPE: Final = re.compile(r"[37]\d7-[1-9]00")  # airliners
_VAGUE_TENS: Final = {"ten", "dozen", "chục"}


def take(sheet: Sheet, lang: Lang) -> None:
    """Take numbers (kind number, or date for a bare year), percentages and money from a sheet."""
    if lang == "vi" and "àng " in sheet.rest:
        sheet.sweep(_VAGUE_VI, lambda match: _read_vague(match, lang))
    if lang == "en" and any(end in sheet.rest for end in ("ens", "reds", "ands", "ions")):
        sheet.sweep(_VAGUE_EN, lambda match: _read_vague(match, lang))
    if has_digits(sheet.rest):
        sheet.sweep(_DECADE_VI if lang == "vi" else _DECADE_EN, _read_decade)
        if lang == "en":
            sheet.sweep(_ORDINAL_DIGITS, _read_ordinal_digits)
        sheet.sweep(_digits_pattern(lang), lambda match: _read_digits(match, lang))
    if lang == "en" and any(end in sheet.rest for end in _ORDINAL_ENDS):
        sheet.sweep(_ordinal_words(), _read_ordinal_words)
    sheet.sweep(_words_pattern(lang), lambda match: _read_words(match, lang))
    sheet.sweep(_ROMAN, _read_roman)


def _either(options: Iterable[str]) -> str:
    """Alternation of literal strings, longest first."""
    return "|".join(re.escape(option) for option in sorted(set(options), key=lambda option: (-len(option), option)))


@cache
def currencies(lang: Lang) -> tuple[dict[str, str], dict[str, str]]:
    """Signs before, and words after a number (lower case) -> currency code."""
    signs, names = {}, {}
    for code, before, vi, en in tables.rows("currencies", 4):
        signs.update(dict.fromkeys((*tables.forms(before), code.upper()), code))
        names.update({word.lower(): code for word in (*tables.forms(vi if lang == "vi" else en), code)})
    return signs, names


_SCALE_VI: Final = r"(?:trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\w)(?! (?:lệ|giá|phú|số|trọng|suất|mỉ)(?!\w))"


def _after_vi() -> str:
    """Pattern of scales after digits: tỷ, nghìn tỷ, chục triệu, tỷ 500 triệu, triệu rưỡi."""
    scales = rf"(?:\s(?:chục\s)?{_SCALE_VI})++"
    return rf"(?:{scales}(?:\s\d++(?:\s{_SCALE_VI})++)*+(?:\srưỡi(?!\w))?+)?+"


def _spelled_vi() -> str:
    """Pattern of a number in words. "năm" is a year but before a scale, after "linh", before people."""
    five = r"năm(?<!\wnăm)(?= (?:mươi|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ|chục)(?!\w))"
    people = r"nước|người(?! ta)|thành viên|tỉnh|tuần|giờ|phút|lần|năm|điểm|quốc gia|trường hợp"
    counted = rf"năm(?<!\wnăm)(?<!\d năm)(?= (?:{people})(?!\w))"
    plain = ("hai", "ba", "bốn", "sáu", "bảy", "bẩy", "tám", "chín", "mười")
    first = "|".join(_word(word) for word in (*plain, *(word.capitalize() for word in plain)))
    first += rf"|{five}|{counted}|một(?= {_SCALE_VI})|Một(?= {_SCALE_VI})"
    first += r"|năm(?<=lần thứ năm)(?!\w)|tư(?<=lần thứ tư)(?!\w)"
    more = r"(?:mươi|chục|linh|lẻ|mốt|lăm|nhăm|một|hai|ba|bốn|sáu|bảy|bẩy|tám|chín|mười)(?!\w)"
    more += rf"|{five}|(?:(?<=linh )|(?<=lẻ ))năm(?!\w)|(?<=mươi )tư(?!\w)|{_SCALE_VI}"
    return rf"(?:{first})(?:\s(?:{more}))*+(?:\srưỡi(?!\w))?+"


def _scales_en(shortest: int, longest: int) -> str:
    """Alternation of the English scales with so many letters."""
    known = words("en").items()
    return _either(word for word, (role, _) in known if role == "scale" and shortest <= len(word) <= longest)


def _after_en() -> str:
    """Pattern of scales after digits: billion, bn, m; 100m is a million but of a race or a wall."""
    meters = r"(?![ -](?:wide|long|high|tall|deep|away|sprint|race|hurdles|freestyle|relay|run))"
    long, short = rf"[ -](?:{_scales_en(4, 9)})(?!\w)", rf"[ ]?(?:{_scales_en(2, 3)})(?!\w)"
    return rf"(?:(?:{long})++|{short}|[kmbMB](?!\w){meters}| [mb](?=[),.;]))?+"


def _spelled_en() -> str:
    """Pattern of a number in words; one, a and an only before a scale."""
    units = [word for word, (role, _) in words("en").items() if role == "unit" and len(word) > 2 and word != "one"]
    big = _scales_en(4, 9)
    first = "|".join(_word(word) for word in (*units, *(word.capitalize() for word in units)))
    # "a million" begins at its second word: a search that stops at every "a" is slow.
    scales = [word for word, (role, _) in words("en").items() if role == "scale" and len(word) > 3]
    first += "".join(rf"|{word}(?:(?<=[\W][Aa] {word})|(?<=^[Aa] {word}))(?!\w)" for word in scales)
    first += f"|one(?= (?:{big}))|One(?= (?:{big}))"
    more = rf"[ -](?:{_either([*units, 'one'])}|{big})(?!\w)"
    more += rf"|(?:(?<=hundred)|(?<=thousand)|(?<=million)) and (?:{_either([*units, 'one'])})(?!\w)"
    return rf"(?:{first})(?:{more})*+"


def _word(word: str) -> str:
    """Pattern of a whole word that begins with its letters: so the search skips to them at full speed."""
    return rf"{word}(?<![\w-]{word})(?!\w)"


def _unit(lang: Lang) -> str:
    """Pattern of a percent sign or a currency after a number."""
    percent = r"(?:điểm )?(?:phần trăm|%)" if lang == "vi" else r"%|per ?cent(?:age points?)?|pct|pc"
    not_money = r"(?! (?:chí|thời|bào|minh|nghiệp|tác|hồ|thị|bằng|đều|loạt|ý)(?!\w))"
    money = f"(?i:{_either(currencies(lang)[1])})"
    return rf"(?:[\s-]?(?:(?P<percent>{percent})|\(?(?P<money>{money}){not_money})(?!\w))?+"


@cache
def _digits_pattern(lang: Lang) -> re.Pattern[str]:
    after = (_after_vi if lang == "vi" else _after_en)()
    sign = rf"(?:{_either(currencies(lang)[0])})\s?"
    low = rf"(?:(?P<low>{_DIGITS})\s?[-–—]\s?(?:{sign})?(?=\d))?"
    number = rf"(?P<digits>{_DIGITS})(?P<after>{after})(?:{_UNGLUED}){_RIGHT}"
    return re.compile(rf"(?=[\d{UPPER}]|[^\w\s]){_LEFT}(?P<sign>{sign})?{low}{number}{_unit(lang)}")


@cache
def _words_pattern(lang: Lang) -> re.Pattern[str]:
    spelled = (_spelled_vi if lang == "vi" else _spelled_en)()
    return re.compile(rf"(?P<spelled>{spelled}){_unit(lang)}")


def _read_digits(match: re.Match[str], lang: Lang) -> tuple[Anchor, ...] | None:
    digits, low = match["digits"], match["low"]
    if _is_code(digits, low):
        return ()
    tokens, half = _tokens(f"{digits} {match['after']}")
    value = _value(tokens, lang, half=half)
    if value is None:
        return None
    if low is None:
        return (_anchor(match, value, lang, match.span()),)
    value_of_low = _value([low, *tokens[1:]], lang)
    high = _anchor(match, value, lang, (match.start("digits"), match.end()))
    if value_of_low is None:
        return (high,)
    return _anchor(match, value_of_low, lang, (match.start(), match.end("low"))), high


def _read_words(match: re.Match[str], lang: Lang) -> tuple[Anchor, ...] | None:
    if match.string.endswith("phần ", 0, match.start()):  # một phần ba, a third
        return None
    tokens, half = _tokens(match["spelled"])
    value = None if _is_name(match) else _value(tokens, lang, half=half)
    if value is None or value < _LEAST_WORD:
        return None
    return (_anchor(match, value, lang, match.span()),)


def _tokens(written: str) -> tuple[list[str], bool]:
    """Number words and digits, and whether "rưỡi" (and a half) ends them."""
    tokens = written.lower().replace("-", " ").split()
    half = tokens[-1] == "rưỡi"
    return tokens[:-1] if half else tokens, half


def _is_name(match: re.Match[str]) -> bool:
    """Whether number words in capitals begin a name: Ba Đình, Three Gorges."""
    following = match.string[match.end() : match.end() + 2]
    return match[0][0].isupper() and following[:1] == " " and following[1:].isupper()


def _is_code(digits: str, low: str | None) -> bool:
    """Whether digits are a telephone number or a type: 0912345678, Boeing 737-800 (100-300 is a range)."""
    if len(digits) > 5 and digits[0] == "0" and digits[1] not in ".,":
        return True
    return low is not None and len(low) == len(digits) == 3 and _TYPE.fullmatch(f"{low}-{digits}") is not None


def _value(tokens: list[str], lang: Lang, *, half: bool = False) -> Decimal | None:
    if len(tokens) == 1 and tokens[0][0].isdecimal():
        return value_of_digits(tokens[0], lang)
    value = value_of_words(tokens, lang)
    if value is None or not half:
        return value
    role, scale = words(lang).get(tokens[-1], ("", 0))
    return value + Decimal(scale) / 2 if role == "scale" else value


def _anchor(
    match: re.Match[str], value: Decimal, lang: Lang, span: tuple[int, int], *, may_be_year: bool = True
) -> Anchor:
    """The anchor of one value, by the sign or unit of its match."""
    key = canonical(value)
    if match["percent"]:
        return Anchor("percent", key, *span)
    sign = match["sign"] if "sign" in match.re.groupindex else None
    if match["money"] or sign:
        signs, names = currencies(lang)
        code = names[match["money"].lower()] if match["money"] else signs[(sign or "").strip()]
        return Anchor("money", f"{code}:{key}", *span)
    is_year = may_be_year and len(key) == 4 and key.isdecimal() and int(key) in _YEARS
    written_plain = is_year and key in match[0]
    return Anchor("date" if written_plain else "number", key, *span)


def _read_roman(match: re.Match[str]) -> tuple[Anchor, ...] | None:
    """A Roman number up to 39; one letter alone only after a word that announces it ("Chapter V")."""
    before = match.string[max(0, match.start() - 9) : match.start()]
    if _ROMAN_FORM.fullmatch(match[0]) is None or (before and (before[-1].isalnum() or before[-1] in "-_")):
        return None
    if len(match[0]) == 1 and not _ROMAN_CUE.search(before):
        return None
    values = [_ROMAN_VALUES[letter] for letter in match[0]]
    total = sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    return (Anchor("number", str(total), *match.span()),)


def _read_ordinal_digits(match: re.Match[str]) -> tuple[Anchor, ...]:
    return (Anchor("number", str(int(match[1])), *match.span()),)


@cache
def _ordinal_words() -> re.Pattern[str]:
    ordinals = {word: value for word, (role, value) in words("en").items() if role == "ordinal"}
    tens = [word for word, (role, value) in words("en").items() if role == "unit" and value >= 20]
    units = [word for word, value in ordinals.items() if value < 10]
    alone = [word for word, value in ordinals.items() if value >= _LEAST_WORD]
    alone += [word.capitalize() for word in alone]
    return re.compile(rf"(?<![\w-])(?:({_either(tens)})-({_either(units)})|({_either(alone)}))(?!\w)", re.ASCII)


def _read_ordinal_words(match: re.Match[str]) -> tuple[Anchor, ...]:
    table = words("en")
    value = sum(table[part.lower()][1] for part in match.groups() if part)
    return (Anchor("number", str(value), *match.span()),)


def _read_decade(match: re.Match[str]) -> tuple[Anchor, ...]:
    return (Anchor("date", match[1] if len(match[1]) == 4 else f"19{match[1]}", *match.span()),)


def _read_vague(match: re.Match[str], lang: Lang) -> tuple[Anchor, ...]:
    """Give hundreds of thousands, and hàng trăm nghìn, the key "100000s"."""
    table = words(lang)
    value = 1
    for part in match.groups():
        if part:
            value *= 10 if part.lower() in _VAGUE_TENS else table[part.lower()][1]
    return (Anchor("number", f"{value}s", *match.span()),)
