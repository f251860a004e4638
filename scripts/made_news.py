"""Made news for benchmarks: events of a day told in either language, with words, names and numbers of real statistics.

    .venv/bin/python scripts/made_news.py --documents 20000 --out outputs/made

Words and how common they are come from the translation table of the embedded encoder, so that an English sentence
holds the translations of the Vietnamese one; names are put together from syllables of the sample's names and a list of
surnames. No document of anybody is in it. One .jsonl a day (id, lang, date, title, text), and gold.tsv with every pair
of the same event.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np

from align.encoders import static_encoder
from align.text import strip_diacritics

FIRST: Final = date(2025, 1, 6)
_LEAST: Final = 0.2  # probability from which a translation is taken
_EVERGREEN: Final = 400  # names that come back day after day, the common ones often
_PARTS: Final = {
    "family": "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lâm Trịnh Mai",
    "middle": "Văn Thị Minh Đức Ngọc Thanh Quốc Hữu Xuân Thu Gia Bảo Công Hải Anh Khánh Tuấn Quang",
    "given": "An Bình Châu Dũng Giang Hà Hùng Khoa Lan Linh Long Mai Nam Nga Phúc Quân Sơn Tâm Thảo Trang Vinh Yến",
    "stems": "Bar Cal Dor Fen Gal Hol Kes Lor Mar Nor Pel Ros Sel Tor Ver Wal",
    "ends": "ano berg dale essen field gate ham ingen more nova owski ridge son stad ton ville",
}  # of names
_LINKS: Final = {"vi": ("theo", "của", "với", "cho", "và", "trong"), "en": ("the", "of", "with", "for", "and", "in")}
# Write-ups in either language: half of the documents have a counterpart.
_KINDS: Final = ((1, 1), (1, 1), (2, 1), (1, 2), (1, 0), (1, 0), (1, 0), (1, 0), (0, 1), (0, 1), (0, 1), (0, 1))
_FOLLOWS: Final = 0.25  # share of events that follow an earlier one, with half of its words and most of its names
_COPIED: Final = 0.03  # share of events with a write-up that another site prints, too
_UNDATED: Final = 0.02
_IN_TEXT: Final = 0.5  # share of the undated whose lead names the day


@cache
def lexicon() -> tuple[list[tuple[str, str]], list[float]]:
    """Vietnamese words with their most likely translation, and running sums of how common they are."""
    encoder = static_encoder()
    pieces, table = encoder.featurizer.pieces, encoder.translations
    rows = []
    for number in range(pieces.get_piece_size()):
        start, end = table.to_en.starts[number], table.to_en.starts[number + 1]
        word = pieces.id_to_piece(number)
        if end <= start or not word.startswith("▁") or word.isascii() or not word[1:].isalpha() or len(word) < 3:
            continue
        best = start + int(np.argmax(table.to_en.levels[start:end]))
        other = pieces.id_to_piece(int(table.to_en.targets[best]))
        sure = table.to_en.dense(np.array([number]), np.array([table.to_en.targets[best]]))[0, 0] >= _LEAST
        if sure and other.startswith("▁") and other[1:].isascii() and other[1:].isalpha() and len(other) > 3:
            rows.append((word[1:], other[1:], float(table.to_vi.unigram[number])))
    return [(vi, en) for vi, en, _ in rows], list(accumulate(weight for _, _, weight in rows))


@dataclass(frozen=True)
class Event:
    """What happened: sentences as word pairs, with the names and numbers that stand in them."""

    number: int
    day: date
    title: tuple[tuple[str, str], ...]
    sentences: tuple[tuple[tuple[str, str], ...], ...]
    topic: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    kind: tuple[int, int]


def _name(rng: random.Random) -> tuple[str, str]:
    def part(kind: str) -> str:
        return rng.choice(_PARTS[kind].split())

    if rng.random() < 0.5:
        vi = f"{part('family')} {part('middle')} {part('given')}"
        return vi, strip_diacritics(vi)
    name = f"{part('stems')}{part('ends')} {part('stems')}{part('ends')}"
    return name, name


def _number(rng: random.Random) -> tuple[str, str]:
    kind, value = rng.randrange(4), rng.randrange(12, 999)
    if kind == 0:
        return f"{value},{value % 9 + 1} tỷ USD", f"US${value}.{value % 9 + 1} billion"
    if kind == 1:
        return f"{value % 90 + 5}%", f"{value % 90 + 5} percent"
    if kind == 2:
        return f"{value // 10 + 1}.{value:03} tấn", f"{value // 10 + 1},{value:03} tonnes"
    return str(value), str(value)


def _event(
    number: int, day: date, evergreen: Sequence[tuple[str, str]], before: Event | None, rng: random.Random
) -> Event:
    words, sums = lexicon()
    topic = rng.choices(words, cum_weights=sums, k=4) + rng.choices(words, k=30)
    names = [_name(rng) for _ in range(rng.randint(2, 5))]
    if before is not None and rng.random() < _FOLLOWS:
        topic[:17], names[:2] = before.topic[:17], before.names[:3]
    names += [evergreen[min(int(rng.expovariate(8 / _EVERGREEN)), _EVERGREEN - 1)] for _ in range(4)]
    sentences = []
    for _ in range(rng.randint(11, 22)):
        plain = rng.choices(words, cum_weights=sums, k=rng.randint(6, 14))
        own = rng.choices(topic, k=rng.randint(4, 9))
        rest = [rng.choice(names)] * (rng.random() < 0.7) + [_number(rng)] * (rng.random() < 0.4)
        sentence = [*plain, *own, *rest]
        rng.shuffle(sentence)
        sentences.append(tuple(sentence))
    title = (*rng.sample(topic, 7), rng.choice(names))
    return Event(number, day, title, tuple(sentences), tuple(topic), tuple(names), rng.choice(_KINDS))


def _written(words: Sequence[tuple[str, str]], side: int, rng: random.Random) -> str:
    """A sentence of one language: English has its words in another order, function words between."""
    listed = list(words)
    if side:
        for place in range(0, len(listed) - 2, 3):
            listed[place : place + 3] = rng.sample(listed[place : place + 3], 3)
    links = _LINKS["en" if side else "vi"]
    text = " ".join(pair[side] + (f" {rng.choice(links)}" if rng.random() < 0.25 else "") for pair in listed)
    return text[0].upper() + text[1:]


def _write_up(event: Event, side: int, number: int, rng: random.Random) -> dict[str, str]:
    told = [s for s in event.sentences if rng.random() < 0.85][:19]
    day = event.day + timedelta(days=min(int(rng.expovariate(1.5)), 3))
    paragraphs = [_written(sentence, side, rng) + "." for sentence in told]
    lang = "en" if side else "vi"
    row = {"id": f"{lang}-{event.number:06}-{number}", "lang": lang, "title": _written(event.title, side, rng)}
    if rng.random() >= _UNDATED:
        row["date"] = day.isoformat()
    elif rng.random() < _IN_TEXT and paragraphs:
        said = f"ngày {day.day}/{day.month}/{day.year}" if not side else f"on {day:%B} {day.day}, {day.year}"
        paragraphs[0] = f"{paragraphs[0][:-1]} {said}."
    return row | {"text": "\n".join(paragraphs)}


def days(documents: int, per_day: int = 1000, seed: int = 5) -> Iterator[tuple[date, list[dict[str, str]]]]:
    """Rows of each day: so many documents, most of the day's events in both languages."""
    rng = random.Random(seed)
    evergreen = [_name(rng) for _ in range(_EVERGREEN)]
    number, left, day = 0, documents, FIRST
    recent: deque[Event] = deque(maxlen=2000)
    while left > 0:
        rows: list[dict[str, str]] = []
        wanted = min(per_day, left)
        while len(rows) < wanted:
            event = _event(number, day, evergreen, rng.choice(recent) if recent else None, rng)
            recent.append(event)
            number += 1
            rows += [_write_up(event, side, k, rng) for side in (0, 1) for k in range(event.kind[side])]
            if rng.random() < _COPIED:
                rows.append({**rows[-1], "id": f"{rows[-1]['id']}-copy"})
        yield day, rows[:wanted]
        left -= wanted
        day += timedelta(days=1)


def write(folder: Path, documents: int, per_day: int = 1000, seed: int = 5) -> None:
    """Write a collection and its gold pairs."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    lines = ["vi_doc\ten_doc\n"]
    for day, rows in days(documents, per_day, seed):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "docs" / f"{day}.jsonl").write_text(text, encoding="utf-8")
        sides: dict[str, dict[str, list[str]]] = {"vi": {}, "en": {}}
        for row in rows:
            sides[row["lang"]].setdefault(row["id"].split("-")[1], []).append(row["id"])
        lines += [
            f"{vi}\t{en}\n" for event, ids in sides["vi"].items() for vi in ids for en in sides["en"].get(event, ())
        ]
    (folder / "gold.tsv").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Write a collection."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--per-day", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    write(arguments.out, arguments.documents, arguments.per_day, arguments.seed)


if __name__ == "__main__":
    main()
