"""Files of a glossary: read back by other programs' rules, and the command that writes them."""

import json
import re
import shutil
from dataclasses import replace

import openpyxl
import pytest
from lxml import etree

from align import termbase
from align.errors import FormatError
from align.formats import tsv
from align.formats.validation import validate
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
def test_tbx_is_valid_and_holds_the_terms(tmp_path, version, root, concept):
    tbx.write(tmp_path / "g.tbx", ENTRIES, version)
    assert list(validate(tmp_path / "g.tbx")) == []
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
    kinds = [note.text for note in top.iter("{*}termNote") if note.get("type") == "termType"]
    assert kinds == ["fullForm", "variant", "fullForm", "fullForm", "acronym", "fullForm", "acronym"]


def test_workbook_is_for_reading_and_holds_no_formula(tmp_path):
    hostile = replace(ENTRIES[0], note="@SUM(A1)\x00\x0b", acronym="+1")
    xlsx.write(tmp_path / "a.xlsx", [*ENTRIES, hostile])
    xlsx.write(tmp_path / "b.xlsx", [*ENTRIES, hostile])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    header = [cell.value for cell in sheet[1]]
    assert set(header) == set(termbase.COLUMNS)
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:S5"
    assert sheet["B2"].alignment.wrap_text
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    values = dict(zip(header, (cell.value for cell in sheet[3]), strict=True))
    assert (values["vi"], values["status"], values["score"]) == ("=1+1 & <b>", "rejected", 0.2)
    menus = [(str(menu.sqref), menu.formula1) for menu in sheet.data_validations.dataValidation]
    assert menus == [("E2:E5", '"accepted,rejected,preferred,deprecated"')]


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
    assert "a &lt;corpus&gt;" in html
    assert not re.search(r"""src=|href="(?!#|data:)|url\(|@import|fetch\(|XMLHttpRequest""", html)
    assert len(re.findall(r"<script>", html)) == 1, "one script of our own, which the policy names by its hash"
    entries = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert [entry["en"] for entry in entries] == [entry.en for entry in ENTRIES]
    assert entries[0]["contexts"][0]["vi"] == ["Về ", "Biển Đông", ", họ <nói>."]
    assert entries[0]["contexts"][0]["en"] == ["On the ", "East Sea", ' they "spoke".']


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
        (["empty", "--out", "out"], "empty: no corpus in this folder; expected one of corpus.tsv"),
        (["other.tsv", "--out", "out"], "other.tsv:1: no column en"),
        (["corpus.tsv", "--out", "out"], "no pair with text on both sides"),
        (["corpus.tsv", "--out", "out", "--domain", "trade.tsv"], "trade.tsv"),
    ],
)
def test_errors_leave_nothing_behind(align, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.tsv").write_text("vi\ten\n\t\n", encoding="utf-8")
    (tmp_path / "other.tsv").write_text("vi\tfr\nmột\tun\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
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


def test_an_earlier_table_of_another_folder_decides(align, tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        '{"vi": "Luật pháp quốc tế là nền tảng.", "en": "International law is the foundation."}\n', encoding="utf-8"
    )
    earlier = tmp_path / "old.tsv"
    earlier.write_text(
        "vi\ten\tkind\tstatus\tnote\n"
        "luật pháp quốc tế\tInternational Law\ttreaty\tpreferred\tcapitals\n"
        "Biển Đông\tEast Sea\tplace\taccepted\t\n",
        encoding="utf-8",
    )
    code, printed, _ = align("glossary", corpus, "--out", tmp_path / "out", "--update", earlier)
    assert code == 0
    assert "decisions  2 kept" in printed
    rows = {row["vi"]: row for _, row in tsv.read_table(tmp_path / "out" / "glossary.tsv")}
    law = rows["luật pháp quốc tế"]
    assert (law["en"], law["kind"], law["status"], law["note"], law["frequency"]) == (
        "International Law", "treaty", "preferred", "capitals", "1",
    )  # fmt: skip
    assert rows["Biển Đông"]["status"] == "accepted"


def test_check_is_a_table_of_its_own(align, tmp_path):
    (tmp_path / "c.tsv").write_text("vi\ten\nHọp báo ở Hà Nội.\tA briefing in Hanoi.\n", encoding="utf-8")
    (tmp_path / "terms.tsv").write_text("họp báo\tpress conference\tevent\n", encoding="utf-8")
    code, printed, _ = align("glossary", tmp_path / "c.tsv", "--out", tmp_path / "o", "--check", tmp_path / "terms.tsv")
    assert code == 0
    assert "1 deviates" in printed
    rows = [row for _, row in tsv.read_table(tmp_path / "o" / "check.tsv")]
    assert [(row["vi"], row["verdict"], row["units"], row["example_id"]) for row in rows] == [
        ("họp báo", "deviates", "1", "1")
    ]


def test_two_runs_write_the_same_bytes(align, sample_run, tmp_path):
    for name in ("a", "b"):
        assert align("glossary", sample_run, "--out", tmp_path / name, "--top", "60")[0] == 0
    for file in termbase.FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_what_reviewers_said_of_terms_goes_before_the_table(align, sample_run, tmp_path):
    from align.review import Decision, Store
    from align.review.glossary import term_id
    from align.review.store import Place

    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    assert align("glossary", run, "--out", run, "--top", "40")[0] == 0
    rows = [row for _, row in tsv.read_table(run / "glossary.tsv")]
    first, second = ((row["vi"], row["en"]) for row in rows[:2])
    store = Store(run / "review.sqlite")
    for (vi, en), verdict in ((first, "accepted"), (second, "accepted"), (second, "rejected")):
        store.add(Decision(term_id(vi, en), "term", "An", vi, en, vi, en, verdict, Place("", "", (), ())))
    store.close()
    code, printed, _ = align("glossary", run, "--out", run, "--top", "40")
    assert code == 0
    assert "decisions  2 kept" in printed
    statuses = {(row["vi"], row["en"]): row["status"] for _, row in tsv.read_table(run / "glossary.tsv")}
    assert (statuses[first], statuses[second]) == ("accepted", "rejected")
    assert sum(map(bool, statuses.values())) == 2
