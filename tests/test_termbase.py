"""Files of a glossary: read back by other programs' rules, and the command that writes them."""

import json
import re
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from align import termbase
from align.errors import FormatError
from align.glossary.types import Alternative, Context, Entry
from align.termbase import omegat, page, table, tbx, xlsx

CONTEXT = Context(
    "u1", "Về Biển Đông, họ <nói>.", 'On the East Sea they "spoke".', (3, 12), (7, 15), "v1", "e1", "2025-03-01"
)
ENTRIES = [
    Entry(
        "Biển Đông", "East Sea", "place", 0.97, "sure", 4, 2, "", ("biển Đông",), (),
        (Alternative("South China Sea", 0.25, 1, ("e2",), "2025-03-02", "2025-03-02"),), (CONTEXT,),
        "2025-03-01", "2025-03-02", ("vectors 0.78",),
    ),
    Entry("=1+1 & <b>", "</script><script>alert(1)</script>", "topic", 0.2, "check", 1, 1, status="rejected"),
    Entry("bản ghi nhớ", "memorandum of understanding", "document", 0.9, "likely", 3, 2, "MoU", status="preferred"),
]  # fmt: skip


def test_table_reads_back_its_decisions(tmp_path):
    table.write_table(tmp_path / "glossary.tsv", ENTRIES)
    lines = (tmp_path / "glossary.tsv").read_text("utf-8").split("\n")
    assert (
        lines[0]
        .replace("\t", " ")
        .startswith(
            "vi en kind score frequency documents acronym variants_vi variants_en alternatives "
            "example_vi example_en example_id status "
        )
    )
    assert lines[1].split("\t")[9] == "South China Sea (25%)"
    decided = termbase.read_decisions(tmp_path / "glossary.tsv")
    assert {entry.status for entry in decided.values()} == {"rejected", "preferred"}


def test_decisions_survive_a_new_run():
    decided = {table.key((e.vi, e.en)): e for e in ENTRIES if e.status}
    fresh = [
        replace(ENTRIES[2], vi="Bản ghi nhớ", en="Memorandum of Understanding", status="", score=0.5, kind="topic"),
        replace(ENTRIES[0], score=0.4),
    ]
    kept = termbase.merged(fresh, decided)
    assert [entry.en for entry in kept] == [ENTRIES[2].en, "East Sea", ENTRIES[1].en]
    assert (kept[0].status, kept[0].kind, kept[0].score) == ("preferred", "document", 0.5)
    assert kept[2].status == "rejected"


def test_an_unknown_status_is_told_with_its_line(tmp_path):
    (tmp_path / "g.tsv").write_text("vi\ten\tstatus\na\tb\tperhaps\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"g.tsv:2: status 'perhaps' is unknown; expected accepted"):
        termbase.read_decisions(tmp_path / "g.tsv")


@pytest.mark.parametrize(("version", "root", "concept"), [(3, "tbx", "conceptEntry"), (2, "martif", "termEntry")])
def test_tbx_is_xml_with_the_terms(tmp_path, version, root, concept):
    tbx.write(tmp_path / "g.tbx", ENTRIES, version)
    tree = etree.parse(tmp_path / "g.tbx", etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))
    top = tree.getroot()
    assert etree.QName(top).localname == root
    assert top.get("type") == "TBX-Basic"
    assert len(top.findall(f".//{{*}}{concept}")) == 2, "the rejected entry stays out"
    assert [term.text for term in top.iter("{*}term")] == [
        "Biển Đông", "biển Đông", "East Sea", "bản ghi nhớ", "MoU", "memorandum of understanding", "MoU",
    ]  # fmt: skip
    contexts = [element.text for element in top.iter("{*}descrip") if element.get("type") == "context"]
    assert contexts == [CONTEXT.vi, CONTEXT.en]
    states = [note.text for note in top.iter("{*}termNote") if note.get("type") == "administrativeStatus"]
    assert states == ["preferredTerm-admn-sts"] * 2
    languages = [
        element.get("{http://www.w3.org/XML/1998/namespace}lang") for element in top.iter("{*}langSec", "{*}langSet")
    ]
    assert languages == ["vi", "en"] * 2


def test_control_characters_break_no_xml():
    assert tbx.text("a\x00\x0b\ud800\uffff<&") == "a&lt;&amp;"


