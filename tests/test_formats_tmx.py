"""TMX: the header, what is refused, and files of other programs."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from lxml import etree

from align.errors import FormatError, InputError, OutputError
from align.formats import tmx, tmx_reader
from align.types import Unit

UNIT = Unit(
    "u1", "Giá < 5 & >", "Price", 0.9, 0.8, 1.1, "1-1", "d/vi", "d/en", (0,), (1,), date(2024, 11, 22),
    date(2024, 11, 21), "e", ("numbers",),
)  # fmt: skip


def written(tmp_path, *units, **options):
    tmx.write(tmp_path / "c.tmx", units, tmx.TmxOptions(**options))
    return (tmp_path / "c.tmx").read_text(encoding="utf-8")


def foreign(tmp_path, body, head=""):
    path = tmp_path / "other.tmx"
    path.write_text(f'{head}<tmx version="1.4"><header/><body>{body}</body></tmx>', encoding="utf-8")
    return path


def side(lang, seg, attribute="xml:lang"):
    return f'<tuv {attribute}="{lang}"><seg>{seg}</seg></tuv>'


def texts(path):
    return [(unit.vi, unit.en) for unit in tmx_reader.read(path)]


def test_by_hand(tmp_path):
    text = written(tmp_path, UNIT, vi="vi-VN", en="en-US", encoder="static 1")
    assert re.sub(r'version="\d+\.\d+\.\d+\S*"', 'version="V"', text) == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<tmx version="1.4">\n<header creationtool="align" creationtoolversion="V" segtype="sentence" '
        'o-tmf="align" adminlang="en" srclang="vi-VN" datatype="plaintext"/>\n<body>\n'
        '<tu tuid="u1"><prop type="x-quality">0.9000</prop><prop type="x-similarity">0.8000</prop>'
        '<prop type="x-margin">1.1000</prop><prop type="x-shape">1-1</prop><prop type="x-vi-doc">d/vi</prop>'
        '<prop type="x-en-doc">d/en</prop><prop type="x-event">e</prop><prop type="x-date">2024-11-21</prop>'
        '<prop type="x-flags">numbers</prop><prop type="x-encoder">static 1</prop>'
        '<tuv xml:lang="vi-VN"><prop type="x-date">2024-11-22</prop><prop type="x-segments">0</prop>'
        "<seg>Giá &lt; 5 &amp; &gt;</seg></tuv>"
        '<tuv xml:lang="en-US"><prop type="x-date">2024-11-21</prop><prop type="x-segments">1</prop>'
        "<seg>Price</seg></tuv></tu>\n</body>\n</tmx>"
    )


def test_options(tmp_path):
    plain = written(tmp_path, UNIT)
    assert "DOCTYPE" not in plain
    assert "creationdate" not in plain
    assert not plain.startswith("\ufeff")
    noon_in_hanoi = datetime(2024, 11, 21, 12, 0, 5, tzinfo=timezone(timedelta(hours=7)))
    full = written(tmp_path, UNIT, doctype=True, created=noon_in_hanoi, srclang="en")
    assert '\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx' in full
    assert 'creationdate="20241121T050005Z"' in full
    assert 'srclang="en"' in full
    assert noon_in_hanoi.astimezone(UTC).hour == 5


@pytest.mark.parametrize("empty", ["", " ", "\ufffe", "\u2028\n"])
def test_an_empty_side_is_an_error_and_leaves_no_file(tmp_path, empty):
    with pytest.raises(OutputError, match=r"c\.tmx: unit u1 has an empty side"):
        written(tmp_path, replace(UNIT, en=empty))
    assert list(tmp_path.iterdir()) == []


def test_gzip_is_deterministic_and_read(tmp_path):
    tmx.write(tmp_path / "a.tmx.gz", [UNIT])
    tmx.write(tmp_path / "b.tmx.gz", [UNIT])
    assert (tmp_path / "a.tmx.gz").read_bytes() == (tmp_path / "b.tmx.gz").read_bytes()
    assert list(tmx_reader.read_units(tmp_path / "a.tmx.gz")) == [UNIT]
    assert gzip.decompress((tmp_path / "a.tmx.gz").read_bytes()).decode() == written(tmp_path, UNIT)


def test_a_damaged_gzip_file_is_named(tmp_path):
    tmx.write(tmp_path / "a.tmx.gz", [replace(UNIT, id=str(number)) for number in range(500)])
    packed = (tmp_path / "a.tmx.gz").read_bytes()
    for damaged in (packed[: len(packed) // 2], packed[:300] + b"\xff" * 50 + packed[350:]):
        (tmp_path / "a.tmx.gz").write_bytes(damaged)
        with pytest.raises(FormatError, match=r"a\.tmx\.gz(:\d+)?: "):
            list(tmx_reader.read(tmp_path / "a.tmx.gz"))


@pytest.mark.parametrize(("vi", "en"), [("vi", "en"), ("VI-VN", "EN-us"), ("vi_VN", "en_GB"), ("vie", "eng")])
def test_language_codes(tmp_path, vi, en):
    tu = f"<tu>{side('fr', 'x')}{side(en, 'house')}{side(vi, 'nhà')}{side(en, 'home')}</tu>"
    assert texts(foreign(tmp_path, tu)) == [("nhà", "house")]


def test_old_lang_attribute_and_namespace(tmp_path):
    path = foreign(tmp_path, f"<tu>{side('vi', 'nhà', 'lang')}{side('en', 'house', 'lang')}</tu>")
    assert texts(path) == [("nhà", "house")]
    path.write_text(path.read_text(encoding="utf-8").replace("<tmx ", '<tmx xmlns="urn:x" '), encoding="utf-8")
    assert texts(path) == [("nhà", "house")]


def test_units_without_both_languages_are_passed_over(tmp_path):
    body = (
        f"<tu>{side('vi', 'một')}</tu><tu/><tu>{side('vi', '')}{side('en', 'x')}</tu>"
        f"<tu>{side('vi', 'a')}{side('eo', 'b')}</tu><tu tuid='7'><prop type='x-a'>1</prop>"
        f"{side('vi', 'hai')}{side('en', 'two')}</tu>"
    )
    [unit] = tmx_reader.read(foreign(tmp_path, body))
    assert (unit.tuid, unit.vi, unit.en, unit.props) == ("7", "hai", "two", {"x-a": "1"})


@pytest.mark.parametrize(
    ("seg", "text"),
    [
        ('<bpt i="1">&lt;b&gt;</bpt>bold<ept i="1">&lt;/b&gt;</ept> text', "bold text"),
        ("one<ph>&lt;br/&gt;</ph>two", "one two"),
        ("(<ph>%s</ph>) two", "() two"),
        ('<it pos="begin">&lt;i&gt;</it>x <hi>high <hi>er</hi></hi> y', "x high er y"),
        ("a<!-- note -->b<?pi x?>c", "abc"),
        ("<![CDATA[a < b]]> &amp; &#272;", "a < b & Đ"),
        ("a<ph>x<sub>footnote</sub></ph>.", "a."),
    ],
)
def test_inline_markup(tmp_path, seg, text):
    assert texts(foreign(tmp_path, f"<tu>{side('vi', seg)}{side('en', 'x')}</tu>")) == [(text, "x")]


LAUGHS = "<!DOCTYPE tmx [" + "".join(f'<!ENTITY a{k + 1} "&a{k};&a{k};">' for k in range(40)) + "]>"


@pytest.mark.parametrize("head", [LAUGHS, '<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/hostname">]>'])
def test_entity_declarations_are_refused(tmp_path, head):
    path = foreign(tmp_path, f"<tu>{side('vi', '&x;')}{side('en', 'x')}</tu>", head)
    with pytest.raises(FormatError, match=r"other\.tmx:1: the file declares XML entities, which are refused"):
        list(tmx_reader.read(path))


def test_external_dtd_is_not_loaded_and_its_entities_are_refused(tmp_path):
    head = '<!DOCTYPE tmx SYSTEM "nowhere.dtd">'
    good, bad = (
        f"<tu>{side('vi', 'a')}{side('en', 'b')}</tu>",
        f"\n<tu>{side('vi', '&eacute;')}{side('en', 'b')}</tu>",
    )
    assert texts(foreign(tmp_path, good, head)) == [("a", "b")]
    with pytest.raises(FormatError, match=r"other\.tmx:2: entity &eacute; is declared nowhere"):
        texts(foreign(tmp_path, good + bad, head))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "x.tmx:1: not well-formed XML"),
        ("id\tvi\ten\n", "x.tmx:1: not well-formed XML"),
        ("<html><body/></html>", "x.tmx:1: the root element is <html>, expected <tmx>"),
        ("<tmx>\n<body>\n<tu></body></tmx>", "x.tmx:3: not well-formed XML"),
        ("<tmx>\n<body>\n\n", "not well-formed XML"),
        ("<tmx>" + "<a>" * 1000, "not well-formed XML: Excessive depth"),
    ],
)
def test_broken_files(tmp_path, content, expected):
    (tmp_path / "x.tmx").write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=re.escape(expected)):
        list(tmx_reader.read(tmp_path / "x.tmx"))


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list(tmx_reader.read(tmp_path / "x.tmx"))


def test_other_encodings(tmp_path):
    tu = f"<tu>{side('vi', 'nhà')}{side('en', 'x')}</tu>"
    text = f"<?xml version='1.0' encoding='UTF-16'?><tmx><body>{tu}</body></tmx>"
    (tmp_path / "x.tmx").write_bytes(text.encode("utf-16"))
    assert texts(tmp_path / "x.tmx") == [("nhà", "x")]


def test_a_foreign_file_is_no_corpus(tmp_path):
    path = foreign(tmp_path, f"\n<tu>{side('vi', 'a')}{side('en', 'b')}</tu>")
    with pytest.raises(FormatError, match=r"other\.tmx:2: prop x-quality is ''.*a TMX from elsewhere has no scores"):
        list(tmx_reader.read_units(path))


def test_reading_is_streamed(tmp_path):
    """A fault at the end does not keep the units before it from being read."""
    path = foreign(tmp_path, f"<tu>{side('vi', 'a')}{side('en', 'b')}</tu>" * 3000 + "<tu>")
    units = tmx_reader.read(path)
    assert next(units).vi == "a"
    with pytest.raises(FormatError):
        list(units)


def test_the_tree_does_not_grow_with_the_file(tmp_path):
    """The parser reads ahead by a block; what has been read must not stay."""
    path = foreign(tmp_path, f"<tu>{side('vi', 'a')}{side('en', 'b')}</tu>" * 20_000)
    waiting = []
    with path.open("rb") as file:
        for _, element in etree.iterparse(file, tag="tu"):
            tmx_reader._forget(element)
            waiting.append(len(element.getparent()))
    assert len(waiting) == 20_000
    assert max(waiting) < 2000
