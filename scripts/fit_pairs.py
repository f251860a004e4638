"""Fit the model that scores pairs without documents, on true pairs of the odd development documents and damaged ones.

    .venv/bin/python scripts/fit_pairs.py ../shared/devsets/align

writes align/weights/pairs.json and prints the area under the ROC curve and the calibration on even documents.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from align import logistic, scoring
from align.anchors import find
from align.encoders import static_encoder
from align.formats.gold import read_gold_folder
from align.logistic import Floats
from align.text import clean, one_line

WEIGHTS = Path(__file__).resolve().parents[1] / "align" / "weights"
Pair = tuple[str, str]
Damage = Callable[[Sequence[Pair], int, random.Random], "Pair | None"]


def true_pairs(folder: Path, parity: int) -> list[Pair]:
    """Gold beads of the odd (1) or even (0) documents of all levels, each once."""
    pairs: dict[Pair, None] = {}
    for level in ("parallel", "news"):
        for document in read_gold_folder(folder / level):
            if int(re.sub(r"\D", "", document.name)) % 2 == parity:
                for bead in document.beads:
                    if not bead.is_null:
                        vi = " ".join(document.vi[k] for k in bead.vi)
                        en = " ".join(document.en[k] for k in bead.en)
                        pairs[one_line(clean(vi)), one_line(clean(en))] = None
    return list(pairs)


def neighbor(pairs: Sequence[Pair], k: int, _rng: random.Random) -> Pair | None:
    """The English of the next pair."""
    return pairs[k][0], pairs[(k + 1) % len(pairs)][1]


def half(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """Half of one side cut off."""
    sides = list(pairs[k])
    side = rng.randrange(2)
    words = sides[side].split()
    if len(words) < 6:
        return None
    cut = len(words) // 2
    sides[side] = " ".join(words[:cut] if rng.random() < 0.5 else words[cut:])
    return sides[0], sides[1]


def appended(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """The next sentence appended on one side."""
    sides, after = list(pairs[k]), pairs[(k + 1) % len(pairs)]
    side = rng.randrange(2)
    sides[side] = f"{sides[side]} {after[side]}"
    return sides[0], sides[1]


def number(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """A digit changed on one side."""
    sides = list(pairs[k])
    side = rng.randrange(2)
    digits = [match.start() for match in re.finditer(r"\d", sides[side])]
    if not digits:
        return None
    at = rng.choice(digits)
    other = rng.choice([digit for digit in "123456789" if digit != sides[side][at]])
    sides[side] = sides[side][:at] + other + sides[side][at + 1 :]
    return sides[0], sides[1]


def name(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """A name on the English side exchanged for another."""
    vi, en = pairs[k]
    own = [anchor for anchor in find(en, "en") if anchor.kind == "name"]
    donor = pairs[rng.randrange(len(pairs))][1]
    others = [donor[a.start : a.end] for a in find(donor, "en") if a.kind == "name"]
    if not own or not others:
        return None
    anchor, new = rng.choice(own), rng.choice(others)
    return (vi, en[: anchor.start] + new + en[anchor.end :]) if new != en[anchor.start : anchor.end] else None


def untranslated(pairs: Sequence[Pair], k: int, rng: random.Random) -> Pair | None:
    """One side copied."""
    return (pairs[k][0],) * 2 if rng.random() < 0.5 else (pairs[k][1],) * 2


DAMAGES: dict[str, Damage] = {f.__name__: f for f in (neighbor, half, appended, number, name, untranslated)}


def rows_of(pairs: Sequence[Pair]) -> Floats:
    """Features in pools as the command has them."""
    encoder = static_encoder()
    pools = [pairs[at : at + scoring.POOL] for at in range(0, len(pairs), scoring.POOL)]
    return np.concatenate([scoring.features([p[0] for p in pool], [p[1] for p in pool], encoder) for pool in pools])


def area(good: Floats, bad: Floats) -> float:
    """Area under the ROC curve: how often a true pair stands above a damaged one."""
    order = np.argsort(np.concatenate([good, bad]), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    return float((ranks[: len(good)].sum() - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad)))


def damaged(pairs: Sequence[Pair], seed: int) -> dict[str, list[Pair]]:
    """Kind of damage -> damaged pairs."""
    rng = random.Random(seed)
    found: dict[str, list[Pair]] = {}
    for kind, damage in DAMAGES.items():
        made = (damage(pairs, k, rng) for k in range(len(pairs)))
        found[kind] = [pair for pair in made if pair is not None]
    return found


def main() -> None:
    """Fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="devsets/align")
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    arguments = parser.parse_args()
    rng = random.Random(1)
    true = true_pairs(arguments.folder, 1)
    bad = [pair for pairs in damaged(true, 1).values() for pair in rng.sample(pairs, min(len(pairs), len(true) // 5))]
    rows = np.concatenate([rows_of(true), rows_of(bad)])
    labels = np.concatenate([np.ones(len(true)), np.zeros(len(bad))])
    signature = f"odd development documents: {len(true)} true, {len(bad)} damaged; encoder {static_encoder().signature}"
    model = logistic.fit(rows, labels, scoring.FEATURES, l2=1e-4, signature=signature)
    if not arguments.dry_run:
        logistic.save(model, WEIGHTS / "pairs.json")
    even = true_pairs(arguments.folder, 0)[:2000]
    good = logistic.sigmoid(model.log_odds(rows_of(even)))
    print(
        f"{len(even)} true pairs of even documents: mean quality {good.mean():.3f}, above .5 {(good > 0.5).mean():.3f}"
    )
    for kind, pairs in damaged(even, 2).items():
        scores = logistic.sigmoid(model.log_odds(rows_of(pairs)))
        print(f"{kind:12} {len(pairs):5} pairs, AUC {area(good, scores):.4f}, above .5 {(scores > 0.5).mean():.3f}")


if __name__ == "__main__":
    main()
