"""The sample articles are read, cleaned and segmented as their hand-made gold says."""

from pathlib import Path

import pytest

from align import documents
from align.formats.gold import read_gold_folder
from align.segment import segment
from align.types import Document

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
GOLD = list(read_gold_folder(CORPUS / "gold" / "beads"))


@pytest.fixture(scope="module")
def articles():
    return {item.doc_id: item for item in documents.read([CORPUS / "sample"]) if isinstance(item, Document)}


def test_every_article_is_read(articles):
    languages = [article.lang for article in articles.values()]
    assert (languages.count("vi"), languages.count("en")) == (19, 19)


@pytest.mark.parametrize("document", GOLD, ids=lambda document: document.name)
def test_segments_are_those_of_the_gold(articles, document):
    vi, en = document.name.split("--")
    assert tuple(piece.text for piece in segment(articles[vi])) == document.vi
    assert tuple(piece.text for piece in segment(articles[en])) == document.en


def test_offsets_point_at_the_segments(articles):
    for article in articles.values():
        assert all(article.text[piece.start : piece.end] == piece.text for piece in segment(article))


@pytest.mark.parametrize(
    "word", ["Ảnh:", "(Photo", "Mời quý vị", "Mời bạn đọc", "Read more", "./.", "— BVS", "By ", "Theo Tin Lạc Việt"]
)
def test_no_furniture_opens_or_closes_a_segment(articles, word):
    pieces = [piece.text for article in articles.values() for piece in segment(article)]
    assert not [text for text in pieces if text.startswith(word) or text.endswith(word)]
