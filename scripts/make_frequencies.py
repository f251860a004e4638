"""Count words and word pairs of the training text for `align glossary`: counts only, no text.

.venv/bin/python scripts/make_frequencies.py ../shared/data/train --out align/glossary/data

Writes `frequencies_vi.tsv.gz` and `frequencies_en.tsv.gz`: `word count nominal verbal`, where nominal and verbal say
how often it followed a word that announces a noun (the, một, các ...) or a verb (to, will, đã, sẽ ...).
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from pathlib import Path
from typing import Final

from align.formats.pairs import read_pairs
from align.glossary.tokens import low as lower
from align.glossary.tokens import tokenize

# Lists of names, whose English side is made by rule: no running text.
NO_TEXT: Final = ("cldr_names", "vn_admin_units")
BEFORE_NOUN: Final = {
    "vi": [
        "các",
        "những",
        "một",
        "sự",
        "việc",
        "cuộc",
        "nền",
        "mọi",
        "mỗi",
        "cái",
        "chiếc",
        "bộ",
        "nhiều",
        "hai",
        "ba",
        "của",
        "về",
    ],
    "en": [
        "the",
        "a",
        "an",
        "this",
        "these",
        "its",
        "their",
        "his",
        "her",
        "our",
        "your",
        "my",
        "of",
        "some",
        "any",
        "no",
        "every",
        "each",
        "many",
        "several",
    ],
}
BEFORE_VERB: Final = {
    "vi": [
        "đã",
        "sẽ",
        "đang",
        "để",
        "không",
        "cần",
        "phải",
        "có_thể",
        "hãy",
        "cùng",
        "vừa",
        "mới",
        "đều",
        "cũng",
        "vẫn",
        "chưa",
        "muốn",
        "tiếp_tục",
    ],
    "en": [
        "to",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "must",
        "should",
        "shall",
        "not",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "who",
        "which",
    ],
}
LEAST: Final = {1: 2, 2: 3}


def counts(texts: list[str], lang: str) -> dict[int, dict[str, list[int]]]:
    """Length (1 or 2) -> words -> count, count after a noun's herald, count after a verb's."""
    nouns, verbs = set(BEFORE_NOUN[lang]), set(BEFORE_VERB[lang])
    found: dict[int, dict[str, list[int]]] = {1: {}, 2: {}}
    for text in texts:
        before, before2 = "", ""
        for token in tokenize(text):
            low = lower(token[0]) if token[0][0].isalpha() else ""
            if low:
                _add(found[1], low, before, nouns, verbs)
            if low and before:
                _add(found[2], f"{before} {low}", before2, nouns, verbs)
            before, before2 = low, before
    return found


def _add(table: dict[str, list[int]], words: str, before: str, nouns: set[str], verbs: set[str]) -> None:
    row = table.setdefault(words, [0, 0, 0])
    row[0] += 1
    row[1] += before in nouns
    row[2] += before in verbs


def write(path: Path, tables: dict[int, dict[str, list[int]]], sources: Counter[str]) -> None:
    """Write a list, most frequent first; the first lines name the sources."""
    total = sum(row[0] for row in tables[1].values())
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        file.write(f"# {total}\n# sources: {', '.join(f'{n} {c}' for n, c in sorted(sources.items()))}\n".encode())
        for length, table in tables.items():
            kept = [(words, row) for words, row in table.items() if row[0] >= LEAST[length]]
            for words, (count, nominal, verbal) in sorted(kept, key=lambda item: (-item[1][0], item[0])):
                file.write(f"{words}\t{count}\t{nominal}\t{verbal}\n".encode())


def main() -> None:
    """Read, count, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    sources: Counter[str] = Counter()
    sides: dict[str, list[str]] = {"vi": [], "en": []}
    for path in sorted(arguments.folder.glob("*.tsv.gz")):
        name = path.name.removesuffix(".tsv.gz")
        if name in NO_TEXT:
            continue
        for pair in read_pairs(path):
            sides["vi"].append(pair.vi)
            sides["en"].append(pair.en)
            sources[name] += 1
    for lang, texts in sides.items():
        write(arguments.out / f"frequencies_{lang}.tsv.gz", counts(texts, lang), sources)
        print(lang, len(texts), (arguments.out / f"frequencies_{lang}.tsv.gz").stat().st_size)


if __name__ == "__main__":
    main()
