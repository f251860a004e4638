"""Test sets from a build: whole events, the newest, of good quality, sharing nothing with what is left to train on."""

import json
from datetime import date

import pytest

from align.bench import prepare
from align.curation import leaks
from align.formats import tsv
from align.types import Unit

SENTENCES = [
    ("Hai bên nhất trí sớm ký hiệp định thương mại trong năm nay", "The two sides agreed to sign a trade deal soon"),
    ("Bộ trưởng cảm ơn nước bạn đã giúp đỡ người dân vùng lũ", "The minister thanked them for help to flooded areas"),
    ("Hội nghị lần sau sẽ họp tại Đà Nẵng vào mùa thu tới", "The next conference will meet in Da Nang next autumn"),
    ("Kim ngạch hai chiều tăng mạnh nhờ nông sản và dệt may", "Two-way trade grew fast with farm goods and textiles"),
]  # fmt: skip


def unit(number, event, day, quality=0.95, texts=None):
    vi, en = texts or (f"{SENTENCES[number % 4][0]} {event} {number}", f"{SENTENCES[number % 4][1]} {event} {number}")
    docs = (f"v{event}", f"e{event}")
    return Unit(f"{number:016x}", vi, en, quality, 0.8, 1.3, "1-1", *docs, (number,), (number,), day, day, event)


@pytest.fixture
def build(tmp_path):
    def make(units):
        folder = tmp_path / "build"
        folder.mkdir(exist_ok=True)
        tsv.write(folder / "corpus.tsv", units)
        return folder

    return make


def lines(path):
    return path.read_text("utf-8").split("\n")[:-1]


def test_the_newest_whole_events_that_fit(build, tmp_path):
    days = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
    units = [unit(10 * e + k, f"ev{e}", days[e]) for e in range(3) for k in range(3)]
    units[8] = unit(22, "ev2", days[2], quality=0.4)
    found = prepare.prepare(build(units), tmp_path / "out", 4, 0.9)
    assert (found.units, found.events, found.training) == (2, 1, 6)
    assert lines(tmp_path / "out" / "test.vi") == [units[6].vi, units[7].vi]
    assert lines(tmp_path / "out" / "test.en") == [units[6].en, units[7].en]
    rows = [row for _, row in tsv.read_table(tmp_path / "out" / "test.docids")]
    assert [row["doc"] for row in rows] == ["vev2+eev2"] * 2
    assert [row["date"] for row in rows] == ["2025-03-01"] * 2
    assert json.loads((tmp_path / "out" / "prepare.json").read_text("utf-8"))["events"] == ["ev2"]
    # The unit of low quality is of a test event: it is in neither part.
    train = list(tsv.read(tmp_path / "out" / "train.tsv"))
    assert {one.event for one in train} == {"ev0", "ev1"}


def test_an_event_across_the_cut_off_date_is_for_training(build, tmp_path):
    units = [unit(1, "old", date(2025, 1, 1)), unit(2, "mid", date(2025, 2, 1)), unit(3, "new", date(2025, 3, 1))]
    units.append(unit(4, "mid", date(2025, 2, 9)))
    found = prepare.prepare(build(units), tmp_path / "out", 10, 0.5, after=date(2025, 2, 1))
    assert found.first == date(2025, 3, 1)
    assert found.training == 3


def test_near_duplicates_are_left_out(build, tmp_path):
    same = SENTENCES[0]
    units = [
        unit(1, "old", date(2025, 1, 1), texts=same),
        unit(2, "new", date(2025, 3, 1), texts=(same[0].upper(), "Something else that was said there on the day")),
        unit(3, "new", date(2025, 3, 1), quality=0.91, texts=SENTENCES[1]),
        unit(4, "new", date(2025, 3, 1), quality=0.97, texts=(SENTENCES[1][0], "It was help that he thanked them for")),
        unit(5, "new", date(2025, 3, 1), texts=SENTENCES[2]),
    ]
    found = prepare.prepare(build(units), tmp_path / "out", 4, 0.9)
    assert found.duplicates == 2
    assert lines(tmp_path / "out" / "test.vi") == [units[3].vi, units[4].vi]


def test_the_sample(align, sample_run, tmp_path):
    out = tmp_path / "set"
    code, printed, _ = align("bench", "prepare", sample_run, "--n", "60", "--min-quality", ".9", "--out", out)
    assert code == 0
    assert "near-duplicates" in printed
    test = list(zip(lines(out / "test.vi"), lines(out / "test.en"), strict=True))
    train = list(tsv.read(out / "train.tsv"))
    assert 0 < len(test) <= 60
    assert leaks.contaminated(test, [(one.vi, one.en) for one in train]) == {}
    rows = [row for _, row in tsv.read_table(out / "test.docids")]
    assert not {row["event"] for row in rows} & {one.event for one in train}
    assert all(float(row["quality"]) >= 0.9 for row in rows)
    assert {row["outlet"] for row in rows} - {""}
    # The test set is one that align bench takes as it is, and finds clean.
    code, _, _ = align("bench", "--ref", out / "test.en", "--src", out / "test.vi", "--docids", out / "test.docids",
                       "--system", "baseline:copy", "--train", out / "train.tsv", "--samples", "100",
                       "--out", tmp_path / "bench")  # fmt: skip
    assert code == 0
    (overlap,) = json.loads((tmp_path / "bench" / "bench.json").read_text("utf-8"))["contamination"]
    assert (overlap["exact"], overlap["near"], overlap["events"]) == ([], [], [])


def test_what_cannot_be_prepared(align, build, tmp_path):
    folder = build([unit(k, "one", date(2025, 1, 1)) for k in range(5)])
    for arguments, message in (
        ([tmp_path / "nowhere"], "no corpus with scores in this folder"),
        ([folder, "--n", "3"], "no event fits a test set of 3 units"),
        ([folder, "--after", "2025-01-01"], "after 2025-01-01; try a larger --n"),
        ([folder, "--after", "soon"], "--after 'soon', expected a day such as 2025-03-31"),
    ):
        code, _, error = align("bench", "prepare", *arguments, "--out", tmp_path / "out")
        assert code == 1
        assert message in error
        assert not (tmp_path / "out").exists()
    code, _, error = align("bench", "prepare", folder, "--out", tmp_path / "out")
    assert code == 0
    assert "nothing is left to train on" in error
