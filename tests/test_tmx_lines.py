"""The short cut through our own TMX gives what the XML parser gives, errors included, whatever is in the file."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError
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
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from([b"", *PIECES])), min_size=1, max_size=3
)


@given(edits=EDITS, doctype=st.booleans())
@settings(max_examples=600)
def test_a_damaged_file_is_read_as_the_parser_reads_it(folder, edits, doctype):
    data = written(folder / "c.tmx", ROWS, doctype).read_bytes()
    for place, size, piece in edits:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + size :]
    (folder / "d.tmx").write_bytes(data)
    same(folder / "d.tmx")


@given(st.sampled_from(PIECES), st.integers(0, 60))
@settings(max_examples=400)
def test_pieces_between_elements_are_read_as_the_parser_reads_them(folder, piece, number):
    """Pieces go where an element begins: random places seldom hit there."""
    parts = written(folder / "e.tmx", ROWS).read_bytes().split(b"<")
    at = number % len(parts)
    (folder / "f.tmx").write_bytes(b"<".join(parts[:at]) + piece + b"<" + b"<".join(parts[at:]))
    same(folder / "f.tmx")


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
