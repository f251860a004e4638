"""Malformed corpus files: each error says place, found and expected."""

import json
import re

import polars as pl
import pytest

from align.errors import FormatError, InputError
from align.formats import jsonl, moses, parquet, tsv
from align.formats.reading import numbered_lines

GOOD = ["u1", "a", "b", "0.9", "0.8", "1.1", "1-1", "d1", "d2", "0", "1", "", "2024-11-21", "e", ""]
RECORD = {
    "id": "u1", "translation": {"en": "b", "vi": "a"}, "quality": 0.9, "similarity": 0.8, "margin": 1,
    "shape": "1-1", "vi_doc": "d1", "en_doc": "d2", "vi_segments": [0], "en_segments": [1], "vi_date": None,
    "en_date": "2024-11-21", "event": "e", "flags": [],
}  # fmt: skip


def table(tmp_path, *rows, header=tsv.COLUMNS, end="\n"):
    path = tmp_path / "c.tsv"
    path.write_bytes("".join("\t".join(row) + end for row in (header, *rows)).encode())
    return path


def with_cell(name, value):
    return [value if column == name else cell for column, cell in zip(tsv.COLUMNS, GOOD, strict=True)]


def test_tsv_takes_other_columns_any_order_crlf_and_bom(tmp_path):
    path = table(tmp_path, [*GOOD[::-1], "x"], header=[*tsv.COLUMNS[::-1], "note"], end="\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    [unit] = tsv.read(path)
    assert (unit.id, unit.vi, unit.quality, unit.vi_date, str(unit.en_date)) == (
        "u1",
        "a",
        0.9,
        None,
        "2024-11-21",
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("quality", "high", "quality is 'high', expected a number such as 0.9312"),
        ("margin", "", "margin is '', expected a number"),
        ("similarity", "nan", "similarity is 'nan'"),
        ("similarity", "inf", "similarity is 'inf'"),
        ("vi_segments", "1;2", "vi_segments is '1;2', expected segment indexes such as 3 or 3,4"),
        ("en_segments", "-1", "en_segments is '-1'"),
        ("en_segments", "1,", "en_segments is '1,'"),
        ("vi_date", "21/11/2024", "vi_date is '21/11/2024', expected a date such as 2024-11-21"),
    ],
)
def test_tsv_malformed_cells(tmp_path, name, value, expected):
    path = table(tmp_path, GOOD, with_cell(name, value))
    with pytest.raises(FormatError, match=f"^{re.escape(f'{path}:3: {expected}')}") as caught:
        list(tsv.read(path))
    assert caught.value.line == 3


def test_tsv_wrong_count_of_cells(tmp_path):
    path = table(tmp_path, GOOD, GOOD[:-1])
    with pytest.raises(FormatError, match=r"c\.tsv:3: 14 cells, expected 15"):
        list(tsv.read(path))


def test_tsv_header_errors(tmp_path):
    with pytest.raises(FormatError, match=r":1: no column vi_date, flags; expected id vi en"):
        list(tsv.read(table(tmp_path, header=[name for name in tsv.COLUMNS if name not in {"vi_date", "flags"}])))
    with pytest.raises(FormatError, match=r":1: column vi stands twice"):
        list(tsv.read(table(tmp_path, header=[*tsv.COLUMNS, "vi"])))
    for content in (b"", b"\n"):
        (tmp_path / "empty.tsv").write_bytes(content)
        with pytest.raises(FormatError, match=r"empty\.tsv:1: no header"):
            list(tsv.read(tmp_path / "empty.tsv"))


def test_write_table_refuses_ragged_rows_and_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        tsv.write_table(tmp_path / "t.tsv", ("a", "b"), [["1", "2"], ["3"]])
    assert list(tmp_path.iterdir()) == []


def without(name):
    return {key: value for key, value in RECORD.items() if key != name}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "not JSON: "),
        ("[1, 2]", "'[1, 2]' is no object, expected one that has 'translation'"),
        (json.dumps(without("translation")), "no 'translation' in the record"),
        (json.dumps(RECORD | {"translation": {"en": "b"}}), "no 'vi' in the record"),
        (json.dumps(RECORD | {"translation": "b"}), "translation is 'b', expected dict"),
        (json.dumps(RECORD | {"quality": "0.9"}), "quality is '0.9', expected int or float"),
        (json.dumps(RECORD | {"quality": True}), "quality is 'True', expected int or float"),
        (json.dumps(RECORD | {"vi_segments": ["0"]}), "vi_segments is ['0'], expected a list of int"),
        (json.dumps(RECORD | {"en_date": "soon"}), "en_date is 'soon', expected a date such as 2024-11-21"),
    ],
)
def test_jsonl_errors(tmp_path, line, expected):
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps(RECORD) + "\n\n" + line + "\n", encoding="utf-8")
    with pytest.raises(FormatError, match=re.escape(f"{path}:3: {expected}")):
        list(jsonl.read(path))


def test_parquet_errors(tmp_path):
    path = tmp_path / "c.parquet"
    with pytest.raises(InputError, match="no such file"):
        list(parquet.read(path))
    path.write_bytes(b"no parquet at all")
    with pytest.raises(FormatError, match="not a Parquet file"):
        list(parquet.read(path))
    pl.DataFrame({"id": ["a"]}).write_parquet(path)
    with pytest.raises(FormatError, match="row 1: no 'translation'"):
        list(parquet.read(path))


@pytest.mark.parametrize(("vi", "en", "longer"), [(3, 1, "vi"), (2, 5, "en"), (0, 1, "en")])
def test_moses_unequal_lengths_name_both_counts(tmp_path, vi, en, longer):
    (tmp_path / "m.vi").write_text("a\n" * vi, encoding="utf-8")
    (tmp_path / "m.en").write_text("b\n" * en, encoding="utf-8")
    pairs = []
    with pytest.raises(FormatError, match=rf"m\.{longer}:{min(vi, en) + 1}: {max(vi, en)} lines.* has {min(vi, en)};"):
        pairs.extend(moses.read(tmp_path / "m"))


def test_numbered_lines_break_at_newlines_only(tmp_path):
    path = tmp_path / "t"
    path.write_bytes("\ufeffa\u2028b\x0bc\rd\r\n\n\x85e".encode())
    assert list(numbered_lines(path)) == [(1, "a\u2028b\x0bc\rd"), (2, ""), (3, "\x85e")]


def test_numbered_lines_errors(tmp_path):
    path = tmp_path / "t"
    with pytest.raises(InputError, match="t: no such file"):
        list(numbered_lines(path))
    with pytest.raises(InputError, match="cannot be read"):
        list(numbered_lines(tmp_path))
    path.write_bytes(b"ok\nab\xff\n")
    with pytest.raises(FormatError, match=r"t:2: not UTF-8 \(byte 3 of the line\)"):
        list(numbered_lines(path))
