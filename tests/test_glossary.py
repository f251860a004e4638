"""Parts of the glossary against values by hand and brute force; the whole on four sentences and on the sample."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.encoders import load_encoder
from align.encoders.translations import Direction, Translations
from align.errors import FormatError
from align.formats import tsv
from align.glossary import acronyms, candidates, lexicon, measure, names, seeds, side, spans
from align.glossary.check import check
from align.glossary.extract import extract
from align.glossary.kinds import kind_of
from align.glossary.lexicon import Lexicon
from align.glossary.pairing import ranks
from align.glossary.tokens import english_key, keys
from align.glossary.types import KINDS, Config, Entry, Known, Row
from align.glossary.wordlists import bounds, frequencies, is_adjective
from align.glossary.words_align import Links, WordAligner
from align.pipeline import glossary as pipeline
from align.pipeline import glossary_rows

GOLD = Path(__file__).resolve().parents[1] / "corpus" / "gold"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Parties", "party"),
        ("defence", "defense"),
        ("Centres", "centre"),
        ("businesses", "business"),
        ("process", "process"),
        ("ASEAN", "asean"),
        ("organisation", "organization"),
        ("Tô", "to"),
        ("news", "news"),
        ("UNCLOS", "unclos"),
        ("talks", "talk"),
    ],
)
def test_keys_of_english_words(written, key):
    assert english_key(written) == key


def test_keys_leave_marks_out_and_move_tones():
    assert keys("Hoà bình (ở) Biển Đông", "vi") == ("hòa", "bình", "ở", "biển", "đông")
    assert keys("Malaysia’s peoples", "en") == ("malaysia", "people")


@given(st.text(alphabet="abc AB,.", max_size=40))
def test_tokens_hold_every_character_but_blanks(text):
    assert "".join(side.TOKEN.findall(text)) == text.replace(" ", "")


def found_words(texts, lang, least=1):
    return set(candidates.find(side.encode(texts, lang), least).words)


def test_candidates_begin_and_end_with_content_words():
    words = found_words(["The ministers discussed the rule of law in Hanoi."], "en")
    assert ("rule", "of", "law") in words
    assert ("law",) in words
    assert ("hanoi",) in words
    assert not any(phrase[0] in ("the", "of", "in") or phrase[-1] in ("the", "of", "in") for phrase in words)
    assert not any("discuss" in word for phrase in words for word in phrase if len(phrase) > 1)


def test_candidates_cut_no_vietnamese_word():
    words = found_words(["Hai nước ủng hộ luật pháp quốc tế và tự do hàng hải."], "vi")
    assert ("luật", "pháp", "quốc", "tế") in words
    assert ("tự", "do", "hàng", "hải") in words
    assert not any(phrase[0] == "pháp" or phrase[-1] == "luật" for phrase in words)


def test_a_name_may_hold_prepositions_where_small_words_may_not():
    words = found_words(["We signed the Declaration on the Conduct of Parties with a view on trade."], "en")
    assert ("declaration", "on", "the", "conduct", "of", "party") in words
    assert ("view", "on", "trade") not in words


@given(st.lists(st.lists(st.sampled_from(["Alpha", "Beta", "gamma", ",", "of"]), max_size=6), min_size=1, max_size=6))
def test_counts_of_candidates_are_those_of_a_plain_count(sentences):
    texts = [" ".join(words) for words in sentences]
    tokens = side.encode(texts, "en")
    found = candidates.find(tokens, 1)
    counted = Counter()
    for unit in range(len(texts)):
        words = [tokens.vocabulary[k] for k in tokens.keys[tokens.starts[unit] : tokens.starts[unit + 1]]]
        counted.update(tuple(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1))
    by_flags = dict(zip(found.words, found.count.tolist(), strict=True))
    assert len(by_flags) == len(found.words), "a candidate stands twice"
    for words, count in by_flags.items():
        assert count <= counted[words]
        if all(word in ("alpha", "beta") for word in words):
            places = found.places(found.words.index(words))
            assert len(set(places.tolist())) == count
            assert all(tuple(tokens.vocabulary[k] for k in tokens.keys[p : p + len(words)]) == words for p in places)


@given(st.lists(st.integers(0, 9), max_size=200))
def test_rare_candidates_are_dropped_exactly(numbers):
    codes = np.array(numbers, dtype=np.uint64) << np.uint64(45)
    values, counts = candidates._tally(codes, 3)
    expected = {code: n for code, n in Counter(codes.tolist()).items() if n >= 3}
    assert dict(zip(values.tolist(), counts.tolist(), strict=True)) == expected


@pytest.mark.parametrize(("counts", "most", "bar"), [([5, 4, 3], 3, 0), ([5, 4, 3, 3], 3, 4), ([2, 2, 2, 2], 3, 3)])
def test_the_bar_leaves_no_more_candidates_than_wanted(monkeypatch, counts, most, bar):
    monkeypatch.setattr(candidates, "MOST", most)
    assert candidates._bar(np.array(counts)) == bar
    assert sum(count >= bar for count in counts) <= most


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1, width=32)), max_size=30))
def test_ranks_are_places_in_the_sorted_group(rows):
    group = np.array([g for g, _ in rows], dtype=np.int32)
    score = np.array([s for _, s in rows], dtype=np.float32)
    if not rows:
        return
    places = ranks(score, group)
    for k in range(len(rows)):
        better = sum(1 for j in range(len(rows)) if group[j] == group[k] and score[j] > score[k])
        ties = sum(1 for j in range(k) if group[j] == group[k] and score[j] == score[k])
        assert places[k] == better + ties


@pytest.mark.parametrize(
    ("acronym", "words", "fits"),
    [
        ("UNCLOS", ("united", "nation", "convention", "on", "the", "law", "of", "the", "sea"), True),
        ("MoU", ("memorandum", "of", "understanding"), True),
        ("COC", ("code", "of", "conduct"), True),
        ("COC", ("conduct", "of", "party"), False),
        ("DOC", ("sea",), False),
        ("EU", ("minister", "of", "trade"), False),
    ],
)
def test_letters_of_an_acronym_are_initials(acronym, words, fits):
    assert acronyms.fits(acronym, words) is fits


def test_full_forms_end_before_the_bracket():
    texts = ["thực hiện Công ước về Luật Biển năm 1982 (UNCLOS 1982) và Bộ Quy tắc ứng xử ở Biển Đông (COC)"]
    tokens = side.encode(texts, "vi")
    found = candidates.find(tokens, 1)
    forms = {
        name: {found.words[k] for k in numbers} for name, numbers in acronyms.full_forms(tokens, found, texts).items()
    }
    assert ("công", "ước", "về", "luật", "biển") in forms["UNCLOS"]
    assert ("bộ", "quy", "tắc", "ứng", "xử", "ở", "biển", "đông") in forms["COC"]
    assert ("bộ", "quy", "tắc", "ứng", "xử") in forms["COC"]


def test_names_that_both_sides_share_are_whole():
    vi = side.encode(["Bộ trưởng Phan Hữu Lộc hội đàm"], "vi")
    en = side.encode(["Minister Phan Huu Loc held talks"], "en")
    left, right = spans.keep_names_whole(vi, en)
    words = set(candidates.find(left, 1).words)
    assert ("phan", "hữu", "lộc") in words
    assert not any(phrase[0] == "hữu" or phrase[-1] == "phan" for phrase in words)
    assert ("phan", "huu", "loc") in set(candidates.find(right, 1).words)


def test_places_of_both_sides():
    assert names.place(keys("Việt Nam", "vi"), "vi") == names.place(keys("Vietnamese", "en"), "en") != ""
    assert names.mentioned(("ủy", "ban", "việt", "nam", "2025"), "vi") == names.mentioned(("vietnam", "2025"), "en")
    assert names.without_place(keys("doanh nghiệp Malaysia", "vi"), "vi")[0] == ("doanh", "nghiệp")
    assert names.shared_tail(("thủ", "tướng", "tô", "lâm"), ("prime", "minister", "to", "lam")) == 2


def test_links_of_words_judge_spans():
    # vi tokens 0..5, en tokens 0..5, a link on each token but 2 and 3.
    linked = np.array([0, 1, 4, 5])
    links = Links(linked, linked + 1, linked, (6, 6))
    inside, near = links.agreement((2, 4), (2, 4))
    assert (inside, near) == (0.5, 1.0)
    assert links.agreement((0, 2), (0, 2))[0] == 1.0
    assert links.agreement((0, 2), (4, 6))[0] < 0.5
    assert links.agreement((2, 4), (5, 6))[1] < near


def test_term_list_of_diplomacy():
    terms = seeds.built_in("diplomacy")
    assert len(terms) >= 300
    assert {term.kind for term in terms} <= set(KINDS)
    assert any(term.valid_to for term in terms)
    for term in terms:
        for day in (term.valid_from, term.valid_to):
            assert re.fullmatch(r"(?:\d{4}-\d\d-\d\d)?", day)
    pairs = Counter((vi.lower(), en.lower()) for term in terms for vi in term.vi for en in term.en)
    assert [pair for pair, count in pairs.items() if count > 1] == []


@pytest.mark.parametrize(
    ("line", "message"), [("một ô", "1 cells"), ("a\tb\tnhóm", "kind 'nhóm'"), ("a\tb\tc\td\te\tf\tg", "7 cells")]
)
def test_broken_term_lists_say_where(line, message):
    with pytest.raises(FormatError, match=f"list.tsv:2: .*{message}"):
        seeds.parse(f"vi\ten\n{line}\n", "list.tsv")


def test_listed_pairs_are_found_by_keys():
    terms = seeds.TermList(
        [Known(("Tự do hàng hải và hàng không",), ("freedom of navigation and overflight",), "topic")]
    )
    assert terms.find(keys("tự do hàng hải, hàng không", "vi"), keys("Freedom of Navigation and Overflight", "en"))
    assert not terms.find(keys("tự do", "vi"), keys("freedom", "en"))


def test_bounding_words_and_frequencies():
    assert "của" in bounds("vi")["inner"]
    assert "the" in bounds("en")["inner"]
    assert frequencies("en").verbal("encourage") > 0.7 > frequencies("en").verbal("cooperation")
    assert frequencies("vi").count("hợp tác") > 50


TEXTS = (
    (
        "Hai bên ký Bản ghi nhớ (MoU) về năng lượng tái tạo.",
        "The two sides signed a memorandum of understanding (MoU) on renewable energy.",
    ),
    ("Luật pháp quốc tế được tôn trọng ở Biển Đông.", "International law is respected in the East Sea."),
    ("Năng lượng tái tạo cần vốn.", "Renewable energy needs capital."),
    (
        "Tranh chấp ở Biển Đông phải theo luật pháp quốc tế.",
        "Disputes in the South China Sea must follow international law.",
    ),
)
ROWS = [
    Row(str(k), vi, en, f"v{k // 3}", f"e{k // 3}", "2025-03-01" if k < 3 else "2025-04-02")
    for k, (vi, en) in enumerate(TEXTS, 1)
]


@pytest.fixture(scope="module")
def small():
    return extract(ROWS, load_encoder(), Config())


def test_terms_of_four_sentences(small):
    pairs = {(entry.vi, entry.en): entry for entry in small}
    law = pairs["luật pháp quốc tế", "international law"]
    assert (law.frequency, law.documents) == (2, 2)
    assert (law.first_seen, law.last_seen) == ("2025-03-01", "2025-04-02")
    assert ("năng lượng tái tạo", "renewable energy") in pairs
    sea = next(entry for entry in small if entry.vi == "Biển Đông")
    assert {sea.en, *(other.en for other in sea.alternatives)} == {"East Sea", "South China Sea"}
    assert sum(other.share for other in sea.alternatives) == 0.5


def test_contexts_mark_the_term(small):
    for entry in small:
        for context in entry.contexts:
            written = context.vi[slice(*context.vi_span)]
            assert keys(written, "vi") == keys(entry.vi, "vi")
            assert context.id in {row.id for row in ROWS}


def test_nothing_in_nothing_out():
    assert extract([], load_encoder()) == []
    assert extract([Row("1", ".", "!")], load_encoder()) == []


def test_the_same_rows_give_the_same_glossary(small):
    assert extract(ROWS, load_encoder(), Config()) == small


def test_check_says_how_terms_are_used(small):
    terms = [
        Known(("Biển Đông",), ("East Sea",), "place"),
        Known(("năng lượng tái tạo",), ("renewable energy",), "topic"),
        Known(("tranh chấp",), ("quarrel",), "topic"),
        Known(("bản ghi nhớ",), ("memorandum of understanding",), "document", "", "2024-12-31"),
        Known(("đại sứ",), ("ambassador",), "title"),
    ]
    found = check(ROWS, terms, small)
    assert [finding.verdict for finding in found] == ["mixed", "as listed", "deviates", "out of date", "not used"]
    sea = found[0]
    assert (sea.units, sea.listed, sea.example.id, sea.instead) == (2, 1, "4", ("South China Sea",))


def test_figures_by_hand():
    made = [Entry(vi, en, "topic", 1.0, "sure", 1, 1) for vi, en in [("a", "x"), ("b", "y"), ("c", "z")]]
    figures = measure.measure(made, [("a", "x"), ("d", "w")], [("b", "y")])
    assert (figures.recall, round(figures.precision, 3)) == (0.5, 0.667)
    assert figures.missing == (("d", "w"),)


def test_sample_reaches_its_figures(sample_run):
    gold = measure.read(row for _, row in tsv.read_table(GOLD / "glossary.tsv"))
    kept = measure.read(row for _, row in tsv.read_table(GOLD / "glossary_kept.tsv"))
    entries = pipeline.extract(sample_run, load_encoder(), pipeline.config())
    figures = measure.measure(entries, gold, kept)
    assert figures.recall >= 0.75
    assert figures.precision >= 0.85


def test_units_that_no_bead_joins_are_loose(sample_run):
    rows = list(glossary_rows.rows(sample_run, load_encoder()))
    loose = [row for row in rows if row.loose]
    assert loose
    assert all(not row.id and row.vi_doc and row.en_doc for row in loose)


class TinyEncoder:
    """Four pieces: 0 and 1 Vietnamese, 2 and 3 English; 0 means 2 nine times of ten, 1 is in no table."""

    @property
    def featurizer(self):
        return self

    @staticmethod
    def ids(texts):
        numbers = [np.array(text.split(), dtype=np.int32) for text in texts]
        return np.concatenate(numbers), np.cumsum([0, *map(len, numbers)])

    @property
    def translations(self):
        level = np.array([255 * (1 - np.log(0.9) / np.log(0.005))], dtype=np.uint8)
        unigram = np.full(4, 0.001, dtype=np.float32)
        to_en = Direction(np.array([0, 1, 1, 1, 1, 1]), np.array([2], np.uint16), level, unigram)
        to_vi = Direction(np.array([0, 0, 0, 1, 1, 1]), np.array([0], np.uint16), level, unigram)
        return Translations(to_en, to_vi)


def test_words_explain_each_other_as_by_hand():
    words = Lexicon(TinyEncoder())
    found = lexicon.scores(words.vi(["0", "0 1"]), words.en(["2", "3"]))
    one = 6.0  # log((.9 + .02 * .001) / (1.02 * .001)) is 6.8, bounded
    half = np.log((0.9 / 2 + 0.02 * 0.001) / (1.02 * 0.001))
    assert found[0] == pytest.approx([one, -3.0], abs=0.02)
    # English by "0 1": half of the probability; "0 1" by English: one piece of two explained.
    assert found[1, 0] == pytest.approx((min(half, 6.0) + (one - 3.0) / 2) / 2, abs=0.02)


def test_the_table_of_translations_tells_terms_apart():
    words = Lexicon(load_encoder())
    vi = ["toàn vẹn lãnh thổ", "năng lượng tái tạo", "tranh chấp"]
    found = lexicon.scores(words.vi(vi), words.en(["territorial integrity", "renewable energy", "disputes"]))
    assert found.argmax(axis=0).tolist() == [0, 1, 2]
    assert found.argmax(axis=1).tolist() == [0, 1, 2]
    assert (found >= lexicon.WORST).all()


def test_between_bars_its_conjunction():
    words = found_words(["The accord between the Ministry of Finance and the World Bank was signed."], "en")
    assert ("ministry", "of", "finance") in words
    assert not any("and" in phrase for phrase in words)
    words = found_words(["Thỏa thuận giữa Bộ Tài chính và Ngân hàng Thế giới."], "vi")
    assert ("bộ", "tài", "chính") in words
    assert not any("và" in phrase for phrase in words)


@pytest.mark.parametrize(
    ("vi", "en", "named", "kind"),
    [
        ("thứ trưởng ngoại giao", "deputy foreign minister", True, "title"),
        ("bộ công thương", "ministry of industry and trade", True, "organisation"),
        ("công ước hà nội", "hanoi convention", True, "treaty"),
        ("bản ghi nhớ", "memorandum of understanding", False, "document"),
        ("phiên bế mạc", "closing session", False, "event"),
        ("nhật bản", "japan", True, "place"),
        ("cảng muara", "muara port", True, "place"),
        ("hoàng khắc tuệ", "hoang khac tue", True, "person"),
        ("nhóm máu", "blood group", False, "topic"),
    ],
)
def test_kinds(vi, en, named, kind):
    assert kind_of(tuple(vi.split()), tuple(en.split()), named=named) == kind


@pytest.mark.parametrize(
    ("word", "expected"), [("economic", True), ("national", True), ("responsible", True), ("capacity", False)]
)
def test_adjectives_by_their_adverbs(word, expected):
    assert is_adjective(word) is expected


def test_acronyms_and_full_forms_are_one_entry(small):
    note = next(entry for entry in small if "ghi nhớ" in entry.vi)
    assert note.acronym == "MoU"
    assert not any(entry.en == "MoU" for entry in small)


def test_rivals_say_who_used_them_when(small):
    sea = next(entry for entry in small if entry.vi == "Biển Đông")
    rival = sea.alternatives[0]
    row = next(row for row in ROWS if rival.en in row.en)
    assert (rival.units, rival.documents) == (1, (row.en_doc,))
    assert (rival.first_seen, rival.last_seen) == (row.date, row.date)


def test_a_title_with_a_name_is_no_term():
    texts = [
        ("Thứ trưởng Đỗ Quang Khải phát biểu.", "Deputy Minister Do Quang Khai spoke."),
        ("Ông Đỗ Quang Khải rời Hà Nội.", "Mr Do Quang Khai left Hanoi."),
        ("Các Thứ trưởng gặp nhau.", "The Deputy Ministers met."),
    ]
    entries = extract([Row(str(k), vi, en) for k, (vi, en) in enumerate(texts)], load_encoder())
    pairs = {(entry.vi, entry.en) for entry in entries}
    assert ("Đỗ Quang Khải", "Do Quang Khai") in pairs
    assert not any("Khải" in vi and "Thứ" in vi for vi, _ in pairs)


@pytest.mark.parametrize("name", ["corpus.tsv", "corpus.tmx", "corpus.jsonl", "corpus.parquet", "corpus.vi"])
def test_any_format_gives_the_same_pairs(sample_run, name):
    units = [(row.vi, row.en) for row in glossary_rows.rows(sample_run / name, load_encoder())]
    assert units == [(unit.vi, unit.en) for unit in tsv.read(sample_run / "corpus.tsv")]


def test_dates_and_documents_of_a_corpus_file(sample_run):
    unit = next(tsv.read(sample_run / "corpus.tsv"))
    row = next(glossary_rows.rows(sample_run / "corpus.jsonl", load_encoder()))
    assert (row.id, row.vi_doc, row.en_doc) == (unit.id, unit.vi_doc, unit.en_doc)
    assert row.date == (unit.en_date or unit.vi_date).isoformat()


def test_a_broken_line_of_alignments_is_told(tmp_path, sample_run):
    for name in ("corpus.tsv", "documents.tsv"):
        (tmp_path / name).write_bytes((sample_run / name).read_bytes())
    (tmp_path / "alignments.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"alignments\.jsonl:1: not a document pair"):
        list(glossary_rows.rows(tmp_path, load_encoder()))


def test_scores_of_pairs_are_the_diagonal_of_all_scores():
    words = lexicon.Lexicon(load_encoder("embedded"))
    vi = words.vi(["toàn vẹn lãnh thổ", "tự do hàng hải", "xyzzy", ""])
    en = words.en(["territorial integrity", "a joint statement", "freedom of navigation", "peace"])
    np.testing.assert_allclose(lexicon.scores_of_pairs(vi, en), np.diag(lexicon.scores(vi, en)), rtol=1e-5)


def test_links_of_units_do_not_depend_on_their_neighbors():
    pairs = [
        ("Hai bên bảo đảm tự do hàng hải.", "Both sides ensure freedom of navigation."),
        ("...", "A sentence."),
        ("Thủ tướng thăm Nhật Bản.", "The prime minister visits Japan."),
    ]
    vi = side.encode([left for left, _ in pairs], "vi")
    en = side.encode([right for _, right in pairs], "en")
    together, alone = (
        WordAligner(vi, en, load_encoder("embedded"), lexicon.Lexicon(load_encoder("embedded"))) for _ in range(2)
    )
    together.prepare([0, 1, 2])
    for unit in (2, 0, 1):
        alone.prepare([unit])
        for column in ("vi_start", "vi_end", "en"):
            expected = getattr(alone.links(unit), column).tolist()
            assert getattr(together.links(unit), column).tolist() == expected
    assert len(together.links(0).en) >= 2
    assert len(together.links(1).en) == 0
