"""The short cut through our own TMX gives what the XML parser gives, errors included, whatever is in the file."""

import gzip
import random
import re
from itertools import pairwise

import pytest

from align.errors import AlignError, FormatError
from align.formats import rows, tmx
from align.formats.rows import tmx_events, tmx_lines

COLUMNS = ("id", "vi", "en", "quality", "vi_doc", "vi_segments", "vi_date", "flags", "prop:x", "note")
ROWS = [
    {"id": "u1", "vi": "Hai bên ký kết.", "en": "Both sides signed.", "quality": "0.9123", "vi_doc": "a & <b>",
     "vi_segments": "3,4", "vi_date": "2024-11-21", "flags": 'a; "b"', "prop:x": "y"},
    {"id": "", "vi": "a\u2028&amp;<seg>\ufffd", "en": "\U0010ffff &lt; ]]> “c”", "vi_doc": " ", "flags": "\x7f\x85"},
    {"id": "u3", "vi": " b ", "en": "  ", "note": "left out"},
    {"id": 'u"4', "vi": "Tuyên bố chung", "en": "Joint Statement", "vi_date": "2024-11-22"},
]  # fmt: skip


def written(path, found, doctype=False):
    """A TMX of rows; those without a note keep to the plain form."""
    source = rows.Source(path, lambda: iter([dict.fromkeys(COLUMNS, "") | row for row in found]), COLUMNS)
    rows.WRITERS[".tmx"](path, source, rows.WriteOptions(tmx.TmxOptions(doctype=doctype)))
    return path


def result(opened, path):
    """Rows, and the message of the error that ended them."""
    found = []
    try:
        found.extend(opened(path).rows())
    except AlignError as error:
        return found, str(error)
    return found, ""


def same(path):
    """What both readers say; the parser gives rows by the block, so it may give fewer before an error."""
    (fast, message), (slow, expected) = result(tmx_lines.open_tmx, path), result(tmx_events.open_tmx, path)
    assert message == expected
    if message:
        assert fast[: len(slow)] == slow
    else:
        assert fast == slow
        assert [list(row) for row in fast] == [list(row) for row in slow]
    return fast, message


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lines")


