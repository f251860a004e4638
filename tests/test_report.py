"""report.html: the whole text in order, marks and moved beads by hand, nothing from outside, equal bytes."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import anchors, pipeline
from align.formats.tsv import read_table
from align.report import RunFacts, page, write_report
from align.report.marks import CLASH, HIT, ONLY, cut, judge
from align.report.overview import Doubt, overview
from align.report.reading import interleaved, picture, reading
from align.report.records import Pair, Side, band, in_order, outlet, pair_of, read_pairs, shortened
from align.report.write import page_names, pairs_to_show

ATTACK = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"quoted\" </script></style> {{ 7 * 7 }}"


class Reader(HTMLParser):
    """Text of paragraphs by the class of the column, addresses, and names of all elements."""

    def __init__(self):
        super().__init__()
        self.columns, self.addresses, self.scripts, self.ids, self.attributes = [], [], 0, [], set()
        self._lang, self._in, self._chip = None, False, False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.attributes |= attrs.keys()
        classes = (attrs.get("class") or "").split()
        self.addresses += [attrs[name] for name in ("src", "href", "action", "data", "poster") if attrs.get(name)]
        self.scripts += tag == "script"
        self.ids += [attrs["id"]] if "id" in attrs else []
        if tag == "div" and "col" in classes:
            self.columns.append([])
        if tag == "p" and "s" in classes:
            self._in = True
            self.columns[-1].append("")
        self._chip = self._chip or (tag == "a" and "q" in classes)

    def handle_endtag(self, tag):
        if tag == "p":
            self._in = False
        if tag == "a":
            self._chip = False

    def handle_data(self, data):
        if self._in and not self._chip:
            self.columns[-1][-1] += data


def read_page(path):
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    return reader


def facts_of(folder):
    data = json.loads((folder / "report.json").read_text("utf-8"))
    settings = {name: value for name, value in data["configuration"].items() if value not in ([], "")}
    return RunFacts(data["counts"], data["encoder"], settings, data["versions"])


@pytest.fixture(scope="module")
def sample_page(sample_run):
    return read_page(sample_run / "report.html")


def test_both_articles_stand_whole_and_in_order(sample_page, sample_pairs):
    wanted = [[piece["text"] for piece in pair[side]["segments"]] for pair in sample_pairs for side in ("vi", "en")]
    assert sample_page.columns == wanted
    for pair, columns in zip(sample_pairs, zip(*[iter(sample_page.columns)] * 2, strict=True), strict=True):
        for side, column in zip(("vi", "en"), columns, strict=True):
            assert "".join("".join(column).split()) == "".join(pair[side]["text"].split())


def test_every_unit_has_its_address(sample_page, sample_run):
    ids = {row["id"] for name in ("corpus.tsv", "rejected.tsv") for _, row in read_table(sample_run / name)}
    assert ids <= set(sample_page.ids)
    assert len(sample_page.ids) == len(set(sample_page.ids))


def test_nothing_is_loaded_and_only_the_pages_own_script_runs(sample_page, sample_run):
    assert all(a.startswith(("#", "data:image/svg+xml,", "https://")) for a in sample_page.addresses)
    text = (sample_run / "report.html").read_text("utf-8")
    assert not re.search(r"""(?:src|url\(|@import|action)\s*=?\s*["'(]?\s*(?:https?:)?//""", text)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1].replace("&#39;", "'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert sample_page.scripts == 1


def test_the_sample_fits_into_a_megabyte_and_gives_equal_bytes(sample_run, tmp_path):
    first = (sample_run / "report.html").read_bytes()
    assert len(first) < 1_000_000
    for name in ("alignments.jsonl", "rejected_documents.tsv"):
        (tmp_path / name).write_bytes((sample_run / name).read_bytes())
    write_report(tmp_path, facts_of(sample_run))
    assert (tmp_path / "report.html").read_bytes() == first


def test_many_pairs_are_split_into_pages_and_old_pages_go(sample_run, tmp_path, sample_pairs):
    for name in ("alignments.jsonl", "rejected_documents.tsv"):
        (tmp_path / name).write_bytes((sample_run / name).read_bytes())
    (tmp_path / "report-9.html").write_text("old", encoding="utf-8")
    (tmp_path / "report-mine.html").write_text("not ours", encoding="utf-8")
    written = write_report(tmp_path, facts_of(sample_run), pairs_on_a_page=8)
    assert [path.name for path in written] == ["report.html", "report-2.html", "report-3.html"]
    assert sorted(path.name for path in tmp_path.glob("*.html")) == [
        "report-2.html", "report-3.html", "report-mine.html", "report.html",
    ]  # fmt: skip
    columns = [column for path in written for column in read_page(path).columns]
    assert columns == [[s["text"] for s in pair[side]["segments"]] for pair in sample_pairs for side in ("vi", "en")]
    pages = [read_page(path) for path in written]
    for address in [a for p in pages for a in p.addresses if ".html#" in a]:  # the doubtful units of other pages
        name, _, identity = address.partition("#")
        assert identity in pages[[path.name for path in written].index(name)].ids


def test_a_hostile_article_is_text(sample_pairs, tmp_path, sample_run):
    pair = json.loads(json.dumps(sample_pairs[0]))
    pair["evidence"] = [ATTACK]
    pair["beads"][0]["flags"] = [f'contradicted_by:{ATTACK}" onmouseover="x']
    for side in ("vi", "en"):
        pair[side] |= {"title": ATTACK, "url": "javascript:alert(1)", "date": None}
        pair[side]["furniture"] = [{"rule": '"><script>', "text": ATTACK}]
        pair[side]["text"] = "\n".join(ATTACK for _ in pair[side]["segments"])
        length = len(ATTACK)
        pair[side]["segments"] = [
            {"start": k * (length + 1), "end": k * (length + 1) + length, "text": ATTACK}
            for k in range(len(pair[side]["segments"]))
        ]
    (tmp_path / "alignments.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    (tmp_path / "rejected_documents.tsv").write_text(f"doc\treason\n{ATTACK}\t{ATTACK}\n", encoding="utf-8")
    write_report(tmp_path, facts_of(sample_run))
    found = read_page(tmp_path / "report.html")
    assert found.scripts == 1
    assert set(found.columns[0]) == {ATTACK}
    assert not [a for a in found.addresses if a.startswith("javascript")]
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "<img" not in text
    assert not [name for name in found.attributes if name.startswith("on")]
    assert "{{ 7 * 7 }}" in text


def test_a_run_without_a_pair_has_a_page(tmp_path):
    (tmp_path / "alignments.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "rejected_documents.tsv").write_text("doc\treason\nx.txt\tno text in it\n", encoding="utf-8")
    counts = {"documents": {}, "events": 0, "pairs": 0, "units": 0, "bands": {}, "rejected": {}, "unmatched": 0}
    write_report(tmp_path, RunFacts(counts | {"rejected_documents": 1}, "none", {}, {}))
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "no two articles report the same happening" in text
    assert "no text in it" in text


def test_a_line_that_is_no_pair_is_named(tmp_path):
    (tmp_path / "alignments.jsonl").write_text('{"event": ""}\n', encoding="utf-8")
    with pytest.raises(Exception, match=r"alignments\.jsonl:1: not a document pair of a build"):
        list(read_pairs(tmp_path))


# ---- moved beads ----


def largest_in_order(beads):
    """Weight of the heaviest set of beads that run in one order, by trying all sets."""
    best = 0
    for size in range(len(beads) + 1):
        for chosen in combinations(beads, size):
            pairs = list(pairwise(chosen))
            if all(a[0][-1] < b[0][0] and a[1][-1] < b[1][0] for a, b in pairs):
                best = max(best, sum(len(vi) + len(en) for vi, en in chosen))
    return best


@given(st.permutations(range(6)), st.lists(st.integers(1, 2), min_size=6, max_size=6))
def test_beads_in_order_are_a_heaviest_chain(order, widths):
    beads = [
        ((2 * k,), tuple(range(2 * place, 2 * place + w)))
        for k, (place, w) in enumerate(zip(order, widths, strict=True))
    ]
    chosen = [beads[k] for k in sorted(in_order(beads))]
    assert all(a[1][-1] < b[1][0] for a, b in pairwise(chosen))
    assert sum(len(vi) + len(en) for vi, en in chosen) == largest_in_order(beads)


def test_a_moved_block_by_hand():
    beads = [((0,), (2,)), ((1,), (3,)), ((2,), (0,)), ((3,), (4,))]
    assert in_order(beads) == {0, 1, 3}
    assert in_order([]) == frozenset()


# ---- marks ----


def marks(vi, en):
    found = anchors.find(vi, "vi"), anchors.find(en, "en")
    return judge(*found), judge(found[1], found[0])


def test_numbers_and_names_that_agree_or_clash():
    vi, en = marks(
        "Ông Lê Sơn thăm Hà Nội ngày 5/3, ký 12 văn kiện.", "Mr. Le Son visited Hanoi on March 6 and signed 12."
    )
    assert vi["number", "12"] == en["number", "12"] == HIT
    assert vi["date", "03-05"] == en["date", "03-06"] == CLASH
    assert vi["name", "le son"] == en["name", "le son"] == HIT


def test_a_part_of_a_name_is_the_name():
    vi, en = marks("Ông Hoàng Khắc Tuệ cảm ơn.", "Mr. Tue thanked Le Son.")
    assert vi["name", "hoang khac tue"] == HIT
    assert en["name", "tue"] == HIT
    assert en["name", "le son"] == ONLY


def test_a_weekday_does_not_clash_with_a_day_and_an_unmatched_name_never():
    vi, en = marks("Ngày 16/4, ông Lê Sơn đến.", "Mr. Tran Hai arrived on Wednesday.")
    assert vi["date", "04-16"] == ONLY
    assert set(en.values()) == {ONLY}


@given(st.sampled_from(["Ngày 5/3, 12.000 người ở Huế.", "Không có gì.", "ASEAN 2025: 7,2%", ""]))
def test_pieces_are_the_text(text):
    found = anchors.find(text, "vi")
    assert "".join(piece.text for piece in cut(text, found, judge(found, ()))) == text


# ---- the reading view ----


def test_interleaving_keeps_every_segment_once_and_beads_together(sample_pairs):
    for record in sample_pairs:
        pair = pair_of(record)
        vi, en = interleaved(pair)
        assert sorted([*vi, *en]) == list(range(len(vi) + len(en)))
        for link in pair.links:
            assert [vi[k] for k in link.vi] == list(range(vi[link.vi[0]], vi[link.vi[0]] + len(link.vi)))
            assert en[link.en[0]] == vi[link.vi[-1]] + 1


def test_segments_without_partner_are_null(sample_pairs):
    view = reading(pair_of(sample_pairs[0]))
    null = [bead for bead in sample_pairs[0]["beads"] if not (bead["vi"] and bead["en"])]
    assert view.nulls == (sum(len(b["vi"]) for b in null), sum(len(b["en"]) for b in null))
    assert all(("null" in row.css) == (row.bead is None) for row in (*view.vi, *view.en))
    assert sum(path.count("M") for _, path in picture(view.pair)) == len(view.pair.links)


# ---- figures ----


def test_figures_agree_with_the_tables(sample_run):
    figures = overview(read_pairs(sample_run))
    corpus = [row for _, row in read_table(sample_run / "corpus.tsv")]
    assert sum(bar.first for bar in figures.histogram) == len(corpus)
    assert sum(bar.second for bar in figures.histogram) == sum(count for _, count in figures.fates)
    assert figures.histogram[19].first == sum(float(row["quality"]) >= 0.95 for row in corpus)
    least = sorted(float(row["quality"]) for row in corpus)[:8]
    assert [doubt.quality for doubt in figures.doubts] == least
    documents = {(side, row[f"{side}_doc"]) for row in corpus for side in ("vi", "en")}
    assert sum(bar.first + bar.second for bar in figures.outlets) == len(documents)
    assert sum(bar.first + bar.second for bar in figures.days) + figures.undated == len(documents)


@pytest.mark.parametrize(
    ("side", "name"),
    [
        ({"url": "https://www.baomau.vn/a?b", "furniture": []}, "baomau.vn"),
        ({"url": "https://baomau.vn/a", "site": "Báo Mẫu", "furniture": []}, "Báo Mẫu"),
        ({"url": None, "furniture": [{"rule": "dateline", "text": "Hanoi (BVS) -"}]}, "BVS"),
        ({"url": None, "furniture": [{"rule": "agency_tag", "text": "— BVS"}]}, "BVS"),
        ({"url": None, "furniture": [{"rule": "dateline", "text": "HÀ NỘI —"}]}, ""),
        ({"url": "http://[baomau", "furniture": []}, ""),
        ({"url": None, "furniture": [{"rule": "caption", "text": "Hall (BVS) -"}]}, ""),
    ],
)
def test_outlets(side, name):
    assert outlet(side) == name


@pytest.mark.parametrize(
    ("value", "shown"), [(1.0, ".99"), (0.9, ".90"), (0.8999, ".89"), (0.29, ".29"), (0.0, ".00"), (0.5, ".50")]
)
def test_quality_is_never_rounded_over_a_bound(value, shown):
    assert page.quality(value) == shown


@pytest.mark.parametrize(("value", "name"), [(0.9, "q9"), (0.8999, "q7"), (0.7, "q7"), (0.5, "q5"), (0.0, "q0")])
def test_bands(value, name):
    assert band(value) == name


def test_words_for_people():
    assert page.day("2025-03-05-01") == "5 March 2025"
    assert page.day("undated-02") == "Without a date"
    assert page.grouped("facts 46200000000, 2025, 03-11, 0912345678") == "facts 46,200,000,000, 2025, 03-11, 0912345678"
    assert shortened("ngắn") == "ngắn"
    assert shortened("từ " * 60).endswith("từ …")
    assert len(shortened("từ " * 60)) <= 112
    assert page_names(0, 5) == page_names(5, 5) == ["report.html"]
    assert page_names(6, 5) == ["report.html", "report-2.html"]


@given(st.lists(st.text(), max_size=40))
def test_chunks_are_the_same_text(pieces):
    assert "".join(page.chunks(pieces, 5)) == "".join(pieces)


def test_the_report_is_part_of_a_build_and_of_its_reuse(tmp_path, sample_run):
    articles = tmp_path / "in"
    articles.mkdir()
    (articles / "a.txt").write_text("Hai bên ký bản ghi nhớ về thương mại.", encoding="utf-8")
    out = tmp_path / "out"
    pipeline.build([articles], out)
    assert pipeline.build([articles], out).reused
    (out / "review.sqlite").write_bytes(b"decisions go on after the run")
    assert pipeline.build([articles], out).reused
    (out / "report.html").unlink()
    assert not pipeline.build([articles], out).reused
    assert (out / "report.html").exists()
    outputs = json.loads((sample_run / "report.json").read_text("utf-8"))["outputs"]
    assert "report.html" in outputs


def test_flags_have_the_same_words_in_pages_and_scripts():
    from align.report.page import FLAGS, asset

    script = asset("look.js")
    block = re.search(r"const FLAGS = \{(.*?)\};", script, re.DOTALL)
    assert block is not None
    assert dict(re.findall(r'(\w+): "([^"]*)"', block[1])) == FLAGS


def repeated_run(folder, sample_pairs, times):
    """A run of the sample's pairs again and again, each time of other documents."""
    lines = [
        json.dumps(
            pair
            | {"event": pair["event"] and f"{pair['event']}-{k:03}", "vi_doc": f"{pair['vi_doc']}-{k}"}
            | {"beads": [bead | {"id": f"{bead['id']}-{k}"} if "id" in bead else bead for bead in pair["beads"]]}
        )
        for k in range(times)
        for pair in sample_pairs
    ]
    (folder / "alignments.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = "".join(f"d{k}\tempty\n" for k in range(250))
    (folder / "rejected_documents.tsv").write_text(f"doc\treason\n{rows}", encoding="utf-8")
    return len(lines)


def test_of_many_pairs_some_are_shown_and_the_page_says_so(sample_run, sample_pairs, tmp_path):
    total = repeated_run(tmp_path, sample_pairs, 20)
    written = write_report(tmp_path, facts_of(sample_run), pairs_on_a_page=80, pairs_shown=160)
    pages = [read_page(path) for path in written]
    shown = sorted(int(name[1:]) for p in pages for name in p.ids if re.fullmatch(r"p\d+", name))
    doubtful = {doubt.pair for doubt in overview(read_pairs(tmp_path)).doubts}
    assert doubtful <= set(shown)
    assert 150 <= len(shown) <= 160
    assert {k // 50 for k in shown} >= {0, total // 50 // 2}
    for path in written:
        text = path.read_text("utf-8")
        assert f"This report shows {len(shown)} of {total} document pairs" in text
        assert "All document pairs stand in alignments.jsonl" in text
        assert "250 documents could not be used" in text
        assert text.count(" empty</li>") == 200
    assert f"of {len(shown)} shown: search" in written[0].read_text("utf-8")
    for address in [a for p in pages for a in p.addresses if re.match(r"(report[-\d]*\.html)?#[0-9a-f]{16}-", a)]:
        name, _, identity = address.partition("#")
        assert identity in {
            i for path, p in zip(written, pages, strict=True) if path.name in (name or path.name) for i in p.ids
        }
    all_pairs = write_report(tmp_path, facts_of(sample_run), pairs_shown=total)
    assert "This report shows" not in all_pairs[0].read_text("utf-8")


@given(st.integers(0, 3000), st.integers(50, 400), st.sets(st.integers(0, 2999), max_size=8))
def test_pairs_to_show_are_no_more_than_asked_for(total, most, doubtful):
    doubts = tuple(Doubt(0.5, str(k), k, "a", "b") for k in doubtful if k < total)
    figures = replace(overview([]), pairs=total, doubts=doubts)
    shown = pairs_to_show(figures, most)
    assert list(shown) == sorted(set(shown))
    assert {doubt.pair for doubt in doubts} <= set(shown) <= set(range(total))
    assert len(shown) == total if total <= most else len(shown) <= max(most, 50 + len(doubts))


def test_documents_are_counted_once_with_what_is_said_last():
    def side(lang, doc, outlet, date):
        return Side(doc, lang, "t", date, "", outlet, "x", ((0, 1),), ())

    def pair(vi, en):
        return Pair("e", 0.9, "same_event", 0, (), vi, en, ())

    one, two = side("vi", "a", "X", "2025-01-01"), side("vi", "a", "Y", "2025-01-02")
    en, other = side("en", "a", "X", ""), side("en", "b", "X", "2025-01-02")
    figures = overview([pair(one, en), pair(two, en), pair(two, other)])
    assert [(bar.label, bar.first, bar.second) for bar in figures.outlets] == [("X", 0, 2), ("Y", 1, 0)]
    assert [(bar.label, bar.first, bar.second) for bar in figures.days] == [("2025-01-02", 1, 1)]
    assert figures.undated == 1
