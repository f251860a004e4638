"""The main job on the sample: what it finds, that it is the same every time, and that its files agree."""

import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from align import pipeline
from align.config import BuildConfig
from align.formats import CORPUS_FILES, tmx_reader, tsv
from align.formats.gold import check_tiling, read_gold_folder
from align.pipeline import calendar
from align.types import Bead

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
SAMPLE = CORPUS / "sample"
STABLE = (
    "corpus.tsv",
    "corpus.tmx",
    "documents.tsv",
    "alignments.jsonl",
    "rejected.tsv",
    "rejected_documents.tsv",
    "report.html",
)


def rows(path):
    return [row for _, row in tsv.read_table(path)]


def texts(folder):
    return {name: (folder / name).read_bytes() for name in STABLE}


def test_every_document_pair_of_the_gold_is_found_and_no_other(sample_run):
    found = {(r["vi_doc"], r["en_doc"]) for r in rows(sample_run / "documents.tsv") if r["class"] != "related"}
    assert found == {(r["vi_doc"], r["en_doc"]) for r in rows(CORPUS / "gold" / "documents.tsv")}


def test_events_are_those_of_the_gold(sample_run):
    gold = {(r["vi_doc"], r["en_doc"]): r["event"] for r in rows(CORPUS / "gold" / "documents.tsv")}
    found = [r for r in rows(sample_run / "documents.tsv") if r["class"] != "related"]
    pairs = {(gold[r["vi_doc"], r["en_doc"]], r["event"]) for r in found}
    assert len(pairs) == len({event for event, _ in pairs}) == len({event for _, event in pairs})


def test_columns_are_those_of_the_contract(sample_run):
    header = (sample_run / "corpus.tsv").read_text("utf-8").split("\n")[0]
    assert header == (
        "id\tvi\ten\tquality\tsimilarity\tmargin\tshape\tvi_doc\ten_doc\tvi_segments\ten_segments\t"
        "vi_date\ten_date\tevent\tflags"
    )
    assert (sample_run / "rejected.tsv").read_text("utf-8").split("\n")[0] == header + "\treason"
    documents = (sample_run / "documents.tsv").read_text("utf-8").split("\n")[0]
    assert documents == "event\tvi_doc\ten_doc\tscore\tclass\tdays_apart\tunits\tevidence"
    assert (sample_run / "rejected_documents.tsv").read_text("utf-8") == "doc\treason\n"


def test_units_are_sorted_unique_and_good_enough(sample_run):
    units = list(tsv.read(sample_run / "corpus.tsv"))
    places = [(u.event, u.vi_doc, u.en_doc, u.vi_segments) for u in units]
    assert places == sorted(places)
    assert len({u.id for u in units}) == len(units)
    assert min(u.quality for u in units) >= 0.5


def test_units_are_the_text_of_their_segments(sample_run, sample_pairs):
    segments = {
        (side, pair[f"{side}_doc"]): [piece["text"] for piece in pair[side]["segments"]]
        for pair in sample_pairs
        for side in ("vi", "en")
    }
    for unit in tsv.read(sample_run / "corpus.tsv"):
        assert unit.vi == " ".join(segments["vi", unit.vi_doc][k] for k in unit.vi_segments)
        assert unit.en == " ".join(segments["en", unit.en_doc][k] for k in unit.en_segments)


def test_beads_tile_both_documents(sample_pairs):
    for pair in sample_pairs:
        beads = [Bead(tuple(b["vi"]), tuple(b["en"])) for b in pair["beads"]]
        check_tiling(pair["vi_doc"], beads, len(pair["vi"]["segments"]), len(pair["en"]["segments"]))


def test_every_link_is_kept_or_rejected_with_a_reason(sample_run, sample_pairs):
    kept = {row["id"] for row in rows(sample_run / "corpus.tsv")}
    rejected = {row["id"]: row["reason"] for row in rows(sample_run / "rejected.tsv")}
    for pair in sample_pairs:
        for bead in (b for b in pair["beads"] if "id" in b and pair["class"] != "related"):
            assert bead["fate"] == ("kept" if bead["id"] in kept else rejected[bead["id"]])


