from dataclasses import replace

import pytest

from align.filters import DUPLICATE, LOW_QUALITY, NO_WORDS, UNTRANSLATED, deduplicate, normalized, reason_to_reject
from align.types import Unit

UNIT = Unit("u1", "Tuyên bố chung", "Joint Statement", 0.9, 0.6, 1.2, "1-1", "a", "b", (0,), (0,), None, None, "e")


@pytest.mark.parametrize(
    ("vi", "en", "quality", "reason"),
    [
        ("Tuyên bố chung", "Joint Statement", 0.9, None),
        ("Tuyên bố chung", "Joint Statement", 0.49, LOW_QUALITY),
        ("ASEAN – EU", "Asean - EU", 0.9, UNTRANSLATED),
        ("***", "Joint Statement", 0.9, NO_WORDS),
        ("21/11", "November 21", 0.9, NO_WORDS),
    ],
)
def test_reasons(vi, en, quality, reason):
    assert reason_to_reject(replace(UNIT, vi=vi, en=en, quality=quality), 0.5) == reason


def test_normalized():
    assert normalized("  Hoà bình, ổn định! ") == "hoa binh on dinh"


def test_the_best_of_equal_texts_stays():
    units = [UNIT, replace(UNIT, id="u2", vi="Tuyên bố  chung.", quality=0.95), replace(UNIT, id="u3", en="Statement")]
    kept, duplicates = deduplicate(units)
    assert [unit.id for unit in kept] == ["u2", "u3"]
    assert [(d.unit.id, d.reason) for d in duplicates] == [("u1", DUPLICATE)]
