"""The comparison: planted faults are found, good translations are left alone, files and page hold what they should."""

import json
import math
import re
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import bench
from align.bench import contamination, diff, facts, faults, plots, records, tables, terms
from align.encoders import embedded
from align.formats import tsv

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
BENCH = CORPUS / "bench"
HYPS = [f"--hyp={name}={BENCH / name}.en" for name in ("good", "mediocre", "broken")]
TEST_SET = ["--ref", BENCH / "test.en", "--src", BENCH / "test.vi", "--docids", BENCH / "test.docids"]
HOSTILE = "<script>alert(1)</script> \"><img src=x onerror=alert(2)> =cmd|' /C calc'!A0 {{7*7}} \u202eabc ]]>"


def table(path):
    return [row for _, row in tsv.read_table(path)]


@pytest.fixture(scope="module")
def sample(tmp_path_factory, sample_run):
    """Folder of the report on the sample's test set with the two baselines and the three files."""
    out = tmp_path_factory.mktemp("bench")
    test_set = bench.read_test_set(bench.Files((BENCH / "test.en",), BENCH / "test.vi", BENCH / "test.docids"))
    glossary = terms.read_glossary(CORPUS / "gold" / "glossary.tsv")
    outputs = {name: bench.read_output(BENCH / f"{name}.en", test_set) for name in ("good", "mediocre", "broken")}
    from align.bench import baselines

    for name in baselines.NAMES:
        outputs[name] = baselines.make(name, test_set, embedded(), glossary)
    extras = bench.Extras(glossary, embedded(), [sample_run])
    result = bench.run(test_set, outputs, bench.Options(samples=200), extras)
    bench.write(result, out)
    return out, result


def test_every_planted_fault_is_found(sample):
    out, _ = sample
    rows = {(row["segment"], row["system"]): row for row in table(out / "segments.tsv")}
    planted = table(BENCH / "planted.tsv")
    assert {row["kind"] for row in planted} >= set(faults.FAULTS) - {"partly_untranslated"}
    for plant in planted:
        found = rows[plant["segment"], "broken"]
        if plant["kind"] in faults.FAULTS:
            assert plant["kind"] in found["faults"].split("; "), plant
        else:
            missed = found[f"{plant['kind']}_missed"].lower()
            assert plant["what"].lower() in missed, plant
            assert not rows[plant["segment"], "good"][f"{plant['kind']}_missed"]


def test_only_planted_segments_have_faults(sample):
    out, _ = sample
    faulty = defaultdict(set)
    for row in table(out / "segments.tsv"):
        if row["faults"]:
            faulty[row["system"]].add(row["segment"])
    expected = {row["segment"] for row in table(BENCH / "planted.tsv") if row["kind"] in faults.FAULTS}
    assert faulty["broken"] == expected
    assert "good" not in faulty
    assert "mediocre" not in faulty
    assert len(faulty["baseline:copy"]) == 34


def test_the_ranking_is_as_the_files_were_written(sample):
    out, result = sample
    ranking = json.loads((out / "bench.json").read_text("utf-8"))["ranking"]
    assert ranking[:3] == ["good", "mediocre", "broken"]
    assert ranking[-1] == "baseline:copy"
    assert result.baseline == "good"
    rows = {(row["system"], row["metric"]): row for row in table(out / "scores.tsv")}
    assert float(rows["mediocre", "chrF++"]["p_value"]) < 0.05
    assert rows["good", "chrF++"]["p_value"] == ""
    assert float(rows["baseline:copy", "adequacy"]["score"]) == 0
    assert float(rows["good", "adequacy"]["score"]) > float(rows["broken", "adequacy"]["score"])
    assert rows["good", "terms"]["score"] == "100.000000"


def test_columns_are_those_of_the_contract(sample):
    out, _ = sample
    with (out / "scores.tsv").open(encoding="utf-8") as file:
        head = next(file).rstrip("\n").split("\t")
    assert head[:7] == ["system", "metric", "score", "low", "high", "p_value", "signature"]
    for row in table(out / "scores.tsv"):
        if row["score"]:
            assert float(row["low"]) <= float(row["score"]) <= float(row["high"]) or row["metric"].startswith("BLEU")
        assert row["signature"]