def test_no_furniture_in_any_unit(sample_run, sample_pairs):
    furniture = {f["text"] for pair in sample_pairs for side in ("vi", "en") for f in pair[side]["furniture"]}
    assert len(furniture) > 40
    long = [text for text in furniture if len(text) > 12]
    for unit in tsv.read(sample_run / "corpus.tsv"):
        assert not [text for text in long if text in unit.vi or text in unit.en]


def test_formats_hold_the_same_units(sample_run):
    units = list(tsv.read(sample_run / "corpus.tsv"))
    pairs = [(u.vi, u.en) for u in units]
    assert [(u.vi, u.en) for u in tmx_reader.read(sample_run / "corpus.tmx")] == pairs
    lines = (sample_run / "corpus.jsonl").read_text("utf-8").split("\n")[:-1]
    records = [json.loads(line)["translation"] for line in lines]
    assert [(r["vi"], r["en"]) for r in records] == pairs
    frame = pl.read_parquet(sample_run / "corpus.parquet")
    assert [(r["vi"], r["en"]) for r in frame["translation"]] == pairs
    moses = [(sample_run / f"corpus.{lang}").read_text("utf-8").split("\n")[:-1] for lang in ("vi", "en")]
    assert list(zip(*moses, strict=True)) == pairs


def test_report_says_what_was_done(sample_run):
    report = json.loads((sample_run / "report.json").read_text("utf-8"))
    assert report["counts"]["documents"] == {"en": 19, "vi": 19}
    assert report["counts"]["units"] == len(rows(sample_run / "corpus.tsv"))
    assert len(report["inputs"]) == 35
    assert report["encoder"].startswith("align-vien-static/")
    stages = ["read", "prepare", "encode", "match", "compare", "align", "score", "filter", "write", "report"]
    assert list(report["stages"]) == stages
    assert list(report["seconds"]) == stages
    assert all(stage["memory_bytes"] > 10_000_000 for stage in report["stages"].values())
    assert report["set_aside"] == []
    assert report["versions"]["align"]


def test_the_same_input_gives_the_same_bytes(tmp_path, sample_run, monkeypatch):
    monkeypatch.setattr(calendar, "SHARD", 1)
    pipeline.build([SAMPLE], tmp_path, BuildConfig(formats=("tsv", "tmx"), jobs=2))
    assert texts(tmp_path) == texts(sample_run)


def test_a_finished_run_is_reused_until_something_changes(tmp_path):
    articles, out = tmp_path / "in", tmp_path / "out"
    articles.mkdir()
    for name in (
        "bvs-dien-dam-bo-truong-viet-nam-nhat-ban.txt",
        "bvs-vietnam-japan-ministers-phone-talks.txt",
    ):
        (articles / name).write_bytes((SAMPLE / name).read_bytes())
    assert not pipeline.build([articles], out).reused
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    again = pipeline.build([articles], out)
    assert again.reused
    assert again.units > 0
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before
    assert not pipeline.build([articles], out, settings=pipeline.Settings(fresh=True)).reused
    assert not pipeline.build([articles], out, BuildConfig(min_quality=0.9)).reused
    (out / "corpus.tsv").write_text("tampered", encoding="utf-8")
    assert not pipeline.build([articles], out, BuildConfig(min_quality=0.9)).reused
    (articles / "more.txt").write_bytes((SAMPLE / "bvs-foreign-ministry-briefing.txt").read_bytes())
    assert not pipeline.build([articles], out, BuildConfig(min_quality=0.9)).reused


