"""The hand-made gold is consistent with the sample."""

from pathlib import Path

import pytest

from align import documents
from align.formats import tsv
from align.formats.gold import read_gold_folder
from align.types import Document

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
GOLD = CORPUS / "gold"


def rows(name):
    return [row for _, row in tsv.read_table(GOLD / name)]


@pytest.fixture(scope="module")
def beads():
    """Text of every true bead."""
    return [
        (" ".join(d.vi[k] for k in bead.vi), " ".join(d.en[k] for k in bead.en))
        for d in read_gold_folder(GOLD / "beads")
        for bead in d.beads
        if not bead.is_null
    ]


def test_pairs_name_articles_of_their_language():
    languages = {d.doc_id: d.lang for d in documents.read([CORPUS / "sample"]) if isinstance(d, Document)}
    pairs = rows("documents.tsv")
    assert all((languages[row["vi_doc"]], languages[row["en_doc"]]) == ("vi", "en") for row in pairs)
    assert {row["class"] for row in pairs} <= {"translation", "same_event"}


def test_every_pair_has_beads():
    names = {f"{row['vi_doc']}--{row['en_doc']}" for row in rows("documents.tsv")}
    assert {document.name for document in read_gold_folder(GOLD / "beads")} == names


def test_terms_stand_in_one_true_bead(beads):
    terms = rows("glossary.tsv")
    assert len(terms) >= 60
    assert len({(row["vi"], row["en"]) for row in terms}) == len(terms)
    for row in terms:
        found = [1 for vi, en in beads if row["vi"].lower() in vi.lower() and row["en"].lower() in en.lower()]
        assert found, f"{row['vi']} = {row['en']} stands in no bead"


def test_hard_negatives_are_no_beads(beads):
    assert not {(row["vi"], row["en"]) for row in rows("hard.tsv")} & set(beads)