def test_the_test_set_stands_in_its_own_corpus(sample):
    _, result = sample
    (found,) = result.contamination
    assert len(found.exact) == 34
    assert found.events == ("2025-04-25-01", "2025-04-29-01")


def test_groups_are_scores_of_their_segments(sample):
    _, result = sample
    lead = result.lead
    for name, rows in result.groups.items():
        assert sum(row.segments for row in rows) == 34, name
        for row in rows:
            if name != "length":
                members = [k for k, place in enumerate(result.test_set.places) if getattr(place, name) == row.label]
                sums = lead.stats["good"][members].sum(axis=0).tolist()
                assert row.scores["good"] == pytest.approx(lead.score(sums))


def test_the_page_holds_all_it_needs(sample):
    out, _ = sample
    html = (out / "report.html").read_text("utf-8")
    assert not re.search(r"""(?:src|href)=["']?https?:|url\(|@import|<link(?! rel="icon" href="data:)""", html)
    assert "Content-Security-Policy" in html
    for piece in ("<svg", "partly untranslated", "usd:386400000", "nrefs:1|bs:200|seed:12345", 'class="missed"'):
        assert piece in html


def test_the_python_of_the_documentation_runs(tmp_path, monkeypatch, capsys):
    page = (CORPUS.parent / "docs" / "bench.md").read_text("utf-8")
    (block,) = re.findall(r"## From Python\n\n```python\n(.*?)```", page, flags=re.DOTALL)
    (tmp_path / "corpus").symlink_to(CORPUS)
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "docs/bench.md", "exec"), {})
    assert capsys.readouterr().out.startswith("('good', 'mediocre') 84.8")
    assert (tmp_path / "outputs" / "bench" / "report.html").exists()


def test_hostile_output_stays_text(align, tmp_path):
    lines = (BENCH / "good.en").read_text("utf-8").split("\n")[:-1]
    (tmp_path / "bad.en").write_text("".join(f"{HOSTILE} {line}\n" for line in lines), encoding="utf-8")
    rows = ["doc\tevent\toutlet\tdate", *(f"=1+1 <b>\t{HOSTILE}\t<i>\t2025" for _ in lines)]
    (tmp_path / "places").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    code, _, error = align("bench", *TEST_SET[:4], "--docids", tmp_path / "places", "--samples", "100",
                           "--hyp", f"bad={tmp_path / 'bad.en'}", "--out", tmp_path / "out")  # fmt: skip
    assert (code, error) == (0, "")
    html = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{7*7}}" in html
    cells = [row["doc"] for row in table(tmp_path / "out" / "segments.tsv")]
    assert cells == ["'=1+1 <b>"] * 34


@pytest.mark.parametrize(
    ("source", "reference", "hypothesis", "lang", "expected"),
    [
        ("Hai bên ký hiệp định hôm nay", "The two sides sign a pact today", "", "en", ("empty",)),
        ("Hai bên ký hiệp định hôm nay", "The two sides sign a pact today", " .\u200b ", "en", ("empty",)),
        ("Hai bên ký hiệp định hôm nay", "The two sides sign a pact today", "The pact is signed by both", "en", ()),
        ("The two sides sign a pact today", "Hai bên ký hiệp định hôm nay", "Hai bên ký kết hiệp định", "vi", ()),
        ("The two sides sign a pact today", "Hai bên ký hiệp định hôm nay", "The two sides sign a pact today", "vi",
         ("untranslated",)),
        ("The ministers met in the capital on the same day", "Các bộ trưởng gặp nhau ở thủ đô trong cùng một ngày",
         "Les ministres se sont rencontrés dans la capitale le même jour", "vi", ("wrong_language",)),
        ("ASEAN, UNCLOS, COC, DOC", "ASEAN, UNCLOS, COC, DOC", "ASEAN, UNCLOS, COC, DOC", "en", ()),
        ("Rất, rất, rất, rất tốt", "Very, very, very, very good", "Very very very very good", "en", ()),
        ("Tốt cho mọi người", "Good for everybody", "good good good good good", "en", ("repeated",)),
        ("Xin chào", "Hello", "Xin chào", "en", ()),
        ("", "", "something", "en", ()),
    ],
)  # fmt: skip
def test_faults_by_hand(source, reference, hypothesis, lang, expected):
    assert faults.find(source, [reference], hypothesis, lang) == expected


