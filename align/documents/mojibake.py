"""Text garbled by a wrong decoding on its way ("Viá»‡t Nam"), mended where that is certain."""

from __future__ import annotations

import re
from typing import Final

from align.documents import legacy, syllables

# The first byte of a UTF-8 letter read as Western, and a following byte read so: a cheap look before the real work.
_TRACE: Final = re.compile(
    "[ÂÃÄÅÆÇáâ\u00e1\u00e2][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
# Letters that typed-in-a-font text shows again and again, and Vietnamese in Unicode never: a cheap look, too.
_FONT_TRACE: Final = re.compile(r"[®¸µ¶·¹¨»¾¼½Æ©ÊÇËÐÑªÕÒÖ×ÝÞãßäåæçñøöûùïäëü]")
_UNICODE_ONLY: Final = re.compile(r"[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0-\u01b0\u1ea0-\u1ef9]")
_MIN_FONT_TRACES: Final = 8


def repair(text: str) -> tuple[str, tuple[str, ...]]:
    """Mend a text; with what was done, nothing where it is sound or a repair is not certain.

    Lines are mended one by one: a line keeps every word that shows no trace of garbling, or it is left as it is.
    """
    if text.isascii():
        return text, ()
    if len(_FONT_TRACE.findall(text)) >= _MIN_FONT_TRACES and _UNICODE_ONLY.search(text) is None:
        found = legacy.convert_text(text)
        if found is not None:
            return found.text, (f"converted from {found.encoding}: found by how the text reads",)
    if _TRACE.search(text) is None:
        return text, ()
    lines = text.split("\n")
    mended = [_line(line) for line in lines]
    changed = sum(old != new for old, new in zip(lines, mended, strict=True))
    if not changed:
        return text, ()
    return "\n".join(mended), (f"garbled letters mended in {changed} line{'s' if changed > 1 else ''}",)


def _line(line: str) -> str:
    if _TRACE.search(line) is None:
        return line
    import ftfy

    mended = ftfy.fix_encoding(line)
    return mended if mended != line and _certain(line, mended) else line


def _certain(line: str, mended: str) -> bool:
    """Whether a repair loses nothing: sound words stay, no letter is replaced, and it reads no less Vietnamese."""
    if "\ufffd" in mended or _TRACE.search(mended):
        return False
    sound = [word for word in line.split() if _UNICODE_ONLY.search(word)]
    rest = mended.split()
    if any(word not in rest and not _TRACE.search(word) for word in sound):
        return False
    before, after = syllables.share(_TRACE.sub(" ", line)), syllables.share(mended)
    return not after[1] or after[0] >= before[0]
