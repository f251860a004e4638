"""Every format gives back the units that went in, whatever characters they hold."""

import re
import unicodedata
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align import formats
from align.errors import ConfigError, InputError
from align.formats import jsonl, moses, parquet, tmx, tmx_reader, tsv
from align.types import RejectedUnit, Unit

# Files are written on whatever disk and beside whatever else runs: no deadline.
FILES = settings(max_examples=50, deadline=None)
SHARED_DTD = Path(__file__).resolve().parents[1].parent / "shared" / "formats" / "tmx14.dtd"
NASTY = [
    '"', '""', "'", "\t", "\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "<", ">",
    "&", "]]>", "&amp;", "<!--", "\U0001f1fb\U0001f1f3", "e\u0323\u0302", "ệ", "\ufffe", "\uffff", "\x00",
    "\x7f", "=1+1", "; ", "\ufeff", "\u00a0", "\u202e", "\\n", "\\", ",", "đ", "Đ", "\U0010ffff", "[0]:[1]",
]  # fmt: skip
LETTERS = st.sampled_from("abcđêệ 019")
TEXT = st.lists(st.sampled_from(NASTY) | LETTERS | st.characters(codec="utf-8"), max_size=12).map("".join)
WORDS = TEXT.map(lambda text: f"a{text}z")
SCORE = st.integers(0, 10_000).map(lambda n: n / 10_000)
INDEXES = st.sets(st.integers(0, 400), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
DAY = st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))
# What flags hold: pieces of the texts, and every mark that lists and columns are made with.
FLAG = st.lists(
    st.sampled_from(["number_mismatch:18,5 tỷ/18.6 billion", ";", "; ", ": ", ":", ", ", ",", " | ", "/", '"', "x"])
    | st.sampled_from(NASTY),
    max_size=5,
).map(lambda parts: f"uncovered_en:{''.join(parts)}.")
FLAGS = st.lists(st.sampled_from(["negation:chưa/", "reviewed_by:An", "edited"]) | FLAG, max_size=3).map(tuple)
SHAPE = st.sampled_from(["1-1", "2-1", "1-4", "3-3"])
UNITS = st.lists(
    st.builds(
        Unit, TEXT, WORDS, WORDS, SCORE, SCORE, SCORE.map(lambda s: round(4 * s - 2, 4)), SHAPE,
        TEXT, TEXT, INDEXES, INDEXES, DAY, DAY, TEXT, FLAGS,
    ),
    max_size=4,
)  # fmt: skip
BREAK = re.compile("[\t\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]+")


def one_cell(text: str) -> str:
    return BREAK.sub(" ", text)


def legal_in_xml(text: str) -> str:
    """The Char production of XML 1.0, written out by code point."""
    return "".join(
        char
        for char in BREAK.sub(" ", text)
        if 0x20 <= ord(char) <= 0xD7FF or 0xE000 <= ord(char) <= 0xFFFD or ord(char) >= 0x10000
    )


def mapped(unit: Unit, change) -> Unit:
    names = ("id", "vi", "en", "vi_doc", "en_doc", "event")
    # The separator of a list cannot stand in its items.
    flags = tuple(re.sub(r";\s", ", ", change(flag)) for flag in unit.flags)
    return replace(unit, **{name: change(getattr(unit, name)) for name in names}, flags=flags)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("formats")


@given(UNITS)
@FILES
def test_tsv_round_trip_keeps_all_but_line_breaks(folder, units):
    path = folder / "corpus.tsv"
    tsv.write(path, units)
    assert list(tsv.read(path)) == [mapped(unit, one_cell) for unit in units]


@given(UNITS)
@FILES
def test_polars_reads_the_very_cells(folder, units):
    path = folder / "polars.tsv"
    tsv.write(path, units)
    frame = pl.read_csv(path, separator="\t", quote_char=None, infer_schema=False).fill_null("")
    assert frame.columns == list(tsv.COLUMNS)
    assert [list(row) for row in frame.iter_rows()] == [tsv.unit_cells(unit) for unit in units]


