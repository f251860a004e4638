"""`align convert`: rows of any corpus come back as they were, and TMX is what the DTD and other readers want."""

import gzip
import json
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import ConfigError, FormatError, InputError, OutputError
from align.formats import rows, tmx, tmx_reader, tsv
from align.formats.rows.cells import NUMBERS, to_cell, to_value
from align.types import Unit

SHARED_DTD = Path(__file__).resolve().parents[1].parent / "shared" / "formats" / "tmx14.dtd"
FILES = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
AWKWARD = [
    '"', "'", "<", ">", "&", "]]>", "&amp;", "<!--", "\U0001f1fb\U0001f1f3", "e\u0323\u0302", "ệ", "=1+1", "+", "-",
    "@", "; ", "\u00a0", "\u202e", "\\n", "\\", ",", "đ", "Đ", "\U0010ffff", "_x000D_", "  ", "_x0041_", "{", "null",
]  # fmt: skip
# Characters that every format can hold: no tab, line break or control character, nothing outside of XML.
TEXT = st.lists(
    st.sampled_from(AWKWARD)
    | st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufffe\uffff"),
    max_size=10,
).map("".join)
SIDE = TEXT.map(lambda text: f"a{text}z")
NAMES = st.sampled_from(
    ["note", "source", "date", "prop:domain", "tu@creationdate", "vi@changeid", "en:reviewer", "column:x", "x",
     "Ghi chú", "vi-doc", "score 2", "encoder", "tu@unknown", "vi:prop:q", "columns"]
)  # fmt: skip


@st.composite
def tables(draw):
    """Column names and rows of cells: the texts, some corpus columns and some of others."""
    corpus = draw(st.sets(st.sampled_from([name for name in tsv.COLUMNS if name not in {"vi", "en"}])))
    others = draw(st.sets(NAMES, max_size=3))
    names = [name for name in tsv.COLUMNS if name in corpus | {"vi", "en"}] + sorted(others)
    cells = {
        "vi": SIDE, "en": SIDE, "shape": st.sampled_from(["", "1-1", "2-1", "1-1-1"]),
        **dict.fromkeys(NUMBERS, st.sampled_from(["", "0.9312", "1.0000", "high", "0.93", "-0.5000", "-0.0000"])),
        **dict.fromkeys(("vi_segments", "en_segments"), st.sampled_from(["", "3", "3,4", "03", "x"])),
        "flags": st.sampled_from(["", "a:1; b", "loose", "; ", "a;b", "a;", "a;; b", "a; ", "x:18,5 tỷ/18.6; y: z"]),
        **dict.fromkeys(("vi_date", "en_date"), st.sampled_from(["", "2024-11-21", "soon"])),
    }  # fmt: skip
    row = st.fixed_dictionaries({name: cells.get(name, TEXT) for name in names})
    return names, draw(st.lists(row, min_size=1, max_size=4))


