"""Known aligners by name: texts in, beads out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from align.baselines import bertalign, bertalign_package, gale_church
from align.errors import AlignerError, InputError
from align.types import Bead, Encoder

NAMES: Final = ("bertalign", "bertalign-package", "gale-church")
_MOST_CELLS: Final = 9_000_000  # 3,000 x 3,000 segments: these methods hold a cost for every cell and shape


def align(name: str, vi: Sequence[str], en: Sequence[str], encoder: Encoder) -> list[Bead]:
    """Align segments by a known method; beads in order, null beads included.

    Args:
        name: one of `NAMES`.
        vi: Vietnamese segments.
        en: English segments.
        encoder: for `bertalign`, which encodes concatenations of segments too.

    Raises:
        AlignerError: the name is unknown, or the package is not there.
        InputError: the documents are too long for the method.
    """
    if name not in NAMES:
        raise AlignerError(f"aligner '{name}' is unknown; expected one of {', '.join(NAMES)}")
    if len(vi) * len(en) > _MOST_CELLS:
        message = f"{len(vi):,} x {len(en):,} segments are too many for --aligner {name}; leave --aligner out"
        raise InputError(message)
    if name == "gale-church":
        return gale_church.align([len(text) for text in vi], [len(text) for text in en])
    if name == "bertalign-package":
        return bertalign_package.align(vi, en)
    if not (vi and en):
        return gale_church.align([1.0] * len(vi), [1.0] * len(en))
    return bertalign.align(bertalign.encode_runs(vi, encoder), bertalign.encode_runs(en, encoder))
