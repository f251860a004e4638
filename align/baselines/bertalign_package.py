"""The package `bertalign` itself, where a user has it: it is not on PyPI, and GPL, so nothing of it is here.

It loads its own encoder (LaBSE) and asks an online service for the languages of the texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from align.errors import AlignerError
from align.types import Bead


def align(vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
    """Align with the installed package; it never sees empty segments, which stay null.

    Raises:
        AlignerError: the package is not installed.
    """
    try:
        from bertalign import Bertalign
    except ImportError as error:
        message = (
            "--aligner bertalign-package: the package bertalign is not installed; expected the one of "
            "github.com/bfsujason/bertalign (GPL); or use --aligner bertalign, the same method written anew"
        )
        raise AlignerError(message) from error
    vi_kept, en_kept = ([k for k, text in enumerate(side) if text.strip()] for side in (vi, en))
    if not (vi_kept and en_kept):
        return [*(Bead((k,), ()) for k in range(len(vi))), *(Bead((), (k,)) for k in range(len(en)))]
    lines = ["\n".join(" ".join(side[k].split()) for k in kept) for side, kept in ((vi, vi_kept), (en, en_kept))]
    aligner = Bertalign(*lines, is_split=True)
    aligner.align_sents()
    beads = [Bead(tuple(vi_kept[k] for k in left), tuple(en_kept[k] for k in right)) for left, right in aligner.result]
    empty_vi, empty_en = set(range(len(vi))) - set(vi_kept), set(range(len(en))) - set(en_kept)
    return [*beads, *(Bead((k,), ()) for k in sorted(empty_vi)), *(Bead((), (k,)) for k in sorted(empty_en))]
