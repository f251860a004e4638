"""`align score`: every row, column and byte stays, scores are added; true pairs stand above damaged ones."""

import gzip
import json
import re

import polars as pl
import pytest

from align import encoders, scoring
from align.errors import FormatError, InputError
from align.formats import tsv
from align.formats.rows import convert, open_rows
from align.pipeline import score as scorer
from align.pipeline.score import COLUMNS, Columns

TRUE = [
    ("Hai bên ký bản ghi nhớ về thương mại tại Hà Nội.", "The two sides signed a memorandum on trade in Hanoi."),
    ("Kim ngạch đạt 18,5 tỷ USD, tăng 7,2%.", "Trade reached US$18.5 billion, up 7.2 percent."),
    ("Bộ trưởng sẽ thăm Nhật Bản vào tháng 11.", "The minister will visit Japan in November."),
    ("Trời mưa to nên lễ khai mạc phải dời vào nhà.", "It rained so hard that the opening had to move indoors."),
]


def scores(pairs):
    return scoring.score_pairs([vi for vi, _ in pairs], [en for _, en in pairs], encoders.embedded())


def test_true_pairs_stand_above_damaged_ones():
    swapped = list(zip([vi for vi, _ in TRUE], [en for _, en in TRUE[1:] + TRUE[:1]], strict=True))
    number = (TRUE[1][0], "Trade reached US$19.5 billion, up 7.2 percent.")
    found = scores([*TRUE, *swapped, number])
    assert min(one.quality for one in found[:4]) > 0.5 > max(one.quality for one in found[4:])
    assert all(one.margin > 1.0 for one in found[:4])
    assert found[8].flags == ("number_mismatch:18,5 tỷ USD/US$19.5 billion",)
    assert [one.flags for one in found[:4]] == [()] * 4


@pytest.mark.parametrize(
    ("vi", "en", "flags"),
    [
        ("", "Hello there.", ("empty_vi",)),
        (" \u200b", "", ("empty_vi", "empty_en")),
        ("Both sides signed it.", "Both sides signed it!", ("untranslated",)),
        ("The two sides signed it.", "Hai bên ký bản ghi nhớ về thương mại.", ("language_vi:en", "language_en:vi")),
        ("Ông nói.", "He said so at great length and with many more words than this.", ("length_ratio:8/62",)),
    ],
)  # fmt: skip
def test_flags(vi, en, flags):
    [found] = scores([(vi, en)])
    assert found.flags == flags
    assert found.quality == 0.0 or not flags[0].startswith(("empty", "untranslated"))


def test_no_pairs_and_unequal_sides():
    assert scores([]) == []
    with pytest.raises(ValueError, match="2 Vietnamese and 1 English texts"):
        scoring.score_pairs(["a", "b"], ["c"], encoders.embedded())


def test_every_format_gives_the_same_scores_and_keeps_the_rest(align, sample_run, tmp_path):
    expected = None
    for name in ("corpus.tsv", "corpus.tmx", "corpus.jsonl", "corpus.parquet"):
        code, printed, error = align("score", sample_run / name, "--out", tmp_path / name)
        assert (code, error) == (0, "")
        rows = open_rows(tmp_path / name).rows()
        convert(tmp_path / name, tmp_path / "back.tsv")
        rows = [{key: cells[key] for key in tsv.COLUMNS} for cells in open_rows(tmp_path / "back.tsv").rows()]
        assert printed == f"{tmp_path / name}: {len(rows)} pairs scored\n"
        expected = expected or rows
        assert rows == expected, name
    before = [cells for _, cells in tsv.read_table(sample_run / "corpus.tsv")]
    assert [without_scores(row) for row in expected] == [without_scores(row) for row in before]
    assert sum(float(row["quality"]) > 0.5 for row in expected) > 0.75 * len(expected)


def without_scores(row):
    return {name: cell for name, cell in row.items() if name not in COLUMNS}


def test_a_foreign_table_with_other_columns(align, tmp_path):
    lines = ["source\tid\ttarget\tflags", *(f"{en}\t{k}\t{vi}\told" for k, (vi, en) in enumerate(TRUE)), "\t9\t\tx"]
    (tmp_path / "a.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert (
        align("score", tmp_path / "a.tsv", "--out", tmp_path / "b.tsv.gz", "--vi", "target", "--en", "source")[0] == 0
    )
    written = gzip.decompress((tmp_path / "b.tsv.gz").read_bytes()).decode().split("\n")[:-1]
    assert written[0] == "source\tid\ttarget\tflags\tquality\tsimilarity\tmargin"
    assert [line.split("\t")[:3] for line in written] == [line.split("\t")[:3] for line in lines]
    assert written[5].split("\t")[3:5] == ["empty_vi; empty_en", "0.0000"]
    code, _, error = align("score", tmp_path / "a.tsv", "--out", tmp_path / "c.tsv")
    assert code == 1
    assert "a.tsv:1: no column vi, en among source, id, target, flags; name them with --vi and --en" in error
    assert not (tmp_path / "c.tsv").exists()


