"""Broken, truncated and hostile files: rows that say what is wrong, never a crash, never a wait."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
import tracemalloc

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.documents import pages, read, streams
from align.documents.encodings import decode
from align.documents.legacy import convert, convert_text
from align.documents.mojibake import repair
from align.documents.syllables import is_syllable
from align.types import Document, RejectedDocument

VI = "Hội đồng họp hôm thứ Hai và nhất trí sửa cây cầu cũ.\nViệc sửa cầu sẽ bắt đầu vào mùa xuân."
EN = "The council met on Monday and agreed to repair the old bridge.\nWork on it will begin in the spring."
ROWS = [{"id": str(k), "date": "2024-11-21", "title": "A bridge", "text": text} for k, text in enumerate((VI, EN) * 3)]
HTML = f"<html><head><title>A bridge</title></head><body><article><p>{VI}</p><p>{EN}</p></article></body></html>"
CSV = "id,text\n" + "".join(f'"{row["id"]}","{row["text"]}"\n' for row in ROWS)


def parquet(tmp):
    path = tmp / "whole.parquet"
    pl.DataFrame(ROWS).write_parquet(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A sound file of each kind."""
    sound = {
        ".txt": VI.encode(),
        ".jsonl": "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
        ".html": HTML.encode(),
        ".csv": CSV.encode(),
        ".tsv": CSV.replace(",", "\t").encode(),
        ".parquet": parquet(tmp_path_factory.mktemp("whole")),
    }
    return sound | {f"{kind}.gz": gzip.compress(data, mtime=0) for kind, data in sound.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


KINDS = [".txt", ".jsonl", ".html", ".csv", ".tsv", ".parquet"]
KINDS += [f"{kind}.gz" for kind in KINDS]


def check(folder, kind, data):
    """Read bytes as a file: rows of documents that any file could take, and reasons, in a second or two."""
    path = folder / f"x{kind}"
    path.write_bytes(data)
    start = time.perf_counter()
    found = list(read([path]))
    assert time.perf_counter() - start < 20
    assert found
    for item in found:
        if isinstance(item, Document):
            assert item.text.encode()
            assert "\0" not in item.text
        else:
            assert isinstance(item, RejectedDocument)
            assert item.reason
            assert len(item.reason) < 500
    return found


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(data=st.binary(max_size=300) | st.text(max_size=120).map(str.encode))
@example(data=b"text\n\0\0\0")
@example(data=b'text\n"')
@example(data=b"\xff\xfe" + b"t")
@example(data=b"PAR1PAR1")
@example(data=b"\x1f\x8b\x08\x00")
def test_any_bytes(folder, kind, data):
    check(folder, kind, data)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(share=st.floats(0, 1), noise=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6))
def test_sound_files_cut_off_or_with_wrong_bytes(folder, whole, kind, share, noise):
    data = bytearray(whole[kind])
    for place, value in noise:
        data[int(place * len(data))] = value
    check(folder, kind, bytes(data[: int(share * len(data))]))
    check(folder, kind, bytes(data))


@pytest.mark.parametrize("kind", KINDS)
def test_sound_files_are_read(folder, whole, kind):
    found = check(folder, kind, whole[kind])
    assert len(found) == (1 if kind[:4] in (".txt", ".htm") else len(ROWS))
    assert all(isinstance(item, Document) for item in found) or kind.startswith(".html")  # its two halves are mixed


