"""Reading documents: files, rows, ids, dates, and everything that can be wrong with them."""

from __future__ import annotations

import json
import os
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.documents import dates, parse, read, streams
from align.documents.ids import safe_id
from align.errors import InputError
from align.types import Document, RejectedDocument

EN = "The council met on Monday and agreed to repair the old bridge.\nWork on it will begin in the spring."
VI = "Hội đồng họp hôm thứ Hai và nhất trí sửa cây cầu cũ.\nViệc sửa cầu sẽ bắt đầu vào mùa xuân."


@pytest.fixture
def put(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(*items):
    return "".join((item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)) + "\n" for item in items)


def only(items):
    found = list(items)
    assert len(found) == 1, found
    return found[0]


def document(raw, **fields):
    found = parse(raw, doc_id="a", **fields)
    assert isinstance(found, Document), found
    return found


def reason(raw, **fields):
    found = parse(raw, doc_id="a", **fields)
    assert isinstance(found, RejectedDocument), found
    return found.reason


def test_an_address_that_is_none_is_left_out_with_a_warning():
    for url in ("http://[x", "https://a\u2100b/", "//[::1"):
        found = document(EN, url=url)
        assert found.url is None
        assert found.warnings == (f"url {url!r} is no address: left out",)
    assert document(EN, url="https://x.vn/[a]").url == "https://x.vn/[a]"


# --- one article ----------------------------------------------------------------------------------


def test_head_date_title_dateline_and_tag_of_one_article():
    found = document(
        " date 2024-11-21 Town to repair bridge\r\n\r\nHANOI — The council met on Monday.\rIt agreed. — VNS"
    )
    assert found.date == date(2024, 11, 21)
    assert found.title == "Town to repair bridge"
    assert found.text == "Town to repair bridge\nThe council met on Monday.\nIt agreed."
    assert [(item.rule, item.text) for item in found.furniture] == [
        ("dateline", "HANOI —"),
        ("agency_tag", "— VNS"),
    ]
    assert found.lang == "en"


def test_text_is_nfc_with_single_blanks_and_no_invisible_characters():
    found = document(
        "Ho\u0323p\u00a0\u00a0ba\u0300n ve\u0302\u0300 "
        "ca\u0302y ca\u0302\u0300u\u200b cu\u0303 o\u031b\u0309 la\u0300ng.\ud800"
    )
    assert found.text == "Họp bàn về cây cầu cũ ở làng."


def test_line_separators_of_unicode_break_lines_and_lone_carriage_returns_too():
    assert document("One of the two.\u2028The other.\x85And the third.\rThe last.").text.count("\n") == 3


def test_given_metadata_wins():
    found = document(
        f" date 2024-11-21 {EN}", date=date(2025, 1, 2), lang="en", title="A  bridge", url=" https://x.vn/a "
    )
    assert (found.date, found.title, found.url) == (date(2025, 1, 2), "A bridge", "https://x.vn/a")
    assert found.text == f"A bridge\n{EN}"


@pytest.mark.parametrize("first", ["A new bridge", "A new bridge.", "“A new bridge”", "A NEW BRIDGE"])
def test_a_given_title_is_not_doubled(first):
    assert document(f"{first}\n{EN}", title="A new bridge").text == f"A new bridge\n{EN}"


def test_a_given_title_that_is_run_into_the_text_is_cut_off():
    assert document(f"A new bridge {EN}", title="A new bridge").text == f"A new bridge\n{EN}"


@pytest.mark.parametrize("raw", [EN, f"A new bridge for the town. {EN}", "A bridge,\n" + EN, "A new bridge"])
def test_no_title_is_found_where_the_first_line_is_a_sentence_or_stands_alone(raw):
    assert document(raw).title is None


def test_a_dateline_with_its_year_dates_the_article_and_one_without_does_not():
    assert document(f"HANOI, March 4, 2025 (VNA) – {EN}").date == date(2025, 3, 4)
    assert document(f"HÀ NỘI, ngày 4/3/2025 (TTXVN) – {VI}").date == date(2025, 3, 4)
    assert document(f"HANOI, March 4 (VNA) – {EN}").date is None


def test_a_head_date_that_does_not_exist_stays_in_the_text():
    assert document(f"date 2024-13-45 {EN}").text.startswith("date 2024-13-45")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "empty"),
        (" \n\t\u200b\n", "empty"),
        ("(Photo: VNA)\nTTXVN\nRead more: this", "no story"),
        ("123 456\n- - -", "no story"),
        (
            "Le ministre a dit que les deux pays vont travailler dans le domaine de la santé.",
            "neither Vietnamese nor",
        ),
        (f"{VI}\n{EN}", "neither Vietnamese nor"),
    ],
)
def test_an_article_without_story_or_language_is_rejected(raw, said):
    assert said in reason(raw)