def test_jsonl_records_keep_their_form(tmp_path):
    records = [
        {"n": 1, "translation": {"vi": TRUE[0][0], "en": TRUE[0][1], "fr": None}, "deep": {"a": [1, None]}},
        {"vi": TRUE[1][0], "en": TRUE[1][1], "quality": "old"},
        {"vi": None, "en": "x"},
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in records), encoding="utf-8")
    assert scorer.score_file(tmp_path / "a.jsonl", tmp_path / "b.jsonl", encoders.embedded()) == 3
    written = [json.loads(line) for line in (tmp_path / "b.jsonl").read_text("utf-8").split("\n") if line]
    assert [without_scores(row) for row in written] == [without_scores(row) for row in records]
    assert list(written[1]) == ["vi", "en", "quality", "similarity", "margin", "flags"]
    assert written[2]["flags"] == ["empty_vi"]


def test_parquet_keeps_types_and_order(tmp_path):
    frame = pl.DataFrame({
        "translation": [{"en": en, "vi": vi} for vi, en in TRUE], "n": pl.Series([3, 1, 2, None], dtype=pl.Int16),
        "quality": ["old"] * 4,
    })  # fmt: skip
    frame.write_parquet(tmp_path / "a.parquet")
    scorer.score_file(tmp_path / "a.parquet", tmp_path / "b.parquet", encoders.embedded())
    written = pl.read_parquet(tmp_path / "b.parquet")
    assert written.columns == ["translation", "n", *COLUMNS]
    assert written.select("translation", "n").equals(frame.select("translation", "n"))
    assert written["quality"].to_list() == [one.quality for one in scores(TRUE)]


TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header creationtool="x" srclang="en"><!-- kept --></header><body>
<tu tuid="1"><prop type="x-quality">0.1</prop><note>é &amp; ü</note><prop type="x-flags" >old</prop >
  <tuv xml:lang="en-US" creationid="me"><seg>{en}<ph x="1"/></seg></tuv><tuv xml:lang="fr"><seg>Salut</seg></tuv>
  <tuv xml:lang="vi-VN"><prop type="x-quality">mine</prop><seg>{vi}</seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>seul</seg></tuv></tu><tu/>
</body></tmx>"""


def test_tmx_keeps_every_other_byte(tmp_path):
    text = TMX.format(vi=TRUE[0][0], en=TRUE[0][1])
    (tmp_path / "a.tmx").write_text(text, encoding="utf-8")
    assert scorer.score_file(tmp_path / "a.tmx", tmp_path / "b.tmx.gz", encoders.embedded()) == 2
    written = gzip.decompress((tmp_path / "b.tmx.gz").read_bytes()).decode()
    score = scores([TRUE[0], ("", "")])[0]
    added = re.findall(r'<prop type="x-(quality|similarity|flags)">([^<]*)</prop>(?!<seg)', written)
    assert added[0] == ("quality", f"{score.quality:.4f}")
    assert ("flags", "empty_vi; empty_en") in added
    ours = r'<prop type="x-(?:quality|similarity|margin|flags)">[^<]*</prop>(?!<seg)'
    old = text.replace('<prop type="x-quality">0.1</prop>', "").replace('<prop type="x-flags" >old</prop >', "")
    assert re.sub(ours, "", written) == old


def test_pools_do_not_change_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "POOL", 3)
    lines = ["vi\ten", *("\t".join(pair) for pair in TRUE * 3)]
    (tmp_path / "a.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert scorer.score_file(tmp_path / "a.tsv", tmp_path / "b.tsv", encoders.embedded()) == 12
    written = (tmp_path / "b.tsv").read_text("utf-8").split("\n")[1:-1]
    assert [line.split("\t")[:2] for line in written] == [list(pair) for pair in TRUE * 3]
    expected = [one for at in range(0, 12, 3) for one in scores((TRUE * 3)[at : at + 3])]
    assert [line.split("\t")[4] for line in written] == [f"{one.margin:.4f}" for one in expected]


@pytest.mark.parametrize(
    ("name", "out", "content", "error", "message"),
    [
        (
            "a.tsv",
            "b.jsonl",
            "vi\ten\n",
            InputError,
            "expected the format of a.tsv, .tsv; align convert changes formats",
        ),
        ("a.xlsx", "b.xlsx", "", InputError, "cannot be scored; expected a name that ends with .tsv, .tmx"),
        ("a.jsonl", "b.jsonl", '{"vi": "x"}', FormatError, "a.jsonl:1: no en, neither at the top nor"),
        ("a.jsonl", "b.jsonl", "[1]", FormatError, "a.jsonl:1: '[1]' is no object"),
        ("a.tmx", "b.tmx", "\ufeff", FormatError, "a.tmx:1: UTF-16"),
        ("a.parquet", "b.parquet", "x", FormatError, "not a Parquet file"),
    ],
)
def test_errors(tmp_path, name, out, content, error, message):
    (tmp_path / name).write_text(content, encoding="utf-16" if name == "a.tmx" else "utf-8")
    with pytest.raises(error, match=re.escape(message)):
        scorer.score_file(tmp_path / name, tmp_path / out, encoders.embedded(), Columns())
    assert [path.name for path in tmp_path.iterdir()] == [name]
