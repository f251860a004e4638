"""Corpora, glossaries and workbooks made to burst, to hang or to read other files: refused in a line, within bounds."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zipfile

import polars as pl
import pytest

from align import gunzip
from align.errors import FormatError
from align.formats import jsonl, pairs, reading, rows, tbx, validation, xml_events
from align.formats.rows import workbook, xlsx

TMX = '<tmx version="1.4"><header/><body>{}</body></tmx>'
UNIT = '<tu>{}<tuv xml:lang="vi"><seg>cầu{}</seg></tuv><tuv xml:lang="en"><seg>bridge</seg></tuv></tu>'


def refused(path, message, read=None):
    """Reading ends with this error, soon, and with no more than 40 MB; the lines of one error are one."""
    start = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match=message) as caught:
            list(read(path) if read else rows.open_rows(path).rows())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - start < 20
    assert peak < 40_000_000
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "head", "piece"),
    [
        ("a.tsv.gz", "vi\ten\n", "cầu\tbridge\n"),
        ("a.tsv.gz", "vi\ten\n", "x"),
        ("a.jsonl.gz", "", '{"vi": "cầu", "en": "bridge"}\n'),
        ("a.jsonl.gz", "", "\n"),
        ("a.tmx.gz", TMX.partition("{")[0], UNIT.format("", "") + "\n"),
        ("a.tmx.gz", TMX.partition("{")[0], " "),
        ("a.vi.gz", "", "\n"),
    ],
)
def test_a_small_file_that_unpacks_to_a_large_one(tmp_path, monkeypatch, name, head, piece):
    monkeypatch.setattr(gunzip, "FREE_BYTES", 300_000)
    packed = gzip.compress((head + piece * (3_000_000 // len(piece.encode()))).encode())
    assert len(packed) < 15_000
    (tmp_path / name).write_bytes(packed)
    if name == "a.vi.gz":
        (tmp_path / "a.en.gz").write_bytes(packed)
    refused(tmp_path / name, "unpacks to more than 200 times its size")


def test_what_packs_well_but_not_that_well_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(gunzip, "FREE_BYTES", 300_000)
    line = "Cây cầu cũ sẽ được sửa vào mùa xuân.\tThe old bridge will be repaired in spring.\n"
    text = "vi\ten\n" + "".join(f"{number}{line}" for number in range(10_000))
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(text.encode(), 1))
    assert len(text.encode()) > 800_000
    assert sum(1 for _ in rows.open_rows(tmp_path / "a.tsv.gz").rows()) == 10_000


@pytest.mark.parametrize("name", ["a.tsv", "a.jsonl", "a.tsv.gz"])
def test_a_line_without_end(tmp_path, monkeypatch, name):
    monkeypatch.setattr(reading, "MAX_LINE", 1 << 20)
    data = b"vi\ten\n" if "tsv" in name else b""
    data += b"x" * (3 << 20)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    refused(tmp_path / name, "a line of more than 1 MB; look for missing line ends")


def test_lines_up_to_the_bound_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_LINE", 10)
    (tmp_path / "a").write_bytes(b"123456789\n" * 2 + b"1234567890")
    assert [line for _, line in reading.numbered_lines(tmp_path / "a")] == ["123456789", "123456789", "1234567890"]
    (tmp_path / "a").write_bytes(b"1234567890\n")
    with pytest.raises(FormatError, match=":1: a line of more than"):
        list(reading.numbered_lines(tmp_path / "a"))


LAUGHS = "<!DOCTYPE {0} [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{'&' + a + ';'}{'&' + a + ';'}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tmx", LAUGHS.format("tmx") + "]>" + TMX.format(UNIT.format("", "&i;"))),
        ("a.tmx", "<!DOCTYPE tmx [<!ENTITY x SYSTEM 'file://{}'>]>" + TMX.format(UNIT.format("", "&x;"))),
        ("a.tmx", "<!DOCTYPE tmx [<!ENTITY % x SYSTEM 'file://{}'> %x;]>" + TMX.format(UNIT.format("", ""))),
        ("a.tmx", "<!DOCTYPE tmx SYSTEM '{}'>" + TMX.format(UNIT.format("", "&x;"))),
        ("a.tbx", LAUGHS.format("tbx") + "]><tbx><term>&i;</term></tbx>"),
        ("a.tbx", "<!DOCTYPE tbx [<!ENTITY x SYSTEM 'file://{}'>]><tbx><term>&x;</term></tbx>"),
    ],
)
def test_entities_are_refused_by_every_reader(tmp_path, name, text):
    (tmp_path / "secret.dtd").write_text("<!ENTITY x 'SECRET'>", encoding="utf-8")
    path = tmp_path / name
    path.write_text(text.replace("{}", str(tmp_path / "secret.dtd")), encoding="utf-8")
    refused(path, "declares XML entities|is declared nowhere in the file")
    refused(
        path, "declares XML entities|is declared nowhere in the file", tbx.read if name == "a.tbx" else pairs.read_pairs
    )
    problems = [problem.message for problem in validation.validate(path)]
    assert any("entities" in problem or "entity" in problem for problem in problems)
    assert not any("SECRET" in problem for problem in problems)


@pytest.mark.parametrize(
    "middle", ["<tu><tuv xml:lang='vi'><seg>{}</seg></tuv></tu>", "<!--{}-->", "<note a='{}'/>", "<{}/>", "<?x {}?>"]
)
def test_a_text_tag_or_comment_without_end(tmp_path, monkeypatch, middle):
    monkeypatch.setattr(xml_events, "_MOST_BYTES", 1_000_000)
    (tmp_path / "a.tmx").write_text(TMX.format(middle.replace("{}", "x" * 4_000_000)), encoding="utf-8")
    refused(tmp_path / "a.tmx", "a text, tag or comment over 1 MB is refused")
    (tmp_path / "a.tmx").write_text(TMX.format(UNIT.format("", "x" * 900_000)), encoding="utf-8")
    assert len(list(rows.open_rows(tmp_path / "a.tmx").rows())) == 1


def test_a_unit_of_a_million_notes(tmp_path):
    (tmp_path / "a.tmx").write_text(TMX.format(UNIT.format("<note>x</note>" * 400_000, "")), encoding="utf-8")
    refused(tmp_path / "a.tmx", "more than 10,000 notes and props of one kind in a unit")
    (tmp_path / "a.tmx").write_text(TMX.format(UNIT.format("<note>x</note>" * 3, "") * 9_000), encoding="utf-8")
    assert [row["note"] for row in rows.open_rows(tmp_path / "a.tmx").rows()] == ["x | x | x"] * 9_000


def test_an_entry_of_a_million_terms(tmp_path):
    terms = "<termSec><term>x</term></termSec>" * 200_000
    entry = f'<conceptEntry id="c"><langSec xml:lang="vi">{terms}</langSec></conceptEntry>'
    (tmp_path / "a.tbx").write_text(f"<tbx><text><body>{entry}</body></text></tbx>", encoding="utf-8")
    refused(tmp_path / "a.tbx", "more than 1,000 terms in one entry")


# ---- workbooks ----


def book(path, **parts):
    """A sound workbook, some of its parts replaced."""
    sound = path.with_name("sound.xlsx")
    source = rows.Source(sound, lambda: iter([{"vi": "cầu", "en": "bridge"}]), ("vi", "en"))
    rows.WRITERS[".xlsx"](sound, source, rows.WriteOptions())
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            name = part.filename.rpartition("/")[2].partition(".")[0]
            data = old.read(part)
            new.writestr(part.filename, parts[name](data.decode()) if name in parts else data)
    return path


TYPE = "<!DOCTYPE x [<!ENTITY a 'ha'>]>"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("?>", f"?>{TYPE}", 1),
        lambda text: text.replace("?>", f"?>{' ' * 5000}{TYPE}", 1),  # behind what a first look would see
        lambda text: text.replace("?>", f"?><!-- {'x' * 5000} -->{TYPE}", 1),
        lambda text: text.replace("?>", f"?>{TYPE}", 1).replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda text: text.replace("?>", f"?>{' ' * 2_000_000}", 1),
    ],
)
@pytest.mark.parametrize("part", ["sheet1", "workbook", "app"])
def test_a_workbook_with_a_document_type(tmp_path, part, change):
    refused(book(tmp_path / "a.xlsx", **{part: change}), f"{part}[.]xml[^']*' has a document type, which is refused")


def test_a_workbook_of_a_row_beyond_all_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 10_000)
    path = book(tmp_path / "a.xlsx", sheet1=lambda text: text.replace('<row r="2"', '<row r="1000000000000"'))
    refused(path, "more than 10,000 rows")


def test_a_workbook_that_bursts(tmp_path, monkeypatch):
    path = book(tmp_path / "a.xlsx", app=lambda text: text + " " * 24_000_000)
    assert path.stat().st_size < 100_000
    refused(path, "unpacks to more than 200 times its size")
    monkeypatch.setattr(workbook, "_MOST_BYTES", 1000)
    refused(book(tmp_path / "b.xlsx"), "unpacks to more than 0 GB")


def test_a_workbook_whose_table_of_strings_fills_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_STRINGS", 50)
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/SharedStrings.xml", "<sst>" + "x" * 60 + "</sst>")
    refused(path, "MB of texts in one table")


def test_no_more_is_unpacked_than_the_archive_says(tmp_path):
    path = book(tmp_path / "a.xlsx", sheet1=lambda text: text.replace("cầu", "x" * 2_000_000))
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little")))
    refused(path, "not a readable workbook|not a workbook")


def test_a_parquet_is_one_file_whatever_its_name(tmp_path):
    for name in ("[ab].parquet", "a.parquet", "*.parquet"):
        pl.DataFrame({"vi": [name], "en": ["x"]}).write_parquet(tmp_path / name)
    for name in ("[ab].parquet", "*.parquet"):
        assert [row["vi"] for row in rows.open_rows(tmp_path / name).rows()] == [name]
        assert [pair.vi for pair in pairs.read_pairs(tmp_path / name)] == [name]


@pytest.mark.parametrize("value", ["1" + "0" * 400, "NaN", "Infinity", "-1e999"])
def test_numbers_that_are_none(tmp_path, value):
    record = (
        '{"id": "u", "translation": {"en": "b", "vi": "a"}, "quality": ' + value + ', "similarity": 0, "margin": 0, '
        '"shape": "1-1", "vi_doc": "a", "en_doc": "b", "vi_segments": [0], "en_segments": [0], "event": "", '
        '"flags": []}'
    )
    (tmp_path / "a.jsonl").write_text(record, encoding="utf-8")
    refused(tmp_path / "a.jsonl", "a.jsonl:1: quality is .*, expected a number", jsonl.read)