def test_files_of_formats_no_longer_asked_for_go(tmp_path):
    pipeline.build([SAMPLE], tmp_path, BuildConfig(formats=("jsonl", "moses")))
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    pipeline.build([SAMPLE], tmp_path, BuildConfig(formats=("tsv",)))
    corpus = {name for names in CORPUS_FILES.values() for name in names}
    there = {path.name for path in tmp_path.iterdir()}
    assert there & corpus == {"corpus.tsv"}
    assert "notes.txt" in there


@pytest.mark.devset
def test_the_seed_articles_are_one_event_and_one_stranger(tmp_path):
    seeds = CORPUS.parents[1] / "shared" / "seeds"
    if not seeds.is_dir():
        pytest.skip("the seed articles are not beside the project")
    pipeline.build([seeds], tmp_path)
    accepted = [r for r in rows(tmp_path / "documents.tsv") if r["class"] != "related"]
    assert len({r["event"] for r in accepted}) == 1
    assert {r["vi_doc"][:3] for r in accepted} == {"000", "001"}
    assert {r["en_doc"][:3] for r in accepted} == {"002", "004"}


def test_no_filter_takes_a_true_unit_of_the_sample(sample_run):
    true = {
        (" ".join(d.vi[k] for k in bead.vi), " ".join(d.en[k] for k in bead.en))
        for d in read_gold_folder(CORPUS / "gold" / "beads")
        for bead in d.beads
    }
    taken = [r for r in rows(sample_run / "rejected.tsv") if (r["vi"], r["en"]) in true]
    # Of two quotations of one sentence the better stays; quality is a judgment of its own.
    assert {r["reason"] for r in taken} <= {"near_duplicate", "low_quality"}


def test_counts_by_reason_stand_in_report_card_and_page(sample_run):
    counts = json.loads((sample_run / "report.json").read_text("utf-8"))["counts"]["rejected"]
    assert counts == dict(sorted(Counter(r["reason"] for r in rows(sample_run / "rejected.tsv")).items()))
    assert {"length_ratio", "low_quality", "near_duplicate"} <= set(counts)
    listed = ", ".join(f"{count} {reason}" for reason, count in counts.items())
    assert f"Left out: {listed}." in (sample_run / "README.md").read_text("utf-8")
    page = (sample_run / "report.html").read_text("utf-8")
    for reason, count in counts.items():
        assert f"{count} {reason.replace('_', ' ')}" in page


def test_filters_are_switched_by_name(align, tmp_path, sample_run):
    on = ("--filter", "too_short", "--no-filter", "length_ratio", "--no-filter", "near_duplicate")
    code, printed, _ = align("build", SAMPLE, "--out", tmp_path / "a", *on, "--no-filter", "low_quality")
    assert code == 0
    report = json.loads((tmp_path / "a" / "report.json").read_text("utf-8"))
    assert report["configuration"]["filters"] == [
        *("no_words", "untranslated", "wrong_language", "too_long", "too_short", "mostly_names_or_numbers"),
        *("furniture", "duplicate"),
    ]
    reasons = {r["reason"] for r in rows(tmp_path / "a" / "rejected.tsv")}
    assert reasons <= {"too_short"}
    assert ("too_short" in printed) == ("too_short" in reasons)
    kept = {r["id"] for r in rows(sample_run / "corpus.tsv")}
    others = {r["id"] for r in rows(sample_run / "rejected.tsv")}
    assert {r["id"] for r in rows(tmp_path / "a" / "corpus.tsv")} | {
        r["id"] for r in rows(tmp_path / "a" / "rejected.tsv")
    } == kept | others


def test_an_unknown_filter_is_one_clear_line(align, tmp_path):
    for option in ("--filter", "--no-filter"):
        code, _, error = align("build", SAMPLE, "--out", tmp_path / "a", option, "numbers")
        assert (code, error.count("\n")) == (1, 1)
        assert error.startswith("align: filter 'numbers' is unknown, expected one of no_words, ")
    assert not (tmp_path / "a").exists()
    both = ("--filter", "too_short", "--no-filter", "too_short")
    assert align("build", SAMPLE, "--out", tmp_path / "a", *both)[0] == 2