@pytest.mark.parametrize("doctype", [False, True])
def test_our_own_files_take_the_short_cut(tmp_path, doctype):
    path = written(tmp_path / "a.tmx", ROWS, doctype)
    assert None not in list(tmx_lines.plain_rows(path))
    found, message = same(path)
    assert (len(found), message) == (3, "")
    assert [row["vi"] for row in found] == ["Hai bên ký kết.", "a &amp;<seg>\ufffd", "Tuyên bố chung"]
    (tmp_path / "b.tmx.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert same(tmp_path / "b.tmx.gz") == (found, "")


PIECES = [
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&", b"&amp;", b"&nbsp;", b"&#65;", b"\x00", b"\x0b", b"\t", b"\r\n", b"\n",
    b"\xff", b"\xef\xbf\xbe", b"\xef\xbf\xbd", b"\xed\xa0\x80", b"<", b">", b'"', b"'", b"<note>n</note>", b"<ph/>",
    b"<bpt i='1'>b</bpt>", b'<prop type="x-quality">2</prop>', b'<prop type="x-date">2020-01-01</prop>', b" ",
    b'<prop type="domain">d</prop>', b'<prop type="vi">t</prop>', b'<prop type="x-id">t</prop>', b"</tu>\n<tu>", b"x",
    b'<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="vi-VN"><seg>b</seg></tuv></tu>\n', b"</body>", b"</tmx>",
    b'<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n', b'<!DOCTYPE tmx [<!ENTITY a "b">]>\n', b' creationid="c"', b' tuid="z"',
    b'<tuv xml:lang="fr"><seg>c</seg></tuv>', b'<tuv xml:lang="vi"><seg></seg></tuv>', b"<seg/>", b"<?x y?>",
]  # fmt: skip


def spots(data):
    """Where a piece makes a difference: before, inside and behind every tag, and in the middle of every text."""
    marks = [mark.start() for mark in re.finditer(b'[<>"]', data)]
    return sorted({place for one, other in pairwise(marks) for place in (one, one + 1, (one + other) // 2)})


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_anywhere_is_read_as_the_parser_reads_it(folder, piece):
    data = written(folder / "c.tmx", ROWS[:2], doctype=True).read_bytes()
    places = spots(data)
    rng = random.Random(len(piece))
    for at in rng.sample(places, 60):
        size = rng.choice((0, 0, 0, 1, 7))
        (folder / "d.tmx").write_bytes(data[:at] + piece + data[at + size :])
        same(folder / "d.tmx")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ký kết", "ký\x01kết"),
        ("ký kết", "ký\tkết"),
        ("ký kết", "ký\rkết"),
        ("ký kết", "ký \ufffe kết"),
        ("ký kết", "ký \ufffd kết"),
        ("ký kết", "ký &#10; kết"),
        ("ký kết", "ký & kết"),
        ("Tuyên bố chung", ""),
        ("Tuyên bố chung", "  "),
        ('xml:lang="en"', 'xml:lang="vi"'),
        ('xml:lang="en"', 'xml:lang="fr"'),
        ('xml:lang="en"', 'xml:lang="EN_us"'),
        ("x-quality", "x-vi-doc"),
        ("x-segments", "x-date"),
        ("x-segments", "x-other"),
        ('tuid="u1"', 'tuid="u&lt;1"'),
        ("</header>", "</header><!-- </header>"),
        ("</header>\n<body>\n", "<!-- --></header>\n<body>\n<!-- \n"),
        ("</body>\n</tmx>", "</body></tmx>"),
        ("</tmx>\n", "</tmx>\n<!-- more -->"),
        ("</tmx>\n", "</tmx>\n<more/>"),
        ('"UTF-8"', '"ISO-8859-1"'),
        ('"UTF-8"', '"UTF-9"'),
    ],
)
def test_what_could_be_taken_for_plain(tmp_path, old, new):
    text = written(tmp_path / "a.tmx", ROWS).read_bytes().decode()
    assert old in text
    (tmp_path / "b.tmx").write_bytes(text.replace(old, new).encode())
    same(tmp_path / "b.tmx")


def test_a_comment_over_units_hides_them_from_both(tmp_path):
    lines = written(tmp_path / "a.tmx", ROWS).read_text("utf-8").split("\n")
    lines[2] += "<!-- </header>"
    lines[5] += "-->\n<body>"
    (tmp_path / "b.tmx").write_text("\n".join(lines), encoding="utf-8")
    found, message = same(tmp_path / "b.tmx")
    assert ([row["id"] for row in found], message) == (['u"4'], "")


def test_a_file_that_breaks_off_says_so(tmp_path):
    data = written(tmp_path / "a.tmx", ROWS).read_bytes()
    for cut in (1, 8, 16, 17, 40, 300):
        (tmp_path / "b.tmx").write_bytes(data[:-cut])
        found, message = same(tmp_path / "b.tmx")
        assert bool(message) == (cut > 1), cut
        assert found
    packed = gzip.compress(data)
    (tmp_path / "c.tmx.gz").write_bytes(packed[:-12])
    assert "damaged gzip" in same(tmp_path / "c.tmx.gz")[1]


def test_an_unknown_encoding_is_one_clear_line(tmp_path):
    text = written(tmp_path / "a.tmx", ROWS).read_text("utf-8")
    (tmp_path / "b.tmx").write_text(text.replace('"UTF-8"', '"UTF-9"'), encoding="utf-8")
    with pytest.raises(FormatError, match=r"b\.tmx:1: unknown encoding: UTF-9; declare"):
        tmx_lines.open_tmx(tmp_path / "b.tmx")
