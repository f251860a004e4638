"""Readers of tables, web pages, packed files and old encodings."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import tracemalloc
import unicodedata
from datetime import UTC, date, datetime

import polars as pl
import pytest

from align.documents import read, streams
from align.documents.ids import find_sources
from align.documents.rows import parse_columns
from align.errors import ConfigError
from align.types import Document, RejectedDocument

VI = "Hội đồng họp hôm thứ Hai và nhất trí sửa cây cầu cũ.\nViệc sửa cầu sẽ bắt đầu vào mùa xuân."
EN = "The council met on Monday and agreed to repair the old bridge.\nWork on it will begin in the spring."


@pytest.fixture
def put(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def only(items):
    found = list(items)
    assert len(found) == 1, found
    return found[0]


def quoted(*cells, sep=","):
    return sep.join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "sep"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t")])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_quoted_table_with_paragraphs_in_its_cells(put, name, sep, end, mark):
    head = sep.join(("id", "lang", "date", "title", "text", "url")) + "\n"
    rows = quoted("b1", "vi", "2024-11-21", 'Cầu "cũ"', VI, "https://x.vn/1", sep=sep) + quoted(
        "b2", "", "", "", EN, "", sep=sep
    )
    first, second = read([put(name, (mark + head + rows).replace("\n", end))])
    assert (first.doc_id, first.lang, first.date, first.title) == ("b1", "vi", date(2024, 11, 21), 'Cầu "cũ"')
    assert (first.text, first.url, first.source) == (f'Cầu "cũ"\n{VI}', "https://x.vn/1", f"{name}:2")
    assert (second.doc_id, second.lang, second.date, second.text) == ("b2", "en", None, EN)


def test_a_tsv_that_is_not_quoted_keeps_its_quotes(put):
    text = (
        'text\tid\n"Cầu cũ" là tên của cây cầu, ông Nam nói với bà con.\ta\nÔng nói: "Cầu đã cũ và cần được sửa.\tb\n'
    )
    text += '"Ông nói và ""cười"" với bà con hôm thứ Hai."\tc\n"Cầu đã cũ, cần được sửa ngay trong năm nay.\td\n'
    found = {item.doc_id: item.text for item in read([put("a.tsv", text)])}
    assert found == {
        "a": '"Cầu cũ" là tên của cây cầu, ông Nam nói với bà con.',
        "b": 'Ông nói: "Cầu đã cũ và cần được sửa.',
        "c": 'Ông nói và "cười" với bà con hôm thứ Hai.',
        "d": '"Cầu đã cũ, cần được sửa ngay trong năm nay.',
    }


def test_a_quote_never_closed_costs_one_record(put):
    table = "id,text\n" + quoted("a", EN) + 'b,"The council met\n' + quoted("c", EN) + quoted("d", VI)
    first, bad, third, fourth = read([put("a.csv", table)])
    assert [first.doc_id, third.doc_id, fourth.doc_id] == ["a", "c", "d"]
    assert (bad.doc, bad.reason[:20]) == ("a.csv:4", "no record of a table")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,y,z\n", "3 fields where the header has 2: quote fields that hold commas"),
        ("x\n", "1 fields where"),
        ('x,"The council"met"\n', "no record of a table"),
        ("x,\n", "text is empty"),
    ],
)
def test_a_bad_record_says_its_line_and_the_rest_is_read(put, row, said):
    first, bad, last = read([put("a.csv", "id,text\n" + quoted("a", EN) + row + quoted("b", VI))])
    assert (first.doc_id, last.doc_id) == ("a", "b")
    assert (bad.doc, bad.reason.startswith(said)) == ("a.csv:4", True), bad


def test_columns_by_other_names(put):
    table = "Headline,BODY,stamp,lang\n" + quoted("A bridge", EN, "21/11/2024", "en")
    columns = parse_columns(("title=headline", "text = Body", "date=stamp"))
    found = only(read([put("a.csv", table)], columns))
    assert (found.title, found.text, found.date) == ("A bridge", f"A bridge\n{EN}", date(2024, 11, 21))
    jsonl = json.dumps({"headline": "A bridge", "Body": EN, "stamp": "2024-11-21"})
    found = only(read([put("b.jsonl", jsonl)], columns))
    assert (found.title, found.date) == ("A bridge", date(2024, 11, 21))
    assert (
        "no column 'Body' in the header (x): name it with --column text=NAME"
        in only(read([put("c.csv", "x\n1\n")], columns)).reason
    )


@pytest.mark.parametrize("pair", ["title", "headline=title", "title=", "=x", "text=a;text=b"])
def test_columns_that_are_not_understood(pair):
    with pytest.raises(ConfigError, match="column"):
        parse_columns(tuple(pair.split(";")))


@pytest.mark.parametrize(
    ("value", "lang", "day"),
    [
        ("4/11/2024", "vi", date(2024, 11, 4)),
        ("21/11/2024 15:30", "en", date(2024, 11, 21)),
        ("11/21/2024", "en", date(2024, 11, 21)),
        ("2024/11/04", "en", date(2024, 11, 4)),
        ("4/11/2024", "en", None),
        ("31/2/2024", "vi", None),
    ],
)
def test_dates_in_numbers_follow_the_language(put, value, lang, day):
    found = only(read([put("a.csv", "text,lang,date\n" + quoted(VI if lang == "vi" else EN, lang, value))]))
    assert found.date == day if day else "is not an ISO date" in found.reason


def test_parquet_with_typed_columns(tmp_path, put):
    frame = pl.DataFrame(
        {
            "id": [7, 8, 9],
            "text": [VI, EN, None],
            "date": [date(2024, 11, 21), None, None],
            "seen": [datetime(2024, 11, 22, 23, 30, tzinfo=UTC), None, None],
            "big": [list(range(100))] * 3,
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    first, second, bad = read([tmp_path / "a.parquet"])
    assert (first.doc_id, first.date, first.lang, first.source) == ("7", date(2024, 11, 21), "vi", "a.parquet:1")
    assert (second.doc_id, second.date) == ("8", None)
    assert (bad.doc, bad.reason) == ("a.parquet:3", "text is empty: an article is expected")
    assert next(read([tmp_path / "a.parquet"], {"date": "seen"})).date == date(2024, 11, 22)
    assert "no column 'body'" in only(read([tmp_path / "a.parquet"], {"text": "body"})).reason
    packed = put("b.parquet.gz", gzip.compress((tmp_path / "a.parquet").read_bytes()))
    assert [getattr(item, "doc_id", None) for item in read([packed])] == ["7", "8", None]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.parquet", "a.html", "a.jsonl", "a.txt"])
def test_an_empty_file_is_one_row(put, name):
    assert isinstance(only(read([put(name, b"")])), RejectedDocument)


def test_a_table_without_rows_is_one_row(put, tmp_path):
    assert "empty: no row below the header" in only(read([put("a.csv", "id,text\n\n")])).reason
    pl.DataFrame({"text": []}, schema={"text": pl.String}).write_parquet(tmp_path / "e.parquet")
    assert only(read([tmp_path / "e.parquet"])).reason == "empty: no row"


# --- web pages ------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html lang="vi"><head>{charset}
<title>Thị trấn sửa cầu cũ - Báo Ví Dụ</title>
<meta property="og:site_name" content="Báo Ví Dụ"><meta name="author" content="Trần Thị Hòa">
<meta property="article:published_time" content="2024-11-21T23:30:00+07:00">
<meta property="article:modified_time" content="2024-12-01T08:00:00+07:00">
<link rel="canonical" href="https://www.vidu.vn/thoi-su/cau-cu.htm"></head>
<body><nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/ts">Thời sự</a></li></ul></nav>
<article><h1>Thị trấn sửa cầu cũ</h1>
<p>Hội đồng thị trấn họp hôm thứ Hai và nhất trí sửa cây cầu cũ bắc qua sông, theo lời chủ tịch hội đồng.</p>
<figure><img src="a.jpg"><figcaption>Cây cầu cũ. Ảnh: TTXVN</figcaption></figure>
<p>Việc sửa cầu sẽ bắt đầu vào mùa xuân, kéo dài trong ba tháng và do một công ty ở huyện bên thực hiện.</p>
<p>Người dân trong thị trấn đã chờ việc này từ nhiều năm nay, vì cây cầu là lối đi duy nhất sang chợ.</p>
<p>Đọc thêm: Cầu mới ở huyện bên</p></article>
<div class="comments"><p>Bình luận (12)</p></div><footer>© 2024 Báo Ví Dụ</footer></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("", "utf-8"), ('<meta charset="utf-8">', "utf-8-sig"), ('<meta charset="utf-16">', "utf-16"), ("", "cp1258")],
)
def test_a_page_gives_story_title_date_author_and_site(put, charset, encoding):
    page = PAGE.format(charset=charset)
    data = iconv(page, "CP1258") if encoding == "cp1258" else page.encode(encoding)
    found = only(read([put("x.html", data)]))
    assert (found.title, found.date, found.date_source) == ("Thị trấn sửa cầu cũ", date(2024, 11, 21), "given")
    assert (found.author, found.site, found.lang) == ("Trần Thị Hòa", "vidu.vn", "vi")
    assert found.url == "https://www.vidu.vn/thoi-su/cau-cu.htm"
    paragraphs = found.text.split("\n")
    assert [line.split()[0] for line in paragraphs] == ["Thị", "Hội", "Việc", "Người"]
    assert ("closing_line", "Đọc thêm: Cầu mới ở huyện bên") in [(f.rule, f.text) for f in found.furniture]
    assert len(found.warnings) == (encoding == "cp1258")


def test_a_page_in_the_encoding_that_it_declares(put):
    # English with a French name: not UTF-8, and Vietnamese in no old encoding; the page says what it is.
    story = "".join(
        f"<p>{line} The café of Mr Léger, née Café, will be open during the works.</p>" for line in [EN] * 4
    )
    page = f'<html><head><meta charset="iso-8859-1"><title>A bridge</title></head><body><article>{story}'
    found = only(read([put("x.htm", page.encode("latin-1"))]))
    assert "café of Mr Léger" in found.text
    assert found.warnings == ("read as iso8859-1, as the page declares",) or "windows-1252" in found.warnings[0]


def test_a_page_without_story_is_rejected(put):
    page = "<html><body><nav><a href='/'>Home</a></nav></body></html>"
    assert only(read([put("x.html", page)])).reason.startswith("no story")


# --- packed files ---------------------------------------------------------------------------------


def test_each_kind_packed(put, tmp_path):
    put("a.txt.gz", gzip.compress(VI.encode()))
    put("b.jsonl.GZ", gzip.compress(json.dumps({"text": EN}).encode()))
    put("c.csv.gz", gzip.compress(("text\n" + quoted(VI)).encode()))
    put("d.tsv.gz", gzip.compress(("text\n" + quoted(EN)).encode()))
    put("e.html.gz", gzip.compress(PAGE.format(charset="").encode()))
    assert [item.doc_id for item in read([tmp_path])] == ["a", "b:1", "c:2", "d:2", "e"]


def test_a_truncated_file_gives_its_rows_and_says_so(put):
    rows = "".join(json.dumps({"id": str(k), "text": f"{EN} It was the day {k}."}) + "\n" for k in range(2000))
    packed = gzip.compress(rows.encode())
    *good, last = read([put("a.jsonl.gz", packed[: len(packed) // 2])])
    assert len(good) > 500
    assert all(isinstance(item, Document) for item in good)
    assert last == RejectedDocument("a.jsonl.gz", "gzip data ends early: the file is truncated; fetch it again")


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.gz", "a.parquet.gz", "a.html.gz"])
@pytest.mark.parametrize(
    ("data", "said"), [(b"no gzip", "gzip data is broken"), (gzip.compress(b"x" * 99)[:-9], "gzip data ends early")]
)
def test_broken_gzip_is_one_row(put, name, data, said):
    assert only(read([put(name, data)])).reason.startswith(said)


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.gz", "a.html.gz"])
@pytest.mark.parametrize("line", [b"\0", b"\n", b"x\n", b'"'])
def test_a_bomb_is_one_row_and_takes_no_memory(put, name, line, monkeypatch):
    monkeypatch.setattr(streams, "_FREE_BYTES", 500_000)
    monkeypatch.setattr(streams, "MAX_BYTES", 1_000_000)
    head = b"text\n" if name.startswith("a.csv") else b""
    bomb = gzip.compress(head + line * (4_000_000 // len(line)))
    assert len(bomb) < 10_000
    tracemalloc.start()
    found = list(read([put(name, bomb)]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found[-1], RejectedDocument)
    assert len(found) <= streams.MAX_BAD_ROWS + 1
    assert peak < 16_000_000


def test_a_file_of_nothing_but_broken_rows_is_given_up(put, monkeypatch):
    monkeypatch.setattr(streams, "MAX_BAD_ROWS", 10)
    good = json.dumps({"text": EN}) + "\n"
    found = list(read([put("a.jsonl", ("x\n" * 9 + good) * 3 + "x\n" * 50)]))
    assert len(found) == 3 * 10 + 10 + 1
    assert found[-1].reason.startswith("10 rows in a row cannot be used")


def test_many_rows_of_another_language_are_no_broken_rows(put, monkeypatch):
    monkeypatch.setattr(streams, "MAX_BAD_ROWS", 10)
    other = json.dumps({"text": "Bonjour.", "lang": "fr"}) + "\n"
    *bad, good = read([put("a.jsonl", other * 1000 + json.dumps({"text": EN}))])
    assert len(bad) == 1000
    assert good.text == EN
    *bad, last = read([put("b.jsonl", other * 3000)])
    assert len(bad) == 2000
    assert "left out" in last.reason


def test_a_header_in_an_old_encoding(put):
    table = iconv("tiêu đề,text\n" + quoted("x", LONG_VI), "CP1258")
    assert only(read([put("a.csv", table)])).text == LONG_VI


# --- encodings ------------------------------------------------------------------------------------

LONG_VI = (
    "Sáng nay, đoàn công tác đã đến thăm các gia đình ở vùng lũ và trao quà cho trẻ em. Ông Trần Minh, trưởng đoàn, "
    "cho biết những ngày tới sẽ có thêm gạo và nước sạch được chuyển đến cho người dân của ba xã bị cô lập."
)
VNI = (
    "Saùng nay, ñoaøn coâng taùc ñaõ ñeán thaêm caùc gia ñình ôû vuøng luõ vaø trao quaø cho treû em. "
    "OÂng Traàn Minh, tröôûng ñoaøn, cho bieát nhöõng ngaøy tôùi seõ coù theâm gaïo vaø nöôùc saïch "
    "ñöôïc chuyeån ñeán cho ngöôøi daân cuûa ba xaõ bò coâ laäp."
)


def iconv(text, name):
    """Bytes of a text by another implementation: glibc's."""
    try:
        done = subprocess.run(
            ["iconv", "-f", "UTF-8", "-t", name], input=text.encode(), capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("no iconv on this machine")
    if done.returncode:
        pytest.skip(f"iconv does not know {name}")
    return done.stdout


@pytest.mark.parametrize(("name", "said"), [("CP1258", "windows-1258"), ("TCVN", "TCVN3")])
def test_old_encodings_are_converted_with_a_warning(put, name, said):
    found = only(read([put("a.txt", iconv(LONG_VI, name))]))
    assert found.text == LONG_VI
    assert found.warnings == (f"converted from {said}: found by how the text reads",)


@pytest.mark.parametrize("name", ["CP1258", "TCVN"])
def test_every_letter_of_old_encodings(put, name):
    bases = [base + tone for base in "aăâeêioôơuưy" for tone in ("", *"\u0300\u0301\u0303\u0309\u0323")]
    letters = unicodedata.normalize("NFC", " ".join(["đ", *bases]))
    text = f"{LONG_VI} {letters} {LONG_VI} {letters.upper()} {LONG_VI} {LONG_VI} {LONG_VI}"
    assert only(read([put("a.txt", iconv(text, name))])).text == text


def test_the_quotes_of_tcvn3_texts_stay(put):
    data = iconv(LONG_VI.replace("Ông", "<ông>"), "TCVN").replace(b"<", b"\x93").replace(b">", b"\x94")
    assert only(read([put("a.txt", data)])).text == LONG_VI.replace("Ông", "“ông”")


@pytest.mark.parametrize("data", [VNI.encode("cp1252"), VNI.encode()])
def test_vni_is_converted_from_western_bytes_and_from_utf8(put, data):
    found = only(read([put("a.txt", data)]))
    assert found.text == LONG_VI
    assert found.warnings == ("converted from VNI: found by how the text reads",)


def test_tcvn3_saved_as_utf8_is_converted(put):
    typed = iconv(LONG_VI, "TCVN").decode("latin-1")
    assert only(read([put("a.txt", typed)])).text == LONG_VI


def test_old_encodings_in_rows_of_tables(put):
    jsonl = b'{"text": "' + iconv(LONG_VI, "TCVN") + b'"}\n' + json.dumps({"text": EN}).encode()
    first, second = read([put("a.jsonl", jsonl)])
    assert (first.text, second.text) == (LONG_VI, EN)
    assert first.warnings
    assert not second.warnings
    table = b"id,text\n" + b'a,"' + VNI.encode("cp1252") + b'"\n' + quoted("b", LONG_VI).encode()
    first, second = read([put("b.csv", table)])
    assert first.text == second.text == LONG_VI


def test_utf16_with_and_without_mark_in_every_kind(put, tmp_path):
    table = "id,text\n" + quoted("b", LONG_VI)
    row = json.dumps({"text": LONG_VI}, ensure_ascii=False) + "\n"
    put("a.txt", LONG_VI.encode("utf-16-le"))
    put("b.csv", table.encode("utf-16"))
    put("c.jsonl", row.encode("utf-16"))
    put("d.txt", b"\xfe\xff" + LONG_VI.encode("utf-16-be"))
    put("e.txt", EN.encode("utf-16-be"))
    found = list(read([tmp_path]))
    assert [item.text for item in found] == [LONG_VI] * 4 + [EN]
    assert [len(item.warnings) for item in found] == [1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "data",
    [
        "Le ministre a dit que la santé des élèves a été améliorée l'été dernier à l'école.".encode("latin-1"),
        "Der Minister sagte, dass für größere Übungen künftig mehr Mittel nötig wären.".encode("latin-1"),
        "Министр сказал, что две страны будут сотрудничать.".encode("cp1251"),
        "部长表示，两国将在卫生和文化领域开展合作。".encode("gbk"),
        b"S\xb8ng nay",
        bytes(range(1, 256)),
    ],
)
def test_what_is_not_certain_is_refused(put, data):
    found = only(read([put("a.txt", data)]))
    assert found.reason.startswith("not UTF-8 at byte")
    assert "convert it to UTF-8" in found.reason


def test_english_with_western_quotes_is_read(put):
    text = f"{EN} “It’s about time,” he said. {EN}"
    found = only(read([put("a.txt", text.encode("cp1252"))]))
    assert found.text.split("\n") == text.split("\n")
    assert found.warnings == ("converted from windows-1252: found by how the text reads",)


@pytest.mark.parametrize("text", [LONG_VI, f"{EN} It’s about time – €5 for a café."])
def test_garbled_letters_are_mended_line_by_line(put, text):
    # windows-1252 lacks some of the bytes of Vietnamese letters: those programs show Latin-1 there.
    garbled = text.encode().decode("latin-1" if text is LONG_VI else "cp1252")
    sound = "Ông Nguyễn Văn Bình và bà Hòa ở Đắk Lắk."
    found = only(read([put("a.txt", f"{sound}\n{garbled}\n{sound}" if text is LONG_VI else garbled)]))
    assert text in found.text
    assert any("mended" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "text", [LONG_VI, EN, f"{LONG_VI} « Ça va », ông nói với Léger và Müller.", "Tên ông là Â… còn bà là Ã."]
)
def test_sound_text_stays_as_it_is(put, text):
    found = only(read([put("a.txt", text * 2)]))
    assert (found.text, found.warnings) == (text * 2, ())


def test_vietnamese_without_diacritics_is_read_with_a_warning(put):
    bare = "Sang nay, doan cong tac da den tham cac gia dinh o vung lu va trao qua cho tre em cua ba xa bi co lap."
    found = only(read([put("a.txt", bare)]))
    assert found.lang == "vi"
    assert "without diacritics" in found.warnings[0]


# --- folders --------------------------------------------------------------------------------------


def test_folders_are_walked_as_they_are_read(put, tmp_path, monkeypatch):
    for k in range(9):
        put(f"{k}/a.txt", EN)
    seen = []
    scandir = os.scandir

    def spy(folder):
        seen.append(folder)
        return scandir(folder)

    monkeypatch.setattr("os.scandir", spy)
    sources = find_sources([tmp_path])
    assert next(sources).name == "0/a.txt"
    assert len(seen) <= 3  # the folder, and one folder ahead
    assert [source.name for source in sources] == [f"{k}/a.txt" for k in range(1, 9)]


def test_a_link_to_a_file_of_the_input_is_passed_over(put, tmp_path):
    put("a.txt", EN)
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert only(read([tmp_path])).doc_id == "a"
