import gzip
import json

import pytest

from align.errors import FormatError, InputError
from align.formats.pairs import SegmentPair, read_pairs

PAIRS = [("Xin chào", "Hello"), ("Tạm biệt “bạn”", 'Goodbye "friend"')]


def texts(path):
    return [(pair.vi, pair.en) for pair in read_pairs(path)]


def test_every_file_of_a_build_gives_the_same_pairs(sample_run):
    expected = texts(sample_run / "corpus.tsv")
    assert len(expected) > 100
    for name in ("corpus.tmx", "corpus.jsonl", "corpus.parquet", "corpus.vi", "corpus.en"):
        assert texts(sample_run / name) == expected, name
    assert texts(sample_run) == expected


def test_foreign_files(tmp_path):
    (tmp_path / "a.tsv").write_text("en\tvi\tmore\nHello\tXin chào\tx\n\tTrống\tx\n", encoding="utf-8")
    assert texts(tmp_path / "a.tsv") == PAIRS[:1]
    lines = [{"vi": "Xin chào", "en": "Hello"}, {"translation": {"vi": PAIRS[1][0], "en": PAIRS[1][1]}}]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    assert texts(tmp_path / "a.jsonl") == PAIRS
    with gzip.open(tmp_path / "a.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("doc\tHello\tXin chào\n")
    assert list(read_pairs(tmp_path / "a.tsv.gz")) == [SegmentPair("Xin chào", "Hello", "doc")]


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("a.tsv", b"one\ttwo\nx\ty\n", FormatError, "vi"),
        ("a.jsonl", b'{"vi": "x"}\n', FormatError, r"a\.jsonl:1: no pair"),
        ("a.jsonl", b"nothing\n", FormatError, r"a\.jsonl:1: no pair"),
        ("a.tsv.gz", b"no gzip", FormatError, "damaged gzip file"),
        ("a.parquet", b"no parquet", FormatError, "not a Parquet file"),
        ("a.docx", b"", InputError, "not known as a corpus"),
    ],
)
def test_broken_files_are_named(tmp_path, name, content, error, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=message):
        texts(tmp_path / name)


def test_a_folder_without_corpus_and_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="no corpus in this folder"):
        texts(tmp_path)
    with pytest.raises(InputError):
        texts(tmp_path / "none.tsv")
