"""The dataset card of a run."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from align import pipeline
from align.config import BuildConfig
from align.pipeline import card
from align.pipeline.summary import Summary
from align.types import Document, Unit

UNIT = Unit("u1", "Hai bên ký kết", "Both sides signed", 0.93, 0.6, 1.2, "1-1", "a", "b", (0,), (0,),
            date(2025, 3, 4), date(2025, 3, 6), "e")  # fmt: skip


def test_the_card_of_the_sample(sample_run):
    text = (sample_run / "README.md").read_text("utf-8")
    head = text.split("---\n")[1].split("\n")
    assert head[:3] == ["language:", "- vi", "- en"]
    assert "  data_files: corpus.parquet" in head
    rows = len((sample_run / "corpus.tsv").read_text("utf-8").split("\n")) - 2
    assert f"| translation units | {rows} |" in text
    assert "| articles read | 19 Vietnamese, 19 English |" in text
    assert "| 38 invented news articles, Vietnamese and English | Apache-2.0 | written for this project |" in text
    assert "encoder align-vien-static/" in text
    assert "@misc{align_corpus," in text


def test_counts_by_hand():
    units = [UNIT, UNIT, Unit(*[getattr(UNIT, name) for name in UNIT.__slots__][:3], 0.5, *[0.1, 1.0, "1-1", "a", "c",
             (0,), (0,), None, None, ""])]  # fmt: skip
    text = card.text(card.Facts(units, "enc", ("in",), {"duplicate": 2}))
    for line in (
        "| translation units | 3 |", "| Vietnamese syllables | 12 |", "| English words | 9 |", "| document pairs | 2 |",
        "| events | 1 |", "| dates | 2025-03-04 to 2025-03-06 |", "| 0.9 to 1 | 2 |", "| 0.5 to 0.7 | 1 |",
        "Left out: 2 duplicate.", "The articles name no license.",
    ):  # fmt: skip
        assert line in text
    assert "0.7 to 0.9" not in text


def test_text_of_strangers_is_no_markup():
    documents = [Document("d", "vi", "x", url=f"https://h{k}.example.org/a") for k in range(25)]
    facts = card.Facts([UNIT], "e", ("<b>|in\n## x",), {}, documents, [("[w](u)", "*CC*", "`o`")])
    text = card.text(facts)
    assert r"\<b\>\|in \#\# x" in text
    assert r"| \[w\](u) | \*CC\* | \`o\` |" in text
    assert "| 5 others | 5 |" in text


def test_licenses_are_those_of_the_input(tmp_path):
    (tmp_path / "sources.toml").write_text(
        '[[source]]\npath = "news"\nwhat = "wire"\nlicense = "CC-BY-4.0"\norigin = "agency"\n'
        '[[source]]\npath = "other"\nlicense = "none"\n',
        encoding="utf-8",
    )
    (tmp_path / "news").mkdir()
    assert card.licenses([tmp_path / "news"]) == (("wire", "CC-BY-4.0", "agency"),)
    assert len(card.licenses([tmp_path])) == 2
    (tmp_path / "sources.toml").write_text("no toml at all [", encoding="utf-8")
    assert card.licenses([tmp_path / "news"]) == ()


def test_a_readme_of_ones_own_is_left_alone(tmp_path):
    sample = Path(__file__).resolve().parents[1] / "corpus" / "sample"
    inputs = sorted(sample.glob("bvs-*japan*.txt"))[:1] + sorted(sample.glob("bvs-dien-dam*.txt"))
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    pipeline.build(inputs, tmp_path, BuildConfig())
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"
    (tmp_path / "README.md").unlink()
    pipeline.build(inputs, tmp_path, BuildConfig(), pipeline.Settings(fresh=True))
    pipeline.build(inputs, tmp_path, BuildConfig(min_quality=0.9), pipeline.Settings(fresh=True))
    assert "# Vietnamese-English parallel corpus" in (tmp_path / "README.md").read_text("utf-8")


def test_a_summary_says_what_the_units_do():
    rows = [("e1", "a", "b"), ("e2", "a", "c"), ("e1", "a", "b"), ("", "d", "b"), ("e2", "a", "c")]
    units = [
        replace(UNIT, event=event, vi_doc=vi, en_doc=en, quality=0.5 + k / 9) for k, (event, vi, en) in enumerate(rows)
    ]
    documents = [
        Document("d1", "vi", "x", url="https://h.example.org/a"),
        Document("d2", "en", "x"),
        Document("d3", "vi", "y", url="http://[no-address"),
    ]
    summary = Summary()
    for document in documents:
        summary.add_document(document)
    for unit in units:
        summary.add_unit(unit)
    assert (summary.units, summary.events, summary.pairs, summary.words) == (5, 2, 3, [20, 15])
    assert card.text(card.Facts(summary, "e", ("in",), {})) == card.text(card.Facts(units, "e", ("in",), {}, documents))
    empty = card.text(card.Facts(Summary(), "e", ("in",), {}))
    assert empty == card.text(card.Facts([], "e", ("in",), {}))
    assert "| document pairs | 0 |" in empty