def test_a_given_language_is_believed_unless_the_text_contradicts_it():
    assert document("Siêu âm.", lang="vi").lang == "vi"
    assert "'vi' but the text reads as 'en'" in reason(f"{EN} {EN}", lang="vi")


@given(st.text(), st.none() | st.text())
def test_any_text_is_a_clean_document_or_a_reason(raw, title):
    found = parse(raw, doc_id="a", lang="en", title=title)
    if isinstance(found, RejectedDocument):
        assert found.reason
        return
    assert found.text.encode()
    assert all(line and line == line.strip() for line in found.text.split("\n"))
    assert found.title is None or found.text.startswith(found.title + "\n")


# --- files and ids --------------------------------------------------------------------------------


def test_a_folder_is_read_in_order_of_ids_without_hidden_files(put, tmp_path):
    for name in ["b.txt", "a/z.txt", "a/b/c.TXT", ".hidden.txt", ".git/x.txt", "a-1.txt"]:
        put(name, EN)
    found = list(read([tmp_path]))
    assert [item.doc_id for item in found] == ["a/b/c", "a/z", "a-1", "b"]
    assert [item.source for item in found] == ["a/b/c.TXT", "a/z.txt", "a-1.txt", "b.txt"]


def test_an_input_file_is_named_by_its_stem(put):
    assert only(read([put("deep/down/x.vi.txt", VI)])).doc_id == "x.vi"


def test_only_ids_that_would_clash_get_the_folder_name(put, tmp_path):
    for name in ["one/a.txt", "two/a.txt", "two/b.txt"]:
        put(name, EN)
    assert [item.doc_id for item in read([tmp_path / "one", tmp_path / "two"])] == ["b", "one/a", "two/a"]


def test_a_file_given_twice_is_read_once(put, tmp_path):
    path = put("a.txt", EN)
    assert only(read([tmp_path, path])).doc_id == "a"


def test_dates_come_from_file_names(put, tmp_path):
    put("2025-03-04-bridge.txt", EN)
    put("20250305_bridge.txt", EN)
    put("20251399.txt", EN)
    put("x/2025-01-01.txt", f"date 2024-01-01 {EN}")
    assert [(item.doc_id, item.date) for item in read([tmp_path])] == [
        ("2025-03-04-bridge", date(2025, 3, 4)),
        ("20250305_bridge", date(2025, 3, 5)),
        ("20251399", None),
        ("x/2025-01-01", date(2024, 1, 1)),
    ]


@pytest.mark.parametrize("inputs", [[], ["missing"], ["empty"], ["other"]])
def test_inputs_without_articles_are_errors_at_the_call(put, tmp_path, inputs):
    (tmp_path / "empty").mkdir()
    put("other/a.docx", b"x")
    with pytest.raises(InputError, match=r"no input|no such file or folder|no articles found"):
        read([tmp_path / name for name in inputs])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.txt", b"", "empty"),
        ("x.txt", b"abc\0def", "binary: a NUL byte at offset 3"),
        ("x.txt", b"abc \xe9t\xe9", "not UTF-8 at byte 4: convert it to UTF-8"),
        ("x.txt", b"\xef\xbb\xbfabc \xe9t\xe9", "not UTF-8 at byte 7"),
        ("x.docx", b"PK", "'.docx' are not read: supported are .txt, .jsonl"),
        ("README", b"hello", "without suffix"),
        ("x.jsonl", b"\n \n", "empty: no line"),
    ],
)
def test_bad_files_are_rejected_and_the_rest_is_read(put, tmp_path, name, content, said):
    put("good.txt", EN)
    put(name, content)
    found = list(read([tmp_path]))
    assert [item.doc_id for item in found if isinstance(item, Document)] == ["good"]
    bad = only(item for item in found if isinstance(item, RejectedDocument))
    assert bad.doc == name
    assert said in bad.reason


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + VI.encode(), VI.encode("utf-16"), b"\xfe\xff" + VI.encode("utf-16-be")]
)
def test_byte_order_marks_are_understood(put, data):
    assert only(read([put("x.txt", data)])).text == VI


def test_files_and_rows_over_the_bound_are_rejected_and_the_next_row_is_read(put, tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "MAX_BYTES", 300)
    put("a.txt", "x " * 200)
    put("b.jsonl", rows({"text": "y " * 3000}, {"id": "ok", "text": EN}))
    large, long, good = read([tmp_path])
    assert "larger than" in large.reason
    assert long.doc == "b.jsonl:1"
    assert long.reason.startswith("larger than")
    assert (good.doc_id, good.source) == ("ok", "b.jsonl:2")


def test_what_cannot_be_opened_or_is_no_file_is_rejected(put, tmp_path):
    put("good.txt", EN)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    found = {getattr(item, "doc", None): item for item in read([tmp_path])}
    assert "not a regular file" in found["gone.txt"].reason
    assert "not a regular file" in found["pipe.txt"].reason