@pytest.mark.parametrize(
    ("source", "reference", "hypothesis", "lang", "missed", "added"),
    [
        ("18,5 tỷ USD", "US$18.5 billion", "18.5 billion dollars", "en", {}, ()),
        ("18,5 tỷ USD", "US$18.5 billion", "US$18,500 million", "en", {}, ()),
        ("18,5 tỷ USD", "US$18.5 billion", "185 billion dollars", "en", {"money": ("usd:18500000000",)},
         ("usd:185000000000",)),
        ("On July 1, 2025", "Ngày 1/7/2025", "Vào ngày 1 tháng 7 năm 2025", "vi", {}, ()),
        ("On July 1, 2025", "Ngày 1/7/2025", "Vào ngày 7/1/2025", "vi", {"dates": ("07-01",)}, ("01-07",)),
        ("tăng 7,2%", "up 7.2 percent", "an increase of 7.2%", "en", {}, ()),
    ],
)  # fmt: skip
def test_facts_across_conventions(source, reference, hypothesis, lang, missed, added):
    found = facts.check(source, [reference], hypothesis, lang)
    assert {kind: tally.missed for kind, tally in found.items() if tally.missed} == missed
    assert sum((tally.added for tally in found.values()), ()) == added


@pytest.fixture
def glossary(tmp_path):
    path = tmp_path / "glossary.tsv"
    path.write_text(
        "vi\ten\tacronym\tvariants_vi\tvariants_en\talternatives\tstatus\ttier\n"
        "Biển Đông\tEast Sea\t\t\t\tSouth China Sea (33%)\t\t\n"
        "Bộ trưởng Ngoại giao\tforeign minister\t\tngoại trưởng\tminister of foreign affairs\t\t\t\n"
        "Diễn đàn Khu vực ASEAN\tASEAN Regional Forum\tARF\t\t\t\t\t\n"
        "quan hệ\trelations\t\t\tties\t\t\t\n"
        "hội nghị\tmeeting\t\t\t\t\trejected\tsure\n"
        "hội nghị\tmeeting\t\t\t\t\t\tcheck\n"
        "hội nghị\tgathering\t\t\t\t\tdeprecated\tsure\n"
        "hội đàm\ttalks\t\t\t\t\taccepted\tcheck\n"
        "—\t—\t\t\t\t\t\t\n",
        encoding="utf-8",
    )
    return terms.read_glossary(path)


@pytest.mark.parametrize(
    ("source", "reference", "hypothesis", "lang", "expected", "missed"),
    [
        ("về Biển Đông", "on the East Sea", "about the East Sea", "en", 1, ()),
        ("về Biển Đông", "on the East Sea", "about the South China Sea", "en", 1, ("East Sea",)),
        ("về Biển Đông", "on the South China Sea", "about the sea", "en", 0, ()),
        ("Ngoại trưởng nói", "the Foreign Minister said", "the Minister of Foreign Affairs said", "en", 1, ()),
        ("các ngoại trưởng", "the foreign ministers", "the Foreign Ministers'", "en", 1, ()),
        ("tại Diễn đàn khu vực ASEAN", "at the ARF", "at the ASEAN Regional Forum", "en", 1, ()),
        ("tại Diễn đàn khu vực ASEAN", "at the ARF", "ấm arf", "en", 1, ("ARF",)),
        ("hội nghị về quan hệ", "the meeting on ties", "the talks on relations", "en", 1, ()),
        ("hội đàm", "the talks", "the meeting", "en", 1, ("talks",)),
        ("The foreign minister", "Ngoại trưởng", "Bộ trưởng ngoại giao", "vi", 1, ()),
        ("The foreign minister", "Ngoại trưởng", "Bộ trưởng", "vi", 1, ("ngoại trưởng",)),
        (None, "the East Sea", "the east sea", "en", 1, ()),
        (None, "the East Sea", "the sea", "en", 1, ("East Sea",)),
    ],
)
def test_terms_with_variants(glossary, source, reference, hypothesis, lang, expected, missed):
    tally = glossary.check(source, [reference], hypothesis, lang)
    assert len(tally.expected) == expected
    assert tally.missed == missed