def test_workbook_has_text_and_no_formula(tmp_path):
    xlsx.write(tmp_path / "a.xlsx", ENTRIES)
    xlsx.write(tmp_path / "b.xlsx", ENTRIES)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1 &amp; &lt;b&gt;" in strings
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_omegat_lines(tmp_path):
    omegat.write(tmp_path / "g.utf8", ENTRIES, "vi")
    assert (tmp_path / "g.utf8").read_text("utf-8").split("\n") == [
        "Biển Đông\tEast Sea\tplace, also: South China Sea",
        "biển Đông\tEast Sea\tplace, also: South China Sea",
        "bản ghi nhớ\tmemorandum of understanding\tdocument, MoU",
        "",
    ]


def test_page_holds_its_data_and_nothing_from_outside(tmp_path):
    page.write(tmp_path / "g.html", ENTRIES, "a <corpus>")
    html = (tmp_path / "g.html").read_text("utf-8")
    assert "alert(1)</script>" not in html
    assert not re.search(r"""(?:src|href)=|url\(|@import|fetch\(|XMLHttpRequest""", html)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert data["title"] == "a <corpus>"
    assert [entry["en"] for entry in data["entries"]] == [entry.en for entry in ENTRIES]
    assert data["entries"][0]["contexts"][0]["vi"] == ["Về ", "Biển Đông", ", họ <nói>."]


def test_command_writes_all_files_and_keeps_decisions(align, sample_run, tmp_path):
    out = tmp_path / "glossary"
    code, printed, _ = align("glossary", sample_run, "--out", out, "--top", "80", "--check", "diplomacy")
    assert code == 0
    assert "entries    80" in printed
    assert {path.name for path in out.iterdir()} == {*termbase.FILES, "check.tsv"}
    path = out / "glossary.tsv"
    lines = path.read_text("utf-8").split("\n")
    cells = lines[3].split("\t")
    cells[13] = "rejected"
    path.write_text("\n".join([*lines[:3], "\t".join(cells), *lines[4:]]), encoding="utf-8")
    code, printed, _ = align("glossary", sample_run, "--out", out, "--top", "80")
    assert code == 0
    assert "decisions  1 kept" in printed
    assert path.read_text("utf-8").split("\n")[3].split("\t") == cells


def test_a_corpus_file_of_two_columns_serves(align, tmp_path):
    corpus = tmp_path / "corpus.tsv"
    corpus.write_text(
        "vi\ten\nLuật pháp quốc tế là nền tảng.\tInternational law is the foundation.\n", encoding="utf-8"
    )
    code, _, _ = align("glossary", corpus, "--out", tmp_path / "out", "--no-seed-list")
    assert code == 0
    rows = (tmp_path / "out" / "glossary.tsv").read_text("utf-8").split("\n")[1:-1]
    assert "luật pháp quốc tế\tinternational law" in [row.rsplit("\t", 17)[0] for row in rows]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.tsv", "--out", "out"], "no such file or folder"),
        (["corpus.tsv", "--out", "out"], "no pair with text on both sides"),
        (["corpus.tsv", "--out", "out", "--domain", "trade.tsv"], "trade.tsv"),
    ],
)
def test_errors_leave_nothing_behind(align, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.tsv").write_text("vi\ten\n\t\n", encoding="utf-8")
    code, _, error = align("glossary", *arguments)
    assert code == 1
    assert message in error
    assert not (tmp_path / "out").exists()


def test_a_domain_of_ones_own(align, tmp_path):
    (tmp_path / "corpus.tsv").write_text(
        "vi\ten\nThuế tự vệ được áp dụng.\tSafeguard duties apply.\n", encoding="utf-8"
    )
    (tmp_path / "trade.tsv").write_text("thuế tự vệ\tsafeguard duty\tdocument\n", encoding="utf-8")
    code, _, _ = align(
        "glossary", tmp_path / "corpus.tsv", "--out", tmp_path / "out", "--domain", tmp_path / "trade.tsv"
    )
    assert code == 0
    first = (tmp_path / "out" / "glossary.tsv").read_text("utf-8").split("\n")[1].split("\t")
    assert (first[0].lower(), first[1].lower(), first[2]) == ("thuế tự vệ", "safeguard duties", "document")
