"""Capital letters, and the shape of a Vietnamese syllable."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Capitals of Latin letters as a class of a pattern: ASCII, Latin-1, some of Europe, Vietnamese.
UPPER: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĨĪİĶŁŃŅŇŌŐŒŔŘŚŞŠŢŤŨŪŮŰŲŹŻŽƠƯ" + "".join(map(chr, range(0x1E00, 0x1EFF, 2)))
_SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|ieu|yeu|oai|oao|oay|oeo|uay|uoi|uou|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo"
    r"|ua|ue|ui|uo|uu|uy|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)


@lru_cache(maxsize=65536)
def is_syllable(folded: str) -> bool:
    """Whether a folded word could be a Vietnamese syllable: "chinh", "lam", not "trump"."""
    return len(folded) <= 7 and _SYLLABLE.fullmatch(folded) is not None