def test_a_file_that_may_not_be_read_is_rejected(put, tmp_path, monkeypatch):
    put("good.txt", EN)
    path = put("secret.txt", EN)
    opened = type(path).open

    def refuse(self, *args, **kwargs):
        if self.name == "secret.txt":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(type(path), "open", refuse)
    good, bad = read([tmp_path])
    assert isinstance(good, Document)
    assert bad == RejectedDocument(
        "secret.txt", "cannot be read (Permission denied): check that it exists and its permissions"
    )


# --- JSONL ----------------------------------------------------------------------------------------


def test_all_fields_of_a_row(put):
    row = {
        "id": 7,
        "lang": "en",
        "date": "2025-03-04T23:30:00+07:00",
        "title": "A bridge",
        "text": EN,
        "url": "https://x.vn",
    }
    found = only(read([put("articles.jsonl", "\ufeff" + rows(row))]))
    assert found == Document(
        "7",
        "en",
        f"A bridge\n{EN}",
        "A bridge",
        date(2025, 3, 4),
        "https://x.vn",
        "articles.jsonl:1",
        (),
        site="x.vn",
        date_source="given",
    )


def test_only_text_is_required(put):
    found = only(read([put("articles.jsonl", "\n" + rows({"text": VI, "lang": "", "date": None}))]))
    assert (found.doc_id, found.lang, found.date, found.source) == (
        "articles:2",
        "vi",
        None,
        "articles.jsonl:2",
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": EN, "lang": "vn"}, "lang 'vn' is not 'vi' or 'en'"),
        ({"text": EN, "lang": ["en"]}, "lang ['en'] is not 'vi' or 'en'"),
        ({"text": EN, "date": "04/03/2025"}, "date '04/03/2025' is not an ISO date"),
        ({"text": EN, "date": 20250304}, "date 20250304 is not an ISO date"),
        ({"text": 5}, "text is 5, not a string"),
        ({"text": None}, "text is empty"),
        ({"title": "x"}, "no field 'text'"),
        ({"text": EN, "title": ["x"]}, "title is ['x'], not a string"),
        ({"text": EN, "id": True}, "id is True, not a string"),
        ({"text": EN, "id": "../.."}, "id '../..' is empty"),
        ('{"text": ', "no JSON at column"),
        ("[1]", "JSON list, not an object"),
        ("[" * 100_000, "JSON that cannot be read"),
        ("1" * 5000, "JSON that cannot be read"),
    ],
)
def test_bad_rows_say_their_line_and_the_rest_is_read(put, row, said):
    path = put("articles.jsonl", rows({"id": "a", "text": EN}, row, {"id": "b", "text": VI}))
    first, bad, last = read([path])
    assert (first.doc_id, last.doc_id) == ("a", "b")
    assert bad.doc == "articles.jsonl:2"
    assert bad.reason.startswith(said)


def test_a_row_that_is_not_utf8_is_one_rejected_row(put):
    path = put("a.jsonl", b'{"text": "\xe9"}\n' + rows({"id": "b", "text": VI}).encode())
    bad, good = read([path])
    assert bad.doc == "a.jsonl:1"
    assert bad.reason.startswith("not UTF-8 at byte 10: convert it to UTF-8")
    assert good.doc_id == "b"


def test_a_second_document_of_an_id_says_where_the_first_stands(put, tmp_path):
    put("x.txt", EN)
    put("y.jsonl", rows({"id": "x", "text": VI}, {"id": "z", "text": VI}, {"id": "z", "text": VI}))
    _, second, _, third = read([tmp_path])
    assert second.reason.startswith("doc_id 'x' is taken by x.txt")
    assert (third.doc, third.reason[:33]) == ("y.jsonl:3", "doc_id 'z' is taken by y.jsonl:2:")


# --- ids and dates by themselves ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("a/b", "a/b"),
        ("/etc/passwd", "etc/passwd"),
        ("../../x", "x"),
        ("a\\..\\b", "a/b"),
        ("a\tb\nc\x00", "a b c"),
        (" . / .. ", ""),
        ("tin-số-1", "tin-số-1"),
        ("a//b/", "a/b"),
    ],
)
def test_ids_are_made_safe(raw, safe):
    assert safe_id(raw) == safe


@given(st.text())
def test_safe_ids_are_one_line_relative_and_stay_as_they_are(raw):
    safe = safe_id(raw)
    assert safe_id(safe) == safe
    assert safe.isprintable()
    assert not safe or all(part not in ("", ".", "..") for part in safe.split("/"))


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["", "-", "_", ".", "/"]),
)
def test_every_date_is_found_in_a_name(day, sep):
    assert dates.from_name(f"news/x-{day:%Y}{sep}{day:%m}{sep}{day:%d}_y.txt") == day


@pytest.mark.parametrize("name", ["x", "2025-0304", "120250304", "202503041", "2025-02-30", "1825-01-01"])
def test_no_date_in_a_name(name):
    assert dates.from_name(name) is None
