r"""A corpus of generated units with every awkward character, to try programs and formats with.

.venv/bin/python scripts/make_awkward_corpus.py 100000 --out DIR/corpus.tmx
.venv/bin/python scripts/make_awkward_corpus.py 1000000 --legal --out DIR/corpus.tsv

Equal numbers and seeds give equal files. With `--legal` no character stands in it that TSV or XML has no form for, so
that TSV -> TMX -> TSV must give the same bytes.
"""

from __future__ import annotations

import argparse
import random
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from align.formats import tmx, tsv
from align.types import Unit


def _words(text: str) -> list[str]:
    return text.split()


_VI: Final = _words(
    "hai bên nhất trí tăng cường hợp tác kinh tế Việt Nam và khu vực đối thoại hòa bình ổn định thương mại biển Đông "
    "Bộ trưởng Ngoại giao khẳng định quan hệ đối tác chiến lược toàn diện trong năm nay Hà Nội Đà Nẵng đoàn kết"
)
_EN: Final = _words(
    "both sides agreed to step up economic cooperation in Vietnam and the region dialogue peace stability trade sea "
    "Minister of Foreign Affairs affirmed comprehensive strategic partnership this year Hanoi Da Nang solidarity"
)
# What TSV and XML have a form for. A text neither begins nor ends with one: ends are trimmed in TMX.
LEGAL: Final = (
    *("&", "<", ">", '"', "'", "]]>", "<!--", "-->", "<seg>", "</seg></tuv>", "<ph/>", "&amp;", "&#0;", "&lt;b&gt;"),
    *("=1+1", "@SUM(A1)", "; ", "\\n", "\\", ",", "%", "{0}", "%s", "$1", "’", "“", "”", "…", "–"),
    *("\u0110\u1ea1\u006f", "e\u0323\u0302", "a\u0306\u0301", "\u1ec7", "n\u0303" * 5, "\u0301"),  # NFC, NFD, marks
    *(
        "\u0645\u0631\u062d\u0628\u0627",
        "\u05e9\u05dc\u05d5\u05dd",
        "\u202eabc\u202c",
        "\u200f",
        "\u2066a\u2069",
    ),  # RTL
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u00a0", "\u3000", "\u2009", "\u061c"),  # no width
    *("\U0001f1fb\U0001f1f3", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U00020000", "\U0010fffd", "\ue000"),
    *("越南", "ภาษาไทย", "한국어", "\ufffd", "\ufdd0", "\U0001fffe", "\x7f", "\x80", "\x9f"),
)
# What one of them has none for: it is replaced or dropped.
ILLEGAL: Final = (
    *(chr(code) for code in range(0x20)),
    *("\x85", "\u2028", "\u2029", "\r\n", "\ufffe", "\uffff"),
)
_LONG: Final = 5_000  # one unit of so many is of 10,000 words
_DAY: Final = date(2024, 1, 1)


def _text(rng: random.Random, words: list[str], length: int, awkward: tuple[str, ...]) -> str:
    chosen = rng.choices(words, k=length)
    for _ in range(rng.randint(0, 3)):
        place = rng.randrange(length)
        mark = rng.choice(awkward)
        chosen[place] = f"{chosen[place]}{mark}x" if rng.random() < 0.5 else f"x {mark} {chosen[place]}"
    return " ".join(chosen)


def _flags(rng: random.Random) -> tuple[str, ...]:
    return tuple(
        rng.sample(("number_mismatch:18,5 tỷ/18.6 billion", "negation:không/", "uncovered_en:<of> & “the”"), 1)
    )


def units(count: int, seed: int, *, legal: bool) -> Iterator[Unit]:
    """Units whose texts hold words, up to three awkward pieces a side, and sometimes very many words."""
    rng = random.Random(seed)
    awkward = LEGAL if legal else LEGAL + ILLEGAL
    for number in range(count):
        length = 10_000 if number % _LONG == _LONG - 1 else max(1, int(rng.lognormvariate(2.9, 0.6)))
        vi = _text(rng, _VI, length, awkward)
        if number % 7 == 0:
            vi = unicodedata.normalize("NFD", vi)
        day = _DAY + timedelta(days=number % 700)
        pair = f"{number // 20:06d}"
        yield Unit(
            id=f"{number:016x}",
            vi=vi,
            en=_text(rng, _EN, length, awkward),
            quality=rng.randrange(10_000) / 10_000,
            similarity=rng.randrange(10_000) / 10_000,
            margin=rng.randrange(20_000) / 10_000,
            shape="2-1" if number % 9 == 0 else "1-1",
            vi_doc=f"báo/{pair} & <vi>",
            en_doc=f'paper/{pair} "en"',
            vi_segments=(number % 20, number % 20 + 1) if number % 9 == 0 else (number % 20,),
            en_segments=(number % 20,),
            vi_date=day,
            en_date=None if number % 11 == 0 else day,
            event=f"{day.isoformat()}-01",
            flags=_flags(rng) if number % 5 == 0 else (),
        )


def main() -> None:
    """Write the corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--out", type=Path, required=True, help=".tsv, .tmx or .tmx.gz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--legal", action="store_true", help="only characters that every format has a form for")
    arguments = parser.parse_args()
    write: Callable[[Path, Iterator[Unit]], None] = tsv.write if arguments.out.suffix == ".tsv" else tmx.write
    write(arguments.out, units(arguments.count, arguments.seed, legal=arguments.legal))


if __name__ == "__main__":
    main()
