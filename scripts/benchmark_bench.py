"""Time of `align bench` against sacrebleu's own: 5 systems, 2,000 segments, BLEU and chrF++, 1,000 bootstrap samples.

Both compute corpus scores, 95% intervals and paired p-values against the first system, in turn in one process; figures
are compared too. The segments are made of the words of the sample.

Example: python scripts/benchmark_bench.py
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from align import documents
from align.bench import Options, metrics, records, significance
from align.types import Document

ROOT: Final = Path(__file__).resolve().parents[1]
METRICS: Final = ("BLEU", "chrF++")
Systems = dict[str, list[str]]


def sentences(n: int, seed: int = 1) -> list[str]:
    """Segments of about 25 words cut from the sample's English articles."""
    read = documents.read([ROOT / "corpus/sample"])
    words = " ".join(item.text for item in read if isinstance(item, Document) and item.lang == "en").split()
    chance = random.Random(seed)
    starts = (chance.randrange(len(words) - 60) for _ in range(n))
    return [" ".join(words[start : start + chance.randrange(8, 45)]) for start in starts]


def damaged(lines: list[str], rate: float, seed: int) -> list[str]:
    """Segments with a share of their words dropped."""
    chance = random.Random(seed)
    return [" ".join(word for word in line.split() if chance.random() > rate) for line in lines]


def ours(refs: list[str], systems: Systems) -> dict[str, list[tuple[float, float | None]]]:
    """Metric -> score and p-value of each system."""
    options = Options(metrics=METRICS)
    test_set = records.TestSet("en", (tuple(refs),))
    found = metrics.measure(METRICS, test_set, dict(systems), options)
    base = next(iter(systems))
    return {m.name: [(s.score, s.p_value) for s in significance.scores(m, base, options)] for m in found}


def theirs(refs: list[str], systems: Systems) -> dict[str, list[tuple[float, float | None]]]:
    """The same by sacrebleu."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.significance import PairedTest, Result

    made = {"BLEU": BLEU(references=[refs]), "chrF++": CHRF(word_order=2, references=[refs])}
    test = PairedTest(list(systems.items()), made, None, test_type="bs", n_samples=1000)
    rows = test()[1]
    return {
        name: [(result.score, result.p_value) for result in rows[key] if isinstance(result, Result)]
        for name, key in zip(made, (key for key in rows if key != "System"), strict=True)
    }


def timed(run: Callable[[], object]) -> float:
    """Seconds of wall time."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def main() -> None:
    """Print medians over rounds in turn, and whether the figures agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=2000)
    parser.add_argument("--systems", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    refs = sentences(options.segments)
    systems = {f"s{k}": damaged(refs, 0.05 + 0.05 * k, k) for k in range(options.systems)}
    times: dict[str, list[float]] = {"align": [], "sacrebleu": []}
    for _ in range(options.rounds):
        times["align"].append(timed(lambda: ours(refs, systems)))
        times["sacrebleu"].append(timed(lambda: theirs(refs, systems)))
    mine, other = ours(refs, systems), theirs(refs, systems)
    gaps = [abs(a[0] - b[0]) for name in METRICS for a, b in zip(mine[name], other[name], strict=True)]
    same = all(a[1] == b[1] for name in METRICS for a, b in zip(mine[name], other[name], strict=True))
    medians = {name: statistics.median(rows) for name, rows in times.items()}
    print(f"{options.systems} systems, {options.segments:,} segments, {', '.join(METRICS)}, 1,000 bootstrap samples")
    print("  ".join(f"{name} {seconds:.2f} s" for name, seconds in medians.items()))
    print(
        f"ratio {medians['align'] / medians['sacrebleu']:.2f}; largest difference of scores {max(gaps):.1e}, ", end=""
    )
    print(f"p-values {'equal' if same else 'differ'}")


if __name__ == "__main__":
    main()
