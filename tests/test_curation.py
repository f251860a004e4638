"""Near-duplicates, leaks, splits, merging, export, audits."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align import filters
from align.curation import audit, leaks, neardup, spm
from align.curation.split import NEAR_DUPLICATE, STRADDLES, SURPLUS, split
from align.errors import InputError
from align.formats import tsv, write_corpus
from align.pipeline import curate
from align.types import Unit

UNIT = Unit("u0", "Tuyên bố chung", "Joint Statement", 0.9, 0.6, 1.2, "1-1", "a", "b", (0,), (0,), None, None, "e")
WORDS = ["hai", "bên", "nhất", "trí", "ký", "hiệp", "định", "thương", "mại", "5", "7"]


@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), max_size=14, unique=True),
    st.sampled_from([0.3, 0.5, 0.8, 0.9, 1.0]),
)
@settings(max_examples=200)
def test_pairs_are_those_of_brute_force(texts, threshold):
    brute = [
        (i, j)
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if neardup.similarity(texts[i], texts[j]) >= threshold
    ]
    assert list(neardup.pairs(texts, threshold)) == brute


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Hoà bình, ổn định!", "HÒA BÌNH ổn định", 1.0),
        ("a b c", "a b d", 3 / 7),  # a, b, "a b" of a b c d, "a b", "b c", "b d"
        ("tăng 5 phần trăm", "tăng 7 phần trăm", 0.0),
        ("", "", 1.0),
        ("", "a", 0.0),
    ],
)
def test_similarity_by_hand(one, other, expected):
    assert neardup.similarity(neardup.key(one), neardup.key(other)) == pytest.approx(expected)


LONG = (
    "Hai bên nhất trí tăng cường hợp tác về thương mại, đầu tư, năng lượng, giáo dục và giao lưu nhân dân giữa hai nước"
)
LONG_EN = (
    "The two sides agreed to step up cooperation in trade, investment, energy, education and people-to-people ties"
)


def unit(number, vi=LONG, en=LONG_EN, quality=0.9, **changes):
    return replace(UNIT, id=f"u{number}", vi=vi, en=en, quality=quality, **changes)


def test_near_duplicates_keep_the_best():
    units = [
        unit(1),
        unit(2, LONG + " nữa", LONG_EN + " too", 0.95),
        unit(3, en="Something else was said about it in the English report of the same talks on that day"),
        unit(4, "Tuyên bố chung", "Joint Statement"),
        unit(5, "Tuyên bố", "Statement"),
    ]
    kept, gone = filters.near_duplicates(units)
    assert [one.id for one in kept] == ["u2", "u3", "u4", "u5"]
    assert [(one.unit.id, one.reason) for one in gone] == [("u1", "near_duplicate")]


def test_no_chain_removes_what_is_unlike_all_that_stays():
    words = [f"w{chr(97 + k)}" for k in range(24)]
    texts = [" ".join(words[k : k + 20]) for k in range(5)]
    steps = [neardup.similarity(texts[0], text) for text in texts]
    assert steps[1] > 0.85 > steps[2]
    units = [unit(k, text, text, 1 - k / 10) for k, text in enumerate(texts)]
    kept, gone = filters.near_duplicates(units, 0.85)
    for one in gone:
        assert any(neardup.similarity(one.unit.vi, other.vi) >= 0.85 for other in kept)
    assert [one.id for one in kept] == ["u0", "u2", "u4"]


def corpus(events, size, *, days_apart=1, long_events=False, seed=0):
    """Units of invented events, each with its documents and dates; words differ from unit to unit."""
    rng = random.Random(seed)
    made = []
    for event in range(events):
        day = date(2025, 1, 1) + timedelta(days=event * days_apart)
        for k in range(size):
            number = len(made)
            vi = " ".join(f"chữ{rng.randrange(10**6)}".translate(LETTERS) for _ in range(9))
            en = " ".join(f"word{rng.randrange(10**6)}".translate(LETTERS) for _ in range(9))
            other = day + timedelta(days=1) if long_events and k == 0 else day
            made.append(
                unit(number, vi, en, 0.5 + number % 50 / 100, event=f"{day}-01", vi_doc=f"v{event}", en_doc=f"e{event}",
                     vi_date=day, en_date=other)
            )  # fmt: skip
    return made


LETTERS = str.maketrans("0123456789", "abcdefghij")


def checked(units, made):
    """Every unit stands in one place, and no two sets share anything."""
    placed = Counter(one.id for group in made.sets.values() for one in group)
    placed.update(one.unit.id for one in made.left_out)
    assert placed == Counter(one.id for one in units)
    assert leaks.find(made.sets) == []
    return {name: len(group) for name, group in made.sets.items()}


def test_split_by_whole_groups():
    units = corpus(40, 5, days_apart=3)
    sizes = checked(units, made := split(units, 20, 30))
    assert sizes == {"train": 150, "dev": 20, "test": 30}
    assert made.left_out == []
    assert split(units, 20, 30) == made
    assert split(units, 20, 30, seed=2) != made


def test_split_fills_up_from_a_last_group():
    units = corpus(40, 5, days_apart=3)
    sizes = checked(units, made := split(units, 7, 11))
    assert sizes == {"train": 175, "dev": 7, "test": 11}
    assert Counter(one.reason for one in made.left_out) == {SURPLUS: 7}


def test_split_by_time_where_days_hang_together():
    units = corpus(60, 4, long_events=True)
    sizes = checked(units, made := split(units, 12, 20))
    assert (sizes["dev"], sizes["test"]) == (12, 20)
    assert sizes["train"] > 150
    assert {one.reason for one in made.left_out} <= {STRADDLES, SURPLUS}
    assert max(one.en_date for one in made.train) < min(one.vi_date for one in made.dev)
    assert max(one.en_date for one in made.dev) < min(one.vi_date for one in made.test)


def test_near_duplicates_stay_on_one_side():
    units = corpus(40, 5, days_apart=3)
    copies = [
        replace(one, id=f"copy{k}", vi=f"{one.vi} nữa", en="Quite another sentence stands here in English", event="x",
                vi_doc=f"x{k}", en_doc=f"y{k}", vi_date=None, en_date=None)
        for k, one in enumerate(units[::20])
    ]  # fmt: skip
    made = split([*units, *copies], 60, 60, seed=3)
    checked([*units, *copies], made)
    assert NEAR_DUPLICATE in {one.reason for one in made.left_out}


def test_split_says_when_there_are_too_few():
    with pytest.raises(InputError, match="10 units, too few for 5 of dev, 5 of test"):
        split(corpus(2, 5), 5, 5)
    one_event = [replace(one, event="e", vi_doc="d") for one in corpus(10, 5)]
    with pytest.raises(InputError, match="only 0 units for dev lie between two dates; ask for fewer than 20"):
        split(one_event, 20, 25)
    with pytest.raises(InputError, match="nothing is left for train: 2 groups of events"):
        split(corpus(2, 5), 2, 2)


def test_leaks_of_every_kind():
    day = date(2025, 1, 2)
    train = [unit(1, event="e1", vi_doc="d1", en_doc="x1", vi_date=day)]
    test = [unit(2, f"{LONG} nữa", "Nothing alike", event="e1", vi_doc="d1", en_doc="x2", en_date=day)]
    found = leaks.find({"train": train, "test": test})
    assert [(one.kind, one.one_set, one.one_id, one.other_id, one.what) for one in found] == [
        ("event", "train", "u1", "u2", "e1"),
        ("document", "train", "u1", "u2", "d1"),
        ("date", "train", "u1", "u2", "2025-01-02"),
        ("text", "train", "u1", "u2", LONG),
    ]


def test_a_short_side_alone_is_no_leak():
    texts = [("Tuyên bố chung", "Joint Statement"), ("Ông nói.", "He said."), (LONG, "a")]
    against = [("Tuyên bố chung", "Joint Declaration"), ("Ông nói", "He said"), ("b", LONG_EN), (LONG.upper(), "c")]
    assert leaks.contaminated(texts, against) == {1: 1, 2: 3}


@pytest.fixture
def run(tmp_path):
    """Folder of a run with invented units, in TSV and TMX."""
    folder = tmp_path / "run"
    folder.mkdir()
    units = corpus(40, 5, days_apart=3)
    for name in ("tsv", "tmx"):
        write_corpus(name, folder, units)
    return folder


def test_split_command(align, run):
    code, printed, error = align("split", run, "--dev", 20, "--test", 30)
    assert (code, error) == (0, "")
    assert printed == f"{run / 'split'}: 150 train, 20 dev, 30 test; no leaks\n"
    for name in ("train", "dev", "test"):
        assert {path.name for path in (run / "split" / name).iterdir()} == {"corpus.tsv", "corpus.tmx"}
    assert (run / "split" / "leaks.tsv").read_text("utf-8") == "kind\tset\tid\tother_set\tother_id\twhat\n"
    assert align("split", run / "split", "--check")[0] == 0
    train, test = run / "split" / "train" / "corpus.tsv", run / "split" / "test" / "corpus.tsv"
    tsv.write(train, [*tsv.read(train), next(tsv.read(test))])
    code, _, error = align("split", run / "split", "--check")
    assert code == 1
    assert "the sets leak: 1 date, 2 document, 1 event, 1 text" in error
    assert len((run / "split" / "leaks.tsv").read_text("utf-8").split("\n")) == 5 + 2


def test_decontamination_by_files(align, run, tmp_path):
    units = list(tsv.read(run / "corpus.tsv"))
    (tmp_path / "test.vi").write_text(units[3].vi.upper() + "\n", encoding="utf-8")
    (tmp_path / "test.txt").write_text(units[5].en + " more\n", encoding="utf-8")
    tsv.write(tmp_path / "test.tsv", [units[7]])
    files = [part for name in ("test.vi", "test.txt", "test.tsv") for part in ("--decontaminate", tmp_path / name)]
    code, printed, _ = align("export", run, "--out", tmp_path / "out", *files)
    assert code == 0
    assert "left out: 3 in_test_file" in printed
    gone = {one.id for one in units} - {one.id for one in tsv.read(tmp_path / "out" / "corpus.tsv")}
    assert gone == {units[3].id, units[5].id, units[7].id}


def test_merge_keeps_the_best_and_tells_events_apart(align, tmp_path):
    first = corpus(3, 2, days_apart=3)
    better = replace(first[0], id="better", quality=0.99, vi_doc="w0", en_doc="f0")
    other = replace(first[4], id="other", vi="Một câu hoàn toàn khác về việc khác", en="A quite different sentence",
                    vi_doc="w9", en_doc="f9")  # fmt: skip
    same = replace(first[2], id="same", vi="Thêm một câu của cùng bài báo ấy", en="One more sentence of that report",
                   event="2025-09-09-01")  # fmt: skip
    for name, units in (("a", first), ("b", [better, other, same])):
        (tmp_path / name).mkdir()
        tsv.write(tmp_path / name / "corpus.tsv", units)
    code, printed, _ = align("merge", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "c")
    assert code == 0
    assert printed.startswith(f"{tmp_path / 'c'}: 8 units of 2 runs\nleft out: 1 duplicate")
    merged = {one.id: one for one in tsv.read(tmp_path / "c" / "corpus.tsv")}
    assert merged.keys() == {"better", "other", "same", *(one.id for one in first[1:])}
    assert merged["other"].event == f"{first[4].event}b"
    assert merged["same"].event == first[2].event
    assert (tmp_path / "c" / "README.md").read_text("utf-8").startswith("---\nlanguage:\n- vi\n- en\n")


def test_merge_of_one_run_changes_nothing(align, run, tmp_path):
    assert align("merge", run, "--out", tmp_path / "m")[0] == 0
    expected = sorted(tsv.read(run / "corpus.tsv"), key=lambda one: (one.event, one.vi_doc, one.en_doc))
    assert sorted(tsv.read(tmp_path / "m" / "corpus.tsv"), key=lambda one: one.id) == sorted(
        expected, key=lambda one: one.id
    )


def test_export_with_pieces_gives_back_every_line(align, sample_run, tmp_path):
    for out in ("x", "y"):
        assert align("export", sample_run, "--moses", "--spm", 1000, "--out", tmp_path / out)[0] == 0
    names = {path.name for path in (tmp_path / "x").iterdir()}
    assert names == {
        "corpus.vi", "corpus.en", "corpus.spm.vi", "corpus.spm.en", "spm.model", "spm.vocab", "dict.txt", "vocab.txt"
    }  # fmt: skip
    for name in names:
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes(), name
    pieces = spm.Pieces((tmp_path / "x" / "spm.model").read_bytes())
    for lang in ("vi", "en"):
        whole = (tmp_path / "x" / f"corpus.{lang}").read_text("utf-8").split("\n")[:-1]
        cut = (tmp_path / "x" / f"corpus.spm.{lang}").read_text("utf-8").split("\n")[:-1]
        assert [pieces.decode(line) for line in cut] == whole
    vocabulary = (tmp_path / "x" / "vocab.txt").read_text("utf-8").split("\n")[:-1]
    assert len(vocabulary) == 1000
    assert {piece for line in cut for piece in line.split(" ")} <= set(vocabulary)


def test_pieces_are_trained_on_the_training_set_alone(run, tmp_path):
    curate.split_run(run, tmp_path / "s", (20, 30))
    done = curate.export_run(tmp_path / "s", tmp_path / "e", curate.ExportOptions(("moses",), 300))
    assert done.counts == {"train": 150, "dev": 20, "test": 30}
    train = list(tsv.read(tmp_path / "s" / "train" / "corpus.tsv"))
    model = spm.train((text for one in train for text in (one.vi, one.en)), 300)
    assert (tmp_path / "e" / "spm.model").read_bytes() == model
    assert len((tmp_path / "e" / "dev.spm.en").read_text("utf-8").split("\n")) == 21


@pytest.mark.parametrize(("size", "remedy"), [(32_000, "smaller"), (300, "larger")])
def test_a_vocabulary_that_does_not_fit_is_a_clear_error(align, sample_run, tmp_path, size, remedy):
    code, _, error = align("export", sample_run, "--spm", size, "--out", tmp_path / "x")
    assert code == 1
    assert f"a vocabulary of {size:,} pieces cannot be trained on this text" in error
    assert f"choose a {remedy} --spm" in error
    assert not (tmp_path / "x").exists()


# Values of Wilson's interval from Brown, Cai and DasGupta (2001) and by the formula worked out by hand.
@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (90, 100, 0.8256, 0.9448)],
)
def test_wilson(right, judged, low, high):
    assert audit.wilson(right, judged) == pytest.approx((low, high), abs=5e-5)


def test_the_sample_is_seeded_and_spread_over_bands():
    units = [unit(k, quality=quality) for k, quality in enumerate([0.95] * 90 + [0.8] * 30 + [0.6] * 4)]
    picked = audit.sample(units, 40)
    assert Counter(audit.band_of(one.quality) for one in picked) == {0.9: 18, 0.7: 18, 0.5: 4}
    assert picked == audit.sample(units[::-1], 40)
    assert picked != audit.sample(units, 40, seed=2)
    assert len(audit.sample(units, 1000)) == 124


def test_audit_by_hand():
    units = [unit(k, quality=0.95 if k < 80 else 0.6) for k in range(100)]
    codes = {f"u{k}": ["ok"] for k in range(10)} | {f"u{k}": ["ok"] for k in range(80, 85)}
    codes |= {f"u{k}": ["number", "name"] for k in range(85, 90)} | {"u10": [], "u11": ["?"]}
    found = audit.evaluate(units, codes)
    assert {low: (size, one.share, one.judged) for low, (size, one) in found.bands.items()} == {
        0.9: (80, 1.0, 10),
        0.5: (20, 0.5, 10),
    }
    # 80 units at 1.0 and 20 at .5; ten judged units stand for eight each, ten for two: 100^2 / (10*64 + 10*4) = 14.7
    assert found.overall.share == pytest.approx(0.9)
    assert (found.overall.low, found.overall.high) == pytest.approx(audit.wilson(0.9 * 10000 / 680, 10000 / 680))
    assert found.errors == {"ok": 15, "number": 5, "name": 5, "?": 1}
    assert found.advice(0.7) == 0.7
    assert found.thresholds[0.7][1] == 80
    assert found.advice(0.9) is None


@pytest.mark.parametrize("ending", [".tsv", ".xlsx"])
def test_audit_sheets_go_there_and_back(align, run, tmp_path, ending):
    sheet = tmp_path / f"sheet{ending}"
    code, printed, _ = align("audit", run, "--n", 20, "--out", sheet)
    assert code == 0
    assert "20 units to judge" in printed
    assert align("audit", run, "--out", sheet)[0] == 1  # never over judgments
    code, _, error = align("audit", run, "--read", sheet)
    assert (code, error) == (1, "align: no unit of the sheet has a code; fill in the column 'code'\n")
    fill(sheet, ["ok"] * 15 + ["number; name", "OK", "?", "", "unrelated"])
    code, printed, _ = align("audit", run, "--read", sheet, "--target", 0.5)
    assert code == 0
    assert "codes: 16 ok, 1 number, 1 name, 1 unrelated, 1 ?" in printed
    assert "for a precision of 0.5 keep quality from" in printed
    fill(sheet, ["fine"])
    code, _, error = align("audit", run, "--read", sheet)
    assert code == 1
    assert f"{sheet}:2: code 'fine' is unknown, expected ok, extra_vi" in error


def fill(sheet, codes):
    """Write codes into the sheet, as a person does."""
    if sheet.suffix == ".tsv":
        lines = [line.split("\t") for line in sheet.read_text("utf-8").split("\n")[:-1]]
        for line, code in zip(lines[1:], codes, strict=False):
            line[4] = code
        sheet.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
        return
    import openpyxl

    book = openpyxl.load_workbook(sheet)
    for number, code in enumerate(codes, 2):
        book.worksheets[0].cell(number, 5).value = code or None
    book.save(sheet)


def test_the_page_escapes_what_strangers_wrote(align, tmp_path):
    (tmp_path / "run").mkdir()
    tsv.write(tmp_path / "run" / "corpus.tsv", [unit(1, "<script>alert(1)</script>", 'a "quote" & </td>')])
    assert align("audit", tmp_path / "run", "--out", tmp_path / "a.html")[0] == 0
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<script>") == 1
    assert page.count("</td>") == 5
    code, _, error = align("audit", tmp_path / "run", "--read", tmp_path / "a.html")
    assert (code, "the page saves its codes as .tsv" in error) == (1, True)


def test_unknown_ids_are_another_corpus():
    with pytest.raises(InputError, match="1 units of the sheet, such as zz, are not in this corpus"):
        audit.evaluate([unit(1)], {"zz": ["ok"]})


def test_export_touches_no_other_corpus(run):
    before = (run / "corpus.tsv").read_bytes()
    curate.split_run(run, run / "split", (20, 30))
    curate.export_run(run / "split", run, curate.ExportOptions(("tsv",)))
    assert (run / "corpus.tsv").read_bytes() == before
    assert (run / "train.tsv").read_bytes() == (run / "split" / "train" / "corpus.tsv").read_bytes()
    assert sorted(path.name for path in run.iterdir()) == [
        "corpus.tmx", "corpus.tsv", "dev.tsv", "split", "test.tsv", "train.tsv"
    ]  # fmt: skip


def test_wrong_formats_and_empty_corpora_write_nothing(align, run, tmp_path):
    for command in ("merge", "export"):
        code, _, error = align(command, run, "--format", "xml", "--out", tmp_path / "x")
        assert (code, error) == (1, "align: format 'xml' is unknown; choose from tsv, tmx, jsonl, parquet, moses\n")
    (tmp_path / "empty").mkdir()
    tsv.write(tmp_path / "empty" / "corpus.tsv", [])
    code, _, error = align("export", tmp_path / "empty", "--spm", 300, "--out", tmp_path / "x")
    assert (code, "there is no text to train a vocabulary of 300 pieces on" in error) == (1, True)
    assert not (tmp_path / "x").exists()


def test_a_folder_without_corpus(align, tmp_path):
    for command in (["split", tmp_path, "--dev", 1], ["merge", tmp_path, "--out", tmp_path / "x"], ["audit", tmp_path]):
        code, _, error = align(*command)
        assert (code, "no corpus with scores in this folder" in error) == (1, True), command
    assert align("split", tmp_path)[0] == 2


def test_export_filters_all_but_what_a_reviewer_decided(align, tmp_path):
    units = [
        unit(0, "Tuyên bố chung", "Joint Statement"),
        unit(1, "Hai bên ký kết thỏa thuận hợp tác mới.", "Both sides signed a new agreement."),
        unit(2, "Thông cáo", "Communiqué"),
    ]
    units[2] = replace(units[2], flags=("accepted", "reviewed_by:An"))
    write_corpus("tsv", tmp_path, units)
    code, printed, _ = align("export", tmp_path, "--filter", "too_short", "--out", tmp_path / "out")
    assert code == 0
    assert "1 too_short" in printed
    assert [one.id for one in tsv.read(tmp_path / "out" / "corpus.tsv")] == [units[1].id, units[2].id]
    code, _, error = align("export", tmp_path, "--filter", "short", "--out", tmp_path / "none")
    assert (code, error.count("\n")) == (1, 1)
    assert not (tmp_path / "none").exists()