def write_tsv(path, names, found):
    lines = ["\t".join(names), *("\t".join(row[name] for name in names) for row in found)]
    path.write_bytes(("\n".join(lines) + "\n").encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rows")


@pytest.mark.parametrize("ending", [".tsv.gz", ".tmx", ".tmx.gz", ".jsonl", ".jsonl.gz", ".parquet", ".xlsx"])
@given(table=tables())
@FILES
def test_tsv_comes_back_byte_by_byte_from_every_format(folder, ending, table):
    source, middle, back = folder / "a.tsv", folder / f"b{ending}", folder / "c.tsv"
    write_tsv(source, *table)
    done = rows.convert(source, middle)
    assert (done.rows, done.left_out, done.columns) == (len(table[1]), 0, ())
    rows.convert(middle, back)
    assert back.read_bytes() == source.read_bytes()


@given(table=tables(), doctype=st.booleans())
@FILES
@pytest.mark.skipif(not SHARED_DTD.exists(), reason="the DTD is not part of the project")
def test_tmx_passes_the_official_dtd(folder, table, doctype):
    write_tsv(folder / "d.tsv", *table)
    rows.convert(folder / "d.tsv", folder / "d.tmx", rows.WriteOptions(tmx.TmxOptions(doctype=doctype)))
    dtd = etree.DTD(str(SHARED_DTD))
    assert dtd.validate(etree.parse(folder / "d.tmx")), dtd.error_log


@given(table=tables())
@FILES
def test_tmx_rows_are_what_the_other_reader_sees(folder, table):
    write_tsv(folder / "e.tsv", *table)
    rows.convert(folder / "e.tsv", folder / "e.tmx")
    expected = [(row["vi"].strip(), row["en"].strip()) for row in table[1]]
    assert [(unit.vi, unit.en) for unit in tmx_reader.read(folder / "e.tmx")] == expected


@pytest.mark.parametrize("ending", [ending for ending in rows.OPENERS if ending != ".tbx"])
def test_empty_corpora_come_back(tmp_path, ending):
    write_tsv(tmp_path / "a.tsv", ["vi", "en"], [])
    rows.convert(tmp_path / "a.tsv", tmp_path / f"b{ending}")
    rows.convert(tmp_path / f"b{ending}", tmp_path / "c.tsv")
    assert (tmp_path / "c.tsv").read_bytes() == b"vi\ten\n"


def test_moses_pairs(tmp_path):
    write_tsv(tmp_path / "a.tsv", ["vi", "en", "id"], [{"vi": "Một  hai", "en": "One two", "id": "u1"}])
    done = rows.convert(tmp_path / "a.tsv", tmp_path / "m.x.vi")
    assert done.columns == ("id",)
    assert (tmp_path / "m.x.vi").read_text("utf-8") == "Một hai\n"
    rows.convert(tmp_path / "m.x.en", tmp_path / "b.jsonl")
    assert json.loads((tmp_path / "b.jsonl").read_text("utf-8")) == {"translation": {"en": "One two", "vi": "Một hai"}}
    rows.convert(tmp_path / "m.x.en", tmp_path / "p.en.gz")
    assert gzip.decompress((tmp_path / "p.vi.gz").read_bytes()).decode() == "Một hai\n"
    (tmp_path / "m.x.en").write_text("One two\nThree\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"m\.x\.en:2: a line too many: m\.x\.vi has 1"):
        rows.convert(tmp_path / "m.x.vi", tmp_path / "c.tsv")
    assert not (tmp_path / "c.tsv").exists()


def test_jsonl_keeps_types_through_parquet(tmp_path):
    record = {
        "id": "u1", "translation": {"en": "Hello", "fr": "Bonjour", "vi": "Xin chào"}, "quality": 0.5, "n": 3,
        "good": True, "share": 1.5, "tags": ["a", "b"], "when": None, "mixed": "x",
    }  # fmt: skip
    other = record | {"n": None, "mixed": "y", "tags": []}
    lines = [json.dumps(row, ensure_ascii=False) for row in (record, other)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows.convert(tmp_path / "a.jsonl", tmp_path / "b.parquet")
    assert pl.read_parquet_schema(tmp_path / "b.parquet")["n"] == pl.Int64
    rows.convert(tmp_path / "b.parquet", tmp_path / "c.jsonl")
    assert [json.loads(line) for line in (tmp_path / "c.jsonl").read_text("utf-8").split("\n") if line] == [
        record,
        other,
    ]


def test_values_of_several_kinds_become_text(tmp_path):
    lines = [json.dumps({"vi": "a", "en": "b", "x": value}) for value in (1, "one", [1], {"k": None}, True)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows.convert(tmp_path / "a.jsonl", tmp_path / "b.parquet")
    assert pl.read_parquet(tmp_path / "b.parquet")["x"].to_list() == ["1", "one", "[1]", '{"k": null}', "true"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("quality", "0.9312", 0.9312), ("quality", "", None), ("quality", "0.93", "0.93"), ("quality", "nan", "nan"),
        ("quality", "0.12345", 0.12345), ("vi_segments", "3,4", [3, 4]), ("vi_segments", "", []),
        ("vi_segments", "03", "03"), ("flags", "a; b", ["a", "b"]), ("vi_date", "", None), ("other", "3", "3"),
    ],
)  # fmt: skip
def test_cells_and_values(name, text, value):
    assert to_value(name, text) == value
    assert to_cell(name, value) == text


FOREIGN = """<?xml version="1.0"?>
<tmx version="1.4"><header srclang="en"><note>of the file</note><prop type="p">1</prop></header><body>
<tu tuid="7" creationdate="20240102T030405Z"><note>checked</note><note>twice</note><prop type="domain">law</prop>
<prop type="x-client">A &amp; B</prop>
<tuv xml:lang="EN-us" changeid="me"><prop type="x-q">9</prop>
<seg>Press <bpt i="1">&lt;b&gt;</bpt><hi>Enter</hi>
<ept i="1"/>now<ph/>please</seg></tuv>
<tuv lang="vi_VN"><seg>Nhấn Enter</seg></tuv><tuv xml:lang="vi"><seg>thứ hai</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>alone</seg></tuv><tuv xml:lang="fr"><seg>seul</seg></tuv></tu>
</body></tmx>
"""


def test_tmx_of_other_programs(tmp_path):
    (tmp_path / "a.tmx").write_text(FOREIGN, encoding="utf-8")
    source = rows.open_rows(tmp_path / "a.tmx")
    assert source.columns is None
    assert list(source.rows()) == [
        {
            "id": "7", "vi": "Nhấn Enter", "en": "Press Enter now please", "tu@creationdate": "20240102T030405Z",
            "note": "checked | twice", "prop:domain": "law", "client": "A & B", "en@changeid": "me", "en:q": "9",
        }
    ]  # fmt: skip
    rows.convert(tmp_path / "a.tmx", tmp_path / "b.tmx", rows.WriteOptions(tmx.TmxOptions(vi="vi-VN", en="en-US")))
    text = (tmp_path / "b.tmx").read_text("utf-8")
    assert (
        '<tu tuid="7" creationdate="20240102T030405Z"><note>checked | twice</note><prop type="domain">law</prop>'
        in text
    )
    assert '<tuv xml:lang="en-US" changeid="me"><prop type="x-q">9</prop><seg>Press Enter now please</seg>' in text
    assert list(rows.open_rows(tmp_path / "b.tmx").rows()) == list(source.rows())


def test_a_tmx_of_a_build_and_its_table_agree(sample_run, tmp_path):
    for name in ("corpus.tmx", "corpus.jsonl", "corpus.parquet"):
        rows.convert(sample_run / name, tmp_path / "back.tsv")
        columns = pl.read_csv(tmp_path / "back.tsv", separator="\t", quote_char=None, infer_schema=False)
        expected = pl.read_csv(sample_run / "corpus.tsv", separator="\t", quote_char=None, infer_schema=False)
        assert columns.select(expected.columns).equals(expected), name
    units = list(tmx_reader.read_units(sample_run / "corpus.tmx"))
    rows.convert(sample_run / "corpus.tsv", tmp_path / "again.tmx")
    assert list(tmx_reader.read_units(tmp_path / "again.tmx")) == units
    assert isinstance(units[0], Unit)


def test_rows_that_a_format_has_no_form_for_are_counted(align, tmp_path):
    write_tsv(tmp_path / "a.tsv", ["vi", "en"], [{"vi": "một", "en": "one"}, {"vi": " ", "en": "two"}])
    code, printed, error = align("convert", tmp_path / "a.tsv", tmp_path / "a.tmx")
    assert (code, printed) == (0, f"{tmp_path / 'a.tmx'}: 1 rows\n")
    assert "1 rows left out: an empty side, which TMX forbids" in error


BOMB = '<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "b">]><tmx version="1.4"><header/><body/></tmx>'
UNDECLARED = '<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx><body><tu><tuv xml:lang="vi"><seg>&x;</seg></tuv></tu></body></tmx>'


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("a.tmx", BOMB, FormatError, r"a\.tmx:1: the file declares XML entities"),
        ("a.tmx", UNDECLARED, FormatError, "entity &x; is declared nowhere"),
        ("a.tmx", "<tmx><body><tu></body></tmx>", FormatError, r"a\.tmx:1: not well-formed XML: mismatched tag"),
        ("a.tmx", "<html/>", FormatError, "root element is <html>, expected <tmx>"),
        ("a.tmx", "<tmx>" + "<a>" * 300, FormatError, "256 elements inside each other"),
        ("a.tmx.gz", "no gzip", FormatError, "not well-formed"),
        ("a.tsv", "vi\ten\nx\n", FormatError, r"a\.tsv:2: 1 cells, expected 2"),
        ("a.tsv", "vi\tvi\n", FormatError, r"a\.tsv:1: column vi stands twice"),
        ("a.tsv", "", FormatError, r"a\.tsv:1: no header"),
        ("a.tsv", "one\ttwo\nx\ty\n", FormatError, "no column vi and no column en among one, two"),
        ("a.tsv.gz", "no gzip", FormatError, "damaged gzip file"),
        ("a.jsonl", "{", FormatError, r"a\.jsonl:1: not JSON"),
        ("a.jsonl", '{"vi": "x"}', FormatError, r"a\.jsonl:1: no text 'en'"),
        ("a.parquet", "x", FormatError, "not a Parquet file"),
        ("a.xlsx", "x", FormatError, "not a workbook"),
        ("a.docx", "x", InputError, "not known as a corpus by its name"),
    ],
)
def test_broken_files_are_named_and_leave_nothing(tmp_path, name, content, error, message):
    (tmp_path / name).write_bytes(content.encode())
    with pytest.raises(error, match=message):
        rows.convert(tmp_path / name, tmp_path / "out.tsv")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_formulas_are_text_in_a_sheet(tmp_path):
    import openpyxl

    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.org"]
    write_tsv(tmp_path / "a.tsv", ["vi", "en"], [{"vi": cell, "en": "x"} for cell in cells])
    rows.convert(tmp_path / "a.tsv", tmp_path / "a.xlsx")
    rows.convert(tmp_path / "a.tsv", tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    found = list(sheet.iter_rows(min_row=2, max_col=1))
    assert [(row[0].value, row[0].data_type, row[0].hyperlink) for row in found] == [
        (cell, "s", None) for cell in cells
    ]


def test_limits_of_a_sheet(tmp_path):
    write_tsv(tmp_path / "a.tsv", ["vi", "en"], [{"vi": "x" * 32_768, "en": "y"}])
    with pytest.raises(OutputError, match=r"row 2 has a text of 32,768 characters, a cell holds 32,767"):
        rows.convert(tmp_path / "a.tsv", tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_a_column_called_translation_is_refused(tmp_path):
    write_tsv(tmp_path / "a.tsv", ["vi", "en", "translation"], [{"vi": "x", "en": "y", "translation": "z"}])
    with pytest.raises(ConfigError, match="rename it"):
        rows.convert(tmp_path / "a.tsv", tmp_path / "a.jsonl")


def test_memory_does_not_grow_with_the_file(tmp_path):
    """What is alive while rows stream by: a block of the file, not the file."""
    import tracemalloc

    row = "Hai bên nhất trí thúc đẩy hợp tác.\tThe two sides agreed to boost cooperation.\t0.9\n"
    (tmp_path / "a.tsv").write_text("vi\ten\tquality\n" + row * 30_000, encoding="utf-8")
    rows.convert(tmp_path / "a.tsv", tmp_path / "warm.tmx")
    tracemalloc.start()
    rows.convert(tmp_path / "a.tsv", tmp_path / "a.tmx")
    rows.convert(tmp_path / "a.tmx", tmp_path / "b.tsv")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000 < (tmp_path / "a.tmx").stat().st_size
    assert (tmp_path / "b.tsv").read_bytes() == (tmp_path / "a.tsv").read_bytes()


def test_translate_toolkit_reads_every_unit(sample_run, tmp_path):
    toolkit = pytest.importorskip("translate.storage.tmx")
    rows.convert(sample_run / "corpus.tsv", tmp_path / "a.tmx")
    units = toolkit.tmxfile.parsefile(str(tmp_path / "a.tmx")).units
    expected = [(unit.vi, unit.en) for unit in tsv.read(sample_run / "corpus.tsv")]
    assert [(unit.source, unit.target) for unit in units] == expected


def test_every_opener_has_a_writer():
    assert list(rows.OPENERS) == list(rows.WRITERS)
    assert all(re.fullmatch(r"(\.\w+)+", ending) for ending in rows.OPENERS)