@given(UNITS)
@FILES
def test_tsv_has_a_line_a_unit_by_every_way_of_splitting(folder, units):
    path = folder / "lines.tsv"
    tsv.write(path, units)
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(units) + 1


@given(UNITS)
@FILES
def test_jsonl_round_trip_is_exact_and_splits_safely(folder, units):
    path = folder / "corpus.jsonl"
    jsonl.write(path, units)
    assert list(jsonl.read(path)) == units
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(units)


@given(UNITS)
@FILES
def test_parquet_round_trip_is_exact(folder, units):
    path = folder / "corpus.parquet"
    parquet.write(path, units)
    assert list(parquet.read(path)) == units


@given(UNITS)
@FILES
def test_tmx_round_trip_keeps_what_xml_can_hold(folder, units):
    path = folder / "corpus.tmx"
    tmx.write(path, units)
    expected = [mapped(unit, legal_in_xml) for unit in units]
    assert list(tmx_reader.read_units(path)) == expected


@given(UNITS, st.booleans())
@FILES
@pytest.mark.skipif(not SHARED_DTD.exists(), reason="the DTD is not part of the project")
def test_tmx_passes_the_official_dtd(folder, units, doctype):
    path = folder / "dtd.tmx"
    tmx.write(path, units, tmx.TmxOptions(doctype=doctype, encoder="e"))
    dtd = etree.DTD(str(SHARED_DTD))
    assert dtd.validate(etree.parse(path)), dtd.error_log


@given(UNITS)
@FILES
def test_moses_sides_have_a_line_a_unit(folder, units):
    prefix = folder / "corpus.v1"
    moses.write(prefix, units)
    for lang in ("vi", "en"):
        lines = (folder / f"corpus.v1.{lang}").read_text(encoding="utf-8").splitlines()
        assert lines == [" ".join(getattr(unit, lang).split()) for unit in units]
    assert list(moses.read(prefix)) == [(" ".join(u.vi.split()), " ".join(u.en.split())) for u in units]


@given(UNITS)
@FILES
def test_equal_units_give_equal_bytes(folder, units):
    for name, files in formats.CORPUS_FILES.items():
        formats.write_corpus(name, folder, units, "signature")
        first = [(folder / file).read_bytes() for file in files]
        formats.write_corpus(name, folder, iter(units), "signature")
        assert [(folder / file).read_bytes() for file in files] == first


def unit(**changes) -> Unit:
    plain = Unit(
        "u1", "Hai bên ký kết.", "Both sides signed.", 0.91239, 0.5, 1.25, "1-2", "a.vi", "a.en",
        (3,), (3, 4), date(2024, 11, 21), None, "e1", ("numbers", "length"),
    )  # fmt: skip
    return replace(plain, **changes)


def test_tsv_by_hand(tmp_path):
    tsv.write(tmp_path / "c.tsv", [unit(vi='"Một\thai\r\nba')])
    header = "id vi en quality similarity margin shape vi_doc en_doc vi_segments en_segments"
    header += " vi_date en_date event flags"
    row = (
        'u1\t"Một hai ba\tBoth sides signed.\t0.9124\t0.5000\t1.2500\t1-2\ta.vi\ta.en\t3\t3,4'
        "\t2024-11-21\t\te1\tnumbers; length"
    )
    assert (tmp_path / "c.tsv").read_bytes().decode() == header.replace(" ", "\t") + "\n" + row + "\n"


def test_no_column_is_left_out_of_the_units():
    """A new field of Unit must get a strategy above, and a column here."""
    assert [field.name for field in fields(Unit)] == list(tsv.COLUMNS)


@pytest.mark.parametrize("name", ["tsv", "tmx", "jsonl", "parquet"])
def test_a_flag_with_a_separator_stays_one_flag(tmp_path, name):
    flags = ("reviewed_by:An; Bình", "number_mismatch:5,1; 6/7", "a;b", "c;")
    formats.write_corpus(name, tmp_path, [unit(quality=0.5, flags=flags)])
    (back,) = formats.read_corpus(tmp_path / formats.CORPUS_FILES[name][0])
    exact = name in {"jsonl", "parquet"}
    assert back.flags == (flags if exact else ("reviewed_by:An, Bình", "number_mismatch:5,1, 6/7", "a;b", "c;"))


