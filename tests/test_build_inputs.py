"""Articles of every kind through the command line: columns, warnings, repeated lines, reasons."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from align.documents import read
from align.formats import tsv
from align.types import Document

SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "sample"
NAMES = ("bvs-dien-dam-bo-truong-viet-nam-nhat-ban", "bvs-vietnam-japan-ministers-phone-talks")


@pytest.fixture
def articles():
    """Two articles of the sample on one event, as they are read."""
    found = [item for name in NAMES for item in read([SAMPLE / f"{name}.txt"])]
    assert all(isinstance(item, Document) for item in found)
    return found


def report(out):
    return json.loads((out / "report.json").read_text("utf-8"))


def rows(path):
    return [row for _, row in tsv.read_table(path)]


def test_a_table_with_columns_by_other_names(align, tmp_path, articles):
    table = tmp_path / "in.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "headline", "body", "day"])
        writer.writerows([item.doc_id, item.title, item.text, item.date.isoformat()] for item in articles)
    names = ["--column", "id=key", "--column", "title=headline", "--column", "text=body", "--column", "date=day"]
    code, _, error = align("build", table, "--out", tmp_path / "out", *names)
    assert (code, error) == (0, "")
    pair = rows(tmp_path / "out" / "documents.tsv")[0]
    assert (pair["vi_doc"], pair["en_doc"], pair["days_apart"]) == (*NAMES, "0")
    assert report(tmp_path / "out")["configuration"]["columns"] == names[1::2]
    assert align("match", table, "--out", tmp_path / "pairs.tsv", *names)[0] == 0
    found, built = (rows(path) for path in (tmp_path / "pairs.tsv", tmp_path / "out" / "documents.tsv"))
    assert [row | {"units": ""} for row in found] == [row | {"units": ""} for row in built]  # a build filters units
    code, _, error = align("build", table, "--out", tmp_path / "none")
    assert code == 1
    assert "none of 1 documents could be used" in error
    assert "name it with --column text=NAME" in rows(tmp_path / "none" / "rejected_documents.tsv")[0]["reason"]


@pytest.mark.parametrize("value", ["headline", "headline=title", "title="])
def test_a_column_that_is_not_understood_is_a_users_error(align, tmp_path, value):
    code, _, error = align("build", SAMPLE, "--out", tmp_path / "out", "--column", value)
    assert code == 1
    assert f"column '{value}' is not understood" in error
    assert not (tmp_path / "out").exists()


def test_columns_may_stand_in_the_settings_file(align, tmp_path, articles):
    (tmp_path / "in").mkdir()
    lines = (json.dumps({"body": item.text, "title": item.title, "date": str(item.date)}) + "\n" for item in articles)
    (tmp_path / "in" / "a.jsonl.gz").write_bytes(gzip.compress("".join(lines).encode()))
    (tmp_path / "set.toml").write_text('[build]\ncolumns = ["text=body"]\n', encoding="utf-8")
    code, *_ = align("build", tmp_path / "in", "--out", tmp_path / "out", "--config", tmp_path / "set.toml")
    assert code == 0
    assert report(tmp_path / "out")["counts"]["documents"] == {"en": 1, "vi": 1}


def test_warnings_reach_the_report_and_reasons_name_the_place_once(align, tmp_path, articles):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_bytes(articles[0].text.encode("utf-16-le"))
    (folder / "b.txt").write_bytes(articles[1].text.encode())
    (folder / "c.jsonl").write_bytes(b'{"text": 5}\n{"text": "Xin ch\xff"}\n')
    code, printed, _ = align("build", folder, "--out", tmp_path / "out")
    assert code == 0
    assert "warnings" in printed
    warnings = report(tmp_path / "out")["warnings"]
    assert [(row["doc"], "UTF-16-LE" in row["warning"]) for row in warnings] == [("a.txt", True)]
    assert report(tmp_path / "out")["counts"]["warnings"] == 1
    bad = rows(tmp_path / "out" / "rejected_documents.tsv")
    assert [row["doc"] for row in bad] == ["c.jsonl:1", "c.jsonl:2"]
    assert not [row for row in bad if "c.jsonl" in row["reason"]]


def test_repeated_lines_are_listed_and_the_same_whatever_the_jobs(align, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    lines = {"vi": "Đường dây nóng của tòa soạn: 0912 345 678", "en": "Desk phone: 0912 345 678"}
    for item in read([SAMPLE]):
        if item.source.endswith(".txt"):
            raw = (SAMPLE / item.source).read_text("utf-8").rstrip()
            (folder / item.source).write_text(f"{raw}\n{lines[item.lang]}\n", encoding="utf-8")
    found = []
    for jobs in (1, 2):
        assert align("build", folder, "--out", tmp_path / str(jobs), "--jobs", jobs)[0] == 0
        found.append((tmp_path / str(jobs) / "alignments.jsonl").read_bytes())
    assert found[0] == found[1]
    read_whole = {item.doc_id: item.text for item in read([SAMPLE])}
    for line in found[0].decode().split("\n")[:-1]:
        pair = json.loads(line)
        for side in ("vi", "en"):
            assert pair[side]["text"] == read_whole[pair[f"{side}_doc"]]
            assert "boilerplate" in [piece["rule"] for piece in pair[side]["furniture"]]


def test_dates_of_a_side_are_told_apart(align, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    vi = "Hội đồng họp ngày 21/11 và nhất trí sửa cây cầu cũ bắc qua sông.\nViệc sửa cầu sẽ bắt đầu vào mùa xuân."
    en = "The council met on November 21, 2024 and agreed to repair the old bridge.\nWork begins in spring."
    (folder / "a.txt").write_text("date 2024-11-22 " + vi, encoding="utf-8")
    (folder / "b.txt").write_text(en, encoding="utf-8")
    assert align("build", folder, "--out", tmp_path / "out")[0] == 0
    pair = json.loads((tmp_path / "out" / "alignments.jsonl").read_text("utf-8").split("\n")[0])
    told = [
        (pair[s]["date"], pair[s]["date_source"], pair[s]["date_estimate"], pair[s]["event_dates"])
        for s in ("vi", "en")
    ]
    assert told[0] == ("2024-11-22", "head_line", None, ["2024-11-21"])
    assert told[1] == (None, None, "2024-11-21", ["2024-11-21"])
