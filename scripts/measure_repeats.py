"""Time and memory of the filters that look at all units, on made units of any number.

    .venv/bin/python scripts/measure_repeats.py --units 200000
    .venv/bin/python scripts/measure_repeats.py --units 20000 --words 12

Units are sentences of a built corpus with words and numbers exchanged, a third of them nearly another one; with
--words, sentences of so few words in any order.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from align import filters, formats
from align.types import Unit


def _few_words(rng: random.Random, words: int) -> tuple[str, str]:
    drawn = [rng.randrange(words) for _ in range(rng.randint(8, 20))]
    names = [f"{chr(97 + k // 26)}{chr(97 + k % 26)}" for k in drawn]
    return " ".join(f"chữ{name}" for name in names), " ".join(f"word{name}" for name in names)


def _exchanged(text: str, pool: list[str], share: float, rng: random.Random) -> str:
    """A text with some words of other texts, numbers of its own."""
    words = text.split()
    for place, word in enumerate(words):
        if word.isdigit():
            words[place] = str(rng.randrange(1000)) if rng.random() < 0.5 else word
        elif rng.random() < share:
            words[place] = rng.choice(pool)
    return " ".join(words)


def units(count: int, words: int | None, corpus: Path | None, seed: int = 7) -> Iterator[Unit]:
    """Made units in the order of their events."""
    rng = random.Random(seed)
    read = [(unit.vi, unit.en) for unit in formats.read_corpus(corpus)] if corpus else []
    pools = [[word for pair in read for word in pair[side].split()] for side in (0, 1)]
    last: list[tuple[str, str]] = []
    for number in range(count):
        if words:
            pair = _few_words(rng, words)
        elif last and rng.random() < 1 / 3:
            vi, en = rng.choice(last)
            pair = _exchanged(vi, pools[0], 0.02, rng), _exchanged(en, pools[1], 0.02, rng)
        else:
            vi, en = rng.choice(read)
            pair = _exchanged(vi, pools[0], 0.6, rng), _exchanged(en, pools[1], 0.6, rng)
            last = [*last[-999:], pair]
        place = f"{number // 10:08}"
        docs, at, quality = (f"v{place}", f"e{place}"), (number % 10,), rng.randrange(5000, 10000) / 10000
        yield Unit(f"{number:016x}", *pair, quality, 0.6, 1.2, "1-1", *docs, at, at, None, None, place)


def main() -> None:
    """Print seconds, memory and how many units each filter rejects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--words", type=int)
    parser.add_argument("--corpus", type=Path, default=Path("outputs/sample/corpus.tsv"))
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.tsv"
        formats.write_corpus(
            "tsv", path.parent, units(options.units, options.words, None if options.words else options.corpus)
        )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start, worked = time.perf_counter(), time.process_time()
        found = filters.verdicts(lambda: formats.read_corpus(path), folder=path.parent)
        seconds, worked = time.perf_counter() - start, time.process_time() - worked
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    counts = {str(filters.REASONS[verdict]): found.count(verdict) for verdict in sorted(set(found))}
    print(f"{options.units} units: {seconds:.1f} s ({worked:.1f} s of a core), {grown / 1024:.0f} MiB more, {counts}")


if __name__ == "__main__":
    main()