WORDS = st.lists(st.sampled_from(["Việt", "Nam", "a", "b,", "18,5", "tỷ", "x’s", "—", "  "]), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_pieces_are_the_text_and_equal_texts_have_no_marks(one, other):
    pieces = diff.compare(one, [other])
    assert " ".join("".join(text for _, text in pieces).split()) == " ".join(one.split())
    assert {kind for kind, _ in diff.compare(one, [one])} <= {""}
    assert "".join(text for _, text in diff.mark_terms(one, ["Viet Nam", "b"])) == one


def test_ticks_lie_inside_and_axes_bear_anything():
    for low, high in ((0, 1), (36.1, 36.2), (-3, 250), (99.99, 100.01)):
        ticks = plots._ticks(low, high)
        assert 2 <= len(ticks) <= 8
        assert all(low <= tick <= high for tick in ticks)
    score = records.Score("a", "m", math.nan, math.nan, math.nan, "s")
    assert "<svg" in plots.intervals([records.Score("a", "m", 5, 5, 5, "s")], {"a": 0})
    assert plots._range([score.low]) == (0.0, 1.0)


def test_table_for_papers_marks_the_best_and_what_is_sure(sample):
    _, result = sample
    lines = tables.markdown(result).split("\n")
    head, good, mediocre = lines[0], lines[2], lines[3]
    assert head.startswith("| system | chrF++ |")
    assert good.startswith("| good | **8")
    assert "†" in mediocre.split("|")[2]
    latex = tables.latex(result)
    assert latex.count(r"\\") == 6
    assert r"\textbf{" in latex
    assert tables._escape("a_b & 5%") == r"a\_b \& 5\%"


def overlap(lang, refs, src, pairs, places=()):
    test_set = records.TestSet(lang, (tuple(refs),), tuple(src), tuple(places))
    return contamination.contamination(test_set, [contamination.TrainingPair(*pair) for pair in pairs], "train")


def test_overlap_by_hand():
    vi = [
        "Hai bên nhất trí sớm ký hiệp định thương mại trong năm nay tại Hà Nội",
        "Cảm ơn",
        "Câu thứ ba không có ở đâu",
    ]
    en = ["The two sides agreed to sign the trade agreement early this year in Hanoi", "Thanks", "Nowhere else at all"]
    places = [records.Place("d1", "e1"), records.Place("d2", "e2"), records.Place("a+b", "e3")]
    near = "Both the two sides agreed to sign the trade agreement early this year in Hanoi"
    found = overlap("en", en, vi, [((near, near), (), "")], places)
    assert (found.exact, found.near, found.documents, found.events) == ((), (0,), ("d1",), ("e1",))
    found = overlap("vi", vi, en, [((vi[0].upper() + "!", "else"), ("b",), "e2")], places)
    assert (found.exact, found.near) == ((0,), ())
    assert found.documents == ("a+b", "d1")
    assert found.events == ("e1", "e2", "e3")
    assert overlap("en", en, vi, [(("Cảm ơn", "Not that"), (), "")], places).exact == ()
    assert overlap("en", en, vi, [(("Cảm ơn", "Thanks"), (), "")], places).near == (1,)


def test_scores_of_other_tools_are_tested_as_well(align, tmp_path):
    for name, values in (("good", "0.9"), ("mediocre", "0.8")):
        lines = [f"seg{k}\t{float(values) + k % 3 / 100}\n" for k in range(34)]
        (tmp_path / name).write_text("".join(lines), encoding="utf-8")
    arguments = ["bench", *TEST_SET, *HYPS, "--out", tmp_path / "out", "--samples", "100", "--test", "both",
                 "--trials", "100"]  # fmt: skip
    given_scores = [f"--scores={name}:COMET22={tmp_path / name}" for name in ("good", "mediocre")]
    assert align(*arguments, *given_scores)[0] == 0
    rows = {row["system"]: row for row in table(tmp_path / "out" / "scores.tsv") if row["metric"] == "COMET22"}
    assert set(rows) == {"good", "mediocre"}
    assert float(rows["good"]["score"]) == pytest.approx(0.9097, abs=1e-4)
    assert float(rows["mediocre"]["p_value"]) == pytest.approx(1 / 101)
    assert float(rows["mediocre"]["p_value_ar"]) < 0.05
    (tmp_path / "good").write_text("0.5\n" * 33 + "none\n", encoding="utf-8")
    code, _, error = align(*arguments, given_scores[0])
    assert code == 1
    assert "good:34: score 'none', expected one number a line" in error
    code, _, error = align(*arguments, f"--scores=nobody:COMET22={tmp_path / 'mediocre'}")
    assert code == 1
    assert "no system of that name; expected one of good, mediocre, broken" in error


def test_a_runaway_of_a_million_characters_is_cut_on_the_page(align, tmp_path):
    lines = (BENCH / "good.en").read_text("utf-8").split("\n")[:-1]
    lines[3] = " ".join(f"word{k % 977}" for k in range(120_000))
    (tmp_path / "long.en").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    code, _, _ = align("bench", *TEST_SET, "--hyp", f"long={tmp_path / 'long.en'}", "--out", tmp_path / "out",
                       "--samples", "100", "--metric", "chrF++")  # fmt: skip
    assert code == 0
    assert (tmp_path / "out" / "report.html").stat().st_size < 400_000
    faulty = {row["segment"]: row["faults"] for row in table(tmp_path / "out" / "segments.tsv") if row["faults"]}
    assert list(faulty) == ["4"]
    assert "runaway" in faulty["4"]


def test_comet_is_used_where_it_is_installed_and_never_fetched(align, tmp_path, monkeypatch):
    model = SimpleNamespace(predict=lambda rows, **_: SimpleNamespace(scores=[len(row["mt"]) / 1000 for row in rows]))
    monkeypatch.setitem(sys.modules, "comet", SimpleNamespace(load_from_checkpoint=lambda _: model))
    (tmp_path / "model.ckpt").write_bytes(b"")
    arguments = ["bench", *TEST_SET, *HYPS, "--metric", "chrF", "--metric", "comet", "--samples", "100"]
    code, _, error = align(*arguments, "--comet-model", tmp_path / "model.ckpt", "--out", tmp_path / "out")
    assert code == 0, error
    rows = {row["system"]: row for row in table(tmp_path / "out" / "scores.tsv") if row["metric"] == "comet"}
    lines = (BENCH / "good.en").read_text("utf-8").split("\n")[:-1]
    assert float(rows["good"]["score"]) == pytest.approx(sum(map(len, lines)) / 340, abs=1e-6)
    assert rows["good"]["signature"] == "comet:model.ckpt|scale:100"
    monkeypatch.setitem(sys.modules, "comet", None)
    code, _, error = align(*arguments, "--comet-model", tmp_path / "model.ckpt", "--out", tmp_path / "out2")
    assert code == 1
    assert "pip install unbabel-comet" in error


def test_a_system_that_says_nothing_is_scored(align, tmp_path):
    for name, text in (("empty", ""), ("marks", ". \u200b!")):
        (tmp_path / name).write_text(f"{text}\n" * 34, encoding="utf-8")
    hyps = [f"--hyp={name}={tmp_path / name}" for name in ("empty", "marks")]
    code, _, error = align("bench", *TEST_SET, HYPS[0], *hyps, "--out", tmp_path / "out", "--samples", "100")
    assert code == 0, error
    rows = {(row["system"], row["metric"]): row for row in table(tmp_path / "out" / "scores.tsv")}
    for name in ("empty", "marks"):
        assert rows[name, "adequacy"]["score"] == "0.000000"
        assert rows[name, "faults"]["score"] == "100.000000"


def test_one_segment_is_enough(align, tmp_path):
    for name, text in (("ref", "The minister is in Hanoi."), ("src", "Bộ trưởng ở Hà Nội."), ("hyp", "In Hanoi.")):
        (tmp_path / name).write_text(f"{text}\n", encoding="utf-8")
    hyps = [f"--hyp={name}={tmp_path / name}" for name in ("ref", "hyp")]
    code, _, error = align("bench", "--ref", tmp_path / "ref", "--src", tmp_path / "src", *hyps,
                           "--out", tmp_path / "out")  # fmt: skip
    assert code == 0, error
    rows = table(tmp_path / "out" / "scores.tsv")
    assert {row["p_value"] for row in rows} == {""}


def test_both_directions_and_no_source(align, tmp_path):
    reverse = ["--ref", BENCH / "test.vi", "--src", BENCH / "test.en", "--system", "baseline:words"]
    code, printed, _ = align("bench", *reverse, "--out", tmp_path / "vi", "--samples", "100")
    assert code == 0
    assert "baseline:words" in printed
    assert json.loads((tmp_path / "vi" / "bench.json").read_text("utf-8"))["test_set"]["lang"] == "vi"
    code, _, _ = align("bench", "--ref", BENCH / "test.en", *HYPS, "--out", tmp_path / "en", "--samples", "100")
    assert code == 0
    metrics = {row["metric"] for row in table(tmp_path / "en" / "scores.tsv")}
    assert "adequacy" not in metrics
    assert {"chrF++", "numbers", "faults"} <= metrics


def test_the_same_command_gives_the_same_bytes(align, tmp_path):
    for name in ("one", "two"):
        code, _, _ = align("bench", *TEST_SET, *HYPS, "--out", tmp_path / name, "--samples", "100")
        assert code == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hyp", "a=short"], "short: 3 lines, but the reference test.en has 34; give one line a segment"),
        (["--hyp", "a=missing"], "missing: no such file"),
        (["--hyp", "a=latin"], "latin:1: not UTF-8"),
        (["--hyp", "short"], "expected NAME=FILE"),
        (["--hyp", "<b>=short"], "expected NAME=FILE; a name begins with"),
        ([*HYPS, "--hyp", f"good={BENCH / 'good.en'}"], "system 'good' is given twice"),
        ([*HYPS, "--src", "short"], "short: 3 lines, but"),
        ([*HYPS, "--docids", "short"], "short: 3 lines, but"),
        ([*HYPS, "--ref", "short"], "short: 3 lines, but"),
        ([*HYPS, "--baseline", "best"], "expected one of good, mediocre, broken"),
        ([*HYPS, "--metric", "ROUGE"], "'ROUGE' is unknown; expected one of chrF++"),
        ([*HYPS, "--lang", "fr"], "vi or en"),
        ([*HYPS, "--glossary", "short"], "column"),
        ([*HYPS, "--train", "missing.tsv"], "missing.tsv: no such file"),
        ([*HYPS, "--scores", "good=short"], "expected NAME:METRIC=FILE"),
        ([*HYPS, "--metric", "comet", "--metric", "chrF", "--src", str(BENCH / "test.vi")], "--comet-model FILE.ckpt"),
        ([*HYPS, "--cost", "good=1"], "--cost good: no --system of that name"),
        ([*HYPS, "--cost", "good"], "expected NAME"),
        (["--system", "baseline:copy"], "baseline:copy needs the source: add --src FILE"),
        ([], "no translations to compare"),
    ],
)
def test_users_errors_are_one_clear_line(align, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    Path("short").write_text("a\nb\nc\n", encoding="utf-8")
    Path("latin").write_bytes("Café\n".encode("latin-1") * 34)
    code, _, error = align("bench", "--ref", BENCH / "test.en", *arguments, "--out", "out", "--samples", "100")
    assert code == 1
    assert message in error
    assert len(error.strip().split("\n")) == 1
    assert not Path("out").exists()
