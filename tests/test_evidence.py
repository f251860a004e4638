"""Evidence of document pairs: what a person reads must stand in both articles."""

import json
from datetime import date

from align.encoders import static_encoder
from align.formats import tsv
from align.matching import Found, Rivals
from align.matching.collection import merged, summary
from align.matching.items import document_vectors
from align.pipeline import evidence, stages
from align.types import Document

DAY = date(2024, 11, 21)


def pair(vi_text, en_text, vi_date=DAY, en_date=DAY):
    documents = [Document("v", "vi", vi_text, date=vi_date), Document("e", "en", en_text, date=en_date)]
    (vi, en), _ = stages.prepare(documents, static_encoder())
    parts = [summary([one.item], lang, document_vectors([one.item])) for one, lang in ((vi, "vi"), (en, "en"))]
    return vi, en, merged(parts)


def told(*texts, **dates):
    vi, en, collection = pair(*texts, **dates)
    pieces = evidence.shared(vi, en, Found(((0.9, 1, 1), (0.2, 1, 1)), (2, 4)), 0.5, collection)
    return dict(piece.split(" ", 1) for piece in pieces)


def test_dates_numbers_and_names_as_both_print_them():
    found = told(
        "Ngày 21/11, ông Trần Văn Bình thông báo khoản vay 18,5 tỷ USD cho Đông Nam Á.",
        "On November 21, Tran Van Binh announced a loan of US$18.5 billion for Southeast Asia.",
        en_date=date(2024, 11, 22),
    )
    assert found["published"] == "2024-11-21 and 2024-11-22"
    assert found["dates"] == "21/11 = November 21"
    assert found["numbers"] == "18,5 tỷ USD = US$18.5 billion"
    assert set(found["names"].split(", ")) == {"Trần Văn Bình = Tran Van Binh", "Đông Nam Á = Southeast Asia"}
    assert found["aligned"] == "50% and 25% of the segments"
    assert found["segment"] == "similarity 0.50"


def test_nothing_shared_is_nothing_said():
    assert set(told("Hội đồng họp và sửa cầu.", "The farmers sold all of their rice.")) == {
        "published",
        "aligned",
        "segment",
    }


def test_members_are_no_percentages():
    found = told("Khối có 27 thành viên và 500 triệu dân.", "Exports rose by 27 percent to 500 million people.")
    assert found["numbers"] == "500 triệu = 500 million"


def test_a_possessive_and_the_end_of_a_range_are_left_out():
    found = told("Ông Tô Lâm thăm thị trấn từ 11 đến 13/3.", "Tô Lâm's visit to the town lasts from March 11 to 13.")
    assert found["names"] == "Tô Lâm"
    assert "13" not in found["dates"].replace("13/3", "")
    assert not found["dates"].endswith(("đến", "to"))


def test_undated_articles_and_what_their_text_suggests():
    found = told(
        "Ngày 21/11/2024, hội đồng thị trấn họp về cây cầu.", "The town council met.", vi_date=None, en_date=None
    )
    assert found["published"] == "undated (text suggests 2024-11-21) and undated"


def test_a_piece_never_ends_the_list_it_stands_in():
    for text in ("a; b", "Tô  Lâm's", "March 11 to", "1.5,"):
        assert ";" not in evidence._cell(text)
        assert evidence._cell(text) == evidence._cell(text).strip(" ,.;")


def test_rivals_with_their_distance():
    pairs = {0: (0, 0, 0.9), 1: (0, 1, 0.5), 2: (1, 0, 0.1)}
    ids = {0: ("v0", "e0"), 1: ("v0", "e1"), 2: ("v1", "e0")}
    assert evidence.of_rivals(0, Rivals(1, 2), pairs, ids.__getitem__) == (
        "rival e1 (0.5000, same event) 2.2 log-odds behind",
        "rival v1 (0.1000) 4.4 log-odds behind",
    )
    assert evidence.of_rivals(2, Rivals(None, 0), pairs, ids.__getitem__) == ("rival v0 (0.9000) 4.4 log-odds ahead",)
    assert evidence.of_rivals(0, Rivals(), pairs, ids.__getitem__) == ("no rival in the window",)


def test_all_that_the_sample_lists_stands_in_its_articles(sample_run):
    """Of "vi = en" the left stands in the Vietnamese article and the right in the English one."""

    texts = {}
    for line in (sample_run / "alignments.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        for lang in ("vi", "en"):
            texts[record[f"{lang}_doc"]] = " ".join(record[lang]["text"].split())
    checked = 0
    for _, row in tsv.read_table(sample_run / "documents.tsv"):
        pieces = row["evidence"].split("; ")
        assert pieces[0].startswith("published ")
        assert any(piece.startswith("rival ") or piece == "no rival in the window" for piece in pieces)
        vi, en = texts[row["vi_doc"]], texts[row["en_doc"]]
        for piece in pieces:
            if piece.split(" ")[0] in ("dates", "numbers", "names"):
                for item in piece.split(" ", 1)[1].split(", "):
                    left, _, right = item.partition(" = ")
                    assert left in vi if right else (left in vi or left in en), item
                    assert right in en, item
                    checked += 1
    assert checked > 200