@pytest.mark.parametrize("kind", [".txt", ".jsonl", ".html", ".csv", ".tsv"])
@pytest.mark.parametrize(
    "piece",
    [
        "\0",
        '"',
        '"\n',
        "\n",
        "\r",
        ",",
        "\t",
        "<div>",
        "<table><tr><td>",
        "<p",
        "<!--",
        "&",
        "[",
        '{"text":',
        "ệ",
        "Ã",
        "á»",
    ],
)
def test_a_million_of_a_piece(folder, kind, piece):
    head = "text\n" if kind in (".csv", ".tsv") else ""
    found = check(folder, kind, (head + piece * (1_000_000 // len(piece))).encode())
    assert all(isinstance(item, RejectedDocument) for item in found)


def test_a_huge_line_costs_one_row(folder, monkeypatch):
    monkeypatch.setattr(streams, "MAX_BYTES", 100_000)
    good = json.dumps({"id": "good", "text": EN})
    for kind, head, row in (
        (".jsonl", "", good),
        (".csv", "id,text\n", f'good,"{EN}"'),
        (".tsv", "id\ttext\n", f'good\t"{EN}"'),
    ):
        bad, last = check(folder, kind, f"{head}{'x' * 1_000_000}\n{row}\n".encode())
        assert bad.reason.startswith("larger than")
        assert last.doc_id == "good"
        bad, last = check(folder, kind, f"{head}{'x' * 1_000_000}\n{row}\n".encode("utf-16"))
        assert bad.reason.startswith("larger than")
        assert last.doc_id == "good"


def test_a_parquet_of_long_texts_is_read_row_by_row(folder, monkeypatch):
    monkeypatch.setattr(streams, "MAX_BYTES", 100_000)
    texts = ["x " * 60_000, EN, None, "", f"{VI} {'ệ' * 40_000}"]
    pl.DataFrame({"text": texts * 2, "id": range(10)}).write_parquet(folder / "y.parquet")
    found = check(folder, ".parquet", (folder / "y.parquet").read_bytes())
    reasons = [item.reason[:11] if isinstance(item, RejectedDocument) else item.doc_id for item in found]
    long, empty = "larger than", "text is emp"
    assert reasons == [long, "1", empty, empty, long, long, "6", empty, empty, long]


def test_a_parquet_of_one_long_text_a_thousand_times_takes_no_memory(folder):
    frame = pl.DataFrame({"id": range(1000)}).with_columns(text=pl.lit("bridge " * 140_000))
    frame.write_parquet(folder / "z.parquet", compression="zstd")
    rows = read([folder / "z.parquet"])
    tracemalloc.start()
    next(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000  # a thousand copies would be 1 GB
    rows.close()


@pytest.mark.parametrize("tag", ["div", "b", "span", "table", "blockquote", "svg", "x-y"])
def test_deep_pages_are_refused(folder, tag):
    page = f"<html><body>{f'<{tag}>' * 50_000}{EN}"
    found = check(folder, ".html", page.encode())
    assert "nested" in found[0].reason


def test_depth_counts_what_is_open_not_what_was(folder):
    story = "".join(
        f"<div><p>{line}<br>And it was so in all of the town.</p></div>" for line in [*EN.split("\n")] * 300
    )
    with_flat = "<ul>" + "<li>One of the towns" * 900 + "</ul>"
    assert isinstance(check(folder, ".html", f"<body><article>{story}{with_flat}".encode())[0], Document)


def test_pages_with_too_many_tags_are_refused(folder, monkeypatch):
    monkeypatch.setattr(pages, "_MAX_TAGS", 100)
    assert "tags" in check(folder, ".html", b"<p>x</p>" * 200)[0].reason


def test_a_wide_page_takes_no_time(folder):
    check(folder, ".html", ("<body><article>" + "<p>từ <a href=x>của</a> câu chuyện</p>" * 9000).encode())


@given(st.binary(max_size=400))
def test_decoding_any_bytes_gives_text_or_a_reason(data):
    with contextlib.suppress(streams.BadContentError):
        assert isinstance(decode(data).text, str)
    found = convert(data)
    assert found is None or found.encoding in ("TCVN3", "VNI", "windows-1258", "windows-1252")


@given(st.text())
def test_sound_unicode_is_never_converted(text):
    repaired, warnings = repair(text)
    if repaired == text:
        assert not warnings
    assert convert_text(text + " ệ") is None


@given(st.text(alphabet="aăâeêioôơuưyáàảãạđbcghkmnpqrstvx ÃÂá»‡†•Ä", max_size=60))
def test_mending_keeps_every_word_without_trace(text):
    repaired, _ = repair(text)
    for word in text.split():
        if word.isascii():
            assert word in repaired


@pytest.mark.parametrize(
    "word", ["nghiêng", "được", "quốc", "giếng", "khuya", "ỷ", "yêu", "rượu", "thuở", "đắk", "ngoằn", "oán"]
)
def test_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["caté", "café", "viêt", "hợpp", "ngiêng1", "được̀", "êu̖x", "straße", "mạz", "müller"])
def test_no_syllables(word):
    assert not is_syllable(word)