def test_tsv_leaves_formulas_as_they_are(tmp_path):
    tsv.write(tmp_path / "c.tsv", [unit(vi="=SUM(A1)", en="@name -1 +2")])
    assert next(tsv.read(tmp_path / "c.tsv")).vi == "=SUM(A1)"


def test_rejected_has_its_reason_last(tmp_path):
    tsv.write_rejected(tmp_path / "r.tsv", [RejectedUnit(unit(), "low_quality")])
    rows = [row for _, row in tsv.read_table(tmp_path / "r.tsv", tsv.COLUMNS)]
    assert list(rows[0]) == [*tsv.COLUMNS, "reason"]
    assert rows[0]["reason"] == "low_quality"
    assert len(list(tsv.read(tmp_path / "r.tsv"))) == 1


def test_jsonl_by_hand(tmp_path):
    jsonl.write(tmp_path / "c.jsonl", [unit(vi="một\u2028hai", flags=())])
    assert (tmp_path / "c.jsonl").read_text(encoding="utf-8") == (
        '{"id": "u1", "translation": {"en": "Both sides signed.", "vi": "một\\u2028hai"}, "quality": 0.9124, '
        '"similarity": 0.5, "margin": 1.25, "shape": "1-2", "vi_doc": "a.vi", "en_doc": "a.en", '
        '"vi_segments": [3], "en_segments": [3, 4], "vi_date": "2024-11-21", "en_date": null, "event": "e1", '
        '"flags": []}\n'
    )


def test_parquet_translation_is_a_struct_of_en_and_vi(tmp_path):
    for units in ([], [unit()]):
        parquet.write(tmp_path / "c.parquet", units)
        schema = pl.read_parquet_schema(tmp_path / "c.parquet")
        assert schema["translation"] == pl.Struct({"en": pl.String, "vi": pl.String})
        assert list(schema)[:2] == ["id", "translation"]


def test_parquet_of_many_batches_keeps_the_order(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "_BATCH", 3)
    units = [unit(id=str(number)) for number in range(10)]
    parquet.write(tmp_path / "c.parquet", units)
    assert list(parquet.read(tmp_path / "c.parquet")) == [replace(one, quality=0.9124) for one in units]


@pytest.mark.parametrize("name", formats.CORPUS_FILES)
def test_half_a_surrogate_pair_does_not_stop_a_run(tmp_path, name):
    formats.write_corpus(name, tmp_path, [unit(vi="Hà \ud800 Nội")])
    for file in formats.CORPUS_FILES[name]:
        assert (tmp_path / file).stat().st_size


def test_moses_collapses_what_normalization_does_not(tmp_path):
    text = unicodedata.normalize("NFD", "Hà Nội\u0085mới")
    moses.write(tmp_path / "m", [unit(vi=text)])
    assert next(moses.read(tmp_path / "m"))[0] == text.replace("\u0085", " ")


def test_read_corpus_goes_by_name(tmp_path):
    for name in ("tsv", "tmx", "jsonl", "parquet"):
        formats.write_corpus(name, tmp_path, [unit(quality=0.5)])
        assert list(formats.read_corpus(tmp_path / formats.CORPUS_FILES[name][0])) == [unit(quality=0.5)]
    tmx.write(tmp_path / "c.tmx.gz", [unit(quality=0.5)])
    assert list(formats.read_corpus(tmp_path / "c.tmx.gz")) == [unit(quality=0.5)]
    with pytest.raises(InputError, match=r"c\.docx: .* \.tsv, \.tmx"):
        formats.read_corpus(tmp_path / "c.docx")


def test_unknown_format_is_named(tmp_path):
    with pytest.raises(ConfigError, match="'xml' is unknown; choose from tsv, tmx, jsonl, parquet, moses"):
        formats.write_corpus("xml", tmp_path, [])


def test_tables_of_formats_agree():
    assert set(formats.WRITERS) == set(formats.CORPUS_FILES)
