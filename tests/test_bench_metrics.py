"""Scores, intervals and p-values against sacrebleu: its command line and its own tests are the oracles."""

import json
import os
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.metrics.base import Metric
from sacrebleu.significance import PairedTest

from align.bench import metrics, ngrams, records, significance
from align.bench.normalize import normalize
from align.bench.records import Options
from align.errors import ConfigError
from align.formats import tsv

BENCH = Path(__file__).resolve().parents[1] / "corpus" / "bench"
LINES = {lang: (BENCH / f"test.{lang}").read_text("utf-8").split("\n")[:-1] for lang in ("vi", "en")}
COMMANDS = {
    "chrF++": ["-m", "chrf", "--chrf-word-order", "2"],
    "chrF": ["-m", "chrf"],
    "BLEU": ["-m", "bleu"],
    "BLEU-intl": ["-m", "bleu", "-tok", "intl"],
    "TER": ["-m", "ter"],
}


def damaged(lines, rate, seed):
    """Lines with words dropped, doubled and moved, as a poor system would have them."""
    chance = random.Random(seed)
    found = []
    for line in lines:
        words = [word for word in line.split() if chance.random() > rate]
        if words and chance.random() < rate:
            words.insert(chance.randrange(len(words)), chance.choice(words))
        if len(words) > 2 and chance.random() < 2 * rate:
            k = chance.randrange(len(words) - 1)
            words[k], words[k + 1] = words[k + 1], words[k]
        found.append(" ".join(words))
    return found


def setting(lang="en", refs=1, nfd=False, empty=False):
    """References and hypotheses: lang, number of references, NFD in the hypotheses, empty lines on both sides."""
    sides = [list(LINES[lang]), damaged(LINES[lang], 0.05, 9)][:refs]
    outputs = {"one": damaged(LINES[lang], 0.1, 1), "two": damaged(LINES[lang], 0.25, 2)}
    if nfd:
        outputs["one"] = [unicodedata.normalize("NFD", line) for line in outputs["one"]]
    if empty:
        outputs["one"][4] = outputs["two"][-1] = ""
        sides[0][7] = ""
    return sides, outputs


SETTINGS = {
    "vi_one_reference": setting("vi"),
    "en_one_reference": setting("en"),
    "vi_two_references": setting("vi", 2),
    "en_two_references": setting("en", 2),
    "vi_nfd_hypotheses": setting("vi", nfd=True),
    "en_empty_lines": setting("en", empty=True),
    "vi_empty_lines_two_references": setting("vi", 2, empty=True),
}


def sacrebleu(folder, refs, hypothesis, metric, *more):
    files = [folder / f"ref{k}" for k in range(len(refs))]
    for path, lines in zip([*files, folder / "hyp"], [*refs, hypothesis], strict=True):
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", *map(str, files), "-i", str(folder / "hyp"), "-w", "6", *more]
    environment = os.environ | {"SACREBLEU": str(folder)}
    done = subprocess.run(
        [*command, *COMMANDS[metric]], capture_output=True, text=True, check=True, encoding="utf-8", env=environment
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", SETTINGS)
def test_scores_equal_those_of_the_command_line(align, tmp_path, name):
    refs, outputs = SETTINGS[name]
    arguments = ["bench", "--out", tmp_path / "out", "--lang", name[:2], "--samples", "100"]
    for k, lines in enumerate(refs):
        (tmp_path / f"r{k}").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        arguments += ["--ref", tmp_path / f"r{k}"]
    for system, lines in outputs.items():
        (tmp_path / system).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        arguments += ["--hyp", f"{system}={tmp_path / system}"]
    for metric in COMMANDS:
        arguments += ["--metric", metric]
    assert align(*arguments)[0] == 0
    rows = {(row["system"], row["metric"]): row for _, row in tsv.read_table(tmp_path / "out" / "scores.tsv")}
    for metric in COMMANDS:
        told = sacrebleu(tmp_path, refs, outputs["one"], metric)
        assert rows["one", metric]["score"] == f"{told['score']:.6f}"
        ours = {part for part in rows["one", metric]["signature"].split("|") if not part.startswith(("bs:", "seed:"))}
        assert ours == set(told["signature"].split("|"))


def test_intervals_equal_those_of_the_command_line(tmp_path):
    refs, outputs = SETTINGS["en_two_references"]
    for metric in ("chrF++", "BLEU"):
        (measure,) = measured(refs, outputs, [metric])
        score = next(s for s in significance.scores(measure, "one", Options()) if s.system == "one")
        told = sacrebleu(tmp_path, refs, outputs["one"], metric, "--confidence")
        # sacrebleu adds up in single precision, and gives the mean of the samples and half of the interval.
        assert (score.high - score.low) / 2 == pytest.approx(told["confidence_var"], abs=1e-4)
        assert score.low < told["confidence_mean"] < score.high
        assert {"bs:1000", "seed:12345"} <= set(told["signature"].split("|"))


def measured(refs, outputs, names, lang="en"):
    test_set = records.TestSet(lang, tuple(map(tuple, refs)))
    return metrics.measure(names, test_set, outputs, Options())


@pytest.mark.parametrize("kind", ["bs", "ar"])
@pytest.mark.parametrize("name", ["vi_one_reference", "en_two_references", "en_empty_lines"])
def test_p_values_equal_those_of_sacrebleu(monkeypatch, kind, name):
    monkeypatch.setenv("SACREBLEU_SEED", "12345")
    refs, outputs = SETTINGS[name]
    outputs = outputs | {"three": damaged(outputs["one"], 0.02, 3)}
    theirs = {"chrF++": CHRF(word_order=2, references=refs), "BLEU": BLEU(references=refs)}
    test = PairedTest(list(outputs.items()), theirs, references=None, test_type=kind, n_samples=500)
    told = dict(test()[1])
    options = Options(samples=500, trials=500, tests=(kind,))
    for metric, measure in zip(theirs, measured(refs, outputs, list(theirs)), strict=True):
        ours = significance.scores(measure, "one", options)
        key = next(key for key in told if key.lower().startswith(metric[:4].lower()))
        for score, expected in zip(ours, told[key], strict=True):
            assert score.score == pytest.approx(expected.score, abs=1e-9)
            assert score.p_value == (None if expected.p_value is None else pytest.approx(expected.p_value, abs=1e-12))


def test_the_same_seed_gives_the_same_figures_and_blocks_change_nothing(monkeypatch):
    refs, outputs = SETTINGS["en_one_reference"]
    (measure,) = measured(refs, outputs, ["chrF++"])
    options = Options(samples=300, trials=300, tests=("bs", "ar"))
    first = significance.scores(measure, "one", options)
    monkeypatch.setattr(significance, "_CELLS", 100)
    assert significance.scores(measure, "one", options) == first


def test_bootstrap_of_two_segments_by_hand(monkeypatch):
    """Segments with counts 1 of 1 and 0 of 1: a sample of two is 0, 50 or 100 percent."""
    from align.bench.checks import ratio

    stats = {"a": np.array([[1.0, 1.0], [0.0, 1.0]]), "b": np.array([[1.0, 1.0], [1.0, 1.0]])}
    measure = ratio("x", "s", stats)
    monkeypatch.setattr(significance, "_samples", lambda *_: [np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]])])
    by_name = {score.system: score for score in significance.scores(measure, "b", Options())}
    assert (by_name["a"].score, by_name["a"].low, by_name["a"].high) == (50.0, 0.0, 100.0)
    # Differences from b are 0, 50, 100; less their mean 50: -50, 0, 50; none is above the real 50.
    assert by_name["a"].p_value == pytest.approx(1 / 4)
    assert by_name["b"].p_value is None


def test_no_difference_is_never_sure():
    refs, outputs = SETTINGS["en_one_reference"]
    outputs = outputs | {"same": list(outputs["one"])}
    for measure in measured(refs, outputs, ["chrF++", "BLEU"]):
        for kind in ("bs", "ar"):
            found = significance.scores(measure, "one", Options(samples=100, trials=100, tests=(kind,)))
            assert {score.system: score.p_value for score in found}["same"] == 1


def test_chrf_taken_from_chrf_plus_plus_is_chrf():
    refs, outputs = SETTINGS["vi_one_reference"]
    both = measured(refs, outputs, ["chrF++", "chrF"], "vi")[1]
    (alone,) = measured(refs, outputs, ["chrF"], "vi")
    assert both.signature == alone.signature
    for system in outputs:
        assert np.array_equal(both.segments[system], alone.segments[system])


def test_segments_equal_sentence_scores():
    refs, outputs = SETTINGS["en_two_references"]
    found = measured(refs, outputs, ["chrF++", "BLEU"])
    theirs = [CHRF(word_order=2), BLEU(effective_order=True)]
    for measure, metric in zip(found, theirs, strict=True):
        for k, line in enumerate(outputs["two"]):
            expected = metric.sentence_score(line, [ref[k] for ref in refs]).score
            assert measure.segments["two"][k] == pytest.approx(expected, abs=1e-9)


TEXTS = st.text(st.sampled_from("aábc ,.()đ\u0301\u3000\n"), max_size=14)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6), st.sampled_from([0, 2]))
def test_counts_of_chrf_are_those_of_sacrebleu(pairs, word_order):
    metric = CHRF(word_order=word_order)
    hypotheses, refs = zip(*pairs, strict=True)
    ours = ngrams.chrf(metric, hypotheses, refs)
    assert ours is not None
    assert np.array_equal(ours, metrics.extract(metric, hypotheses, [refs]))


def test_more_letters_than_fit_are_counted_by_sacrebleu(monkeypatch):
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 600)))
    assert ngrams.chrf(CHRF(word_order=2), [many], [many]) is None
    monkeypatch.setattr(ngrams, "_BLOCK", 2)
    measure = measured([[many, *LINES["en"][:4]]], {"a": [many, *LINES["en"][1:5]]}, ["chrF++"])[0]
    assert measure.segments["a"][0] == 100
    assert "nrefs:1" in measure.signature


def test_any_subset_can_be_scored():
    refs, outputs = SETTINGS["vi_two_references"]
    rows = [3, 5, 8, 13]
    for measure, metric in zip(measured(refs, outputs, ["chrF++", "BLEU"], "vi"), _fresh(), strict=True):
        expected = metric.corpus_score([outputs["one"][k] for k in rows], [[ref[k] for k in rows] for ref in refs])
        assert measure.score(measure.stats["one"][rows].sum(axis=0).tolist()) == pytest.approx(expected.score)


def _fresh() -> list[Metric]:
    return [CHRF(word_order=2), BLEU()]


def test_normalized_text_forgives_spellings_and_nothing_else():
    refs = [["Các nước thỏa thuận giữ hòa bình với tỷ lệ cao ở Biển Đông và quý mến nhau"]]
    same = ["Các nước thoả thuận giữ hoà bình với tỉ lệ cao ở Biển Đông và quí mến nhau"]
    other = ["Các nước thỏa thuận giữ hòa bình với tỷ lệ cao ở Biển Đồng và quý mến nhau"]
    test_set = records.TestSet("vi", (tuple(refs[0]),))
    lines = {"same": [unicodedata.normalize("NFD", same[0])], "other": other}
    (whole,) = metrics.measure(["BLEU"], test_set, lines, Options())
    found = metrics.normalized(whole, test_set, lines, Options())
    assert found is not None
    assert found.score(found.stats["same"].sum(axis=0).tolist()) == pytest.approx(100)
    assert found.score(found.stats["other"].sum(axis=0).tolist()) < 100
    assert whole.score(whole.stats["same"].sum(axis=0).tolist()) < 50
    expected = BLEU().corpus_score(
        [normalize(line, "vi") for line in lines["other"]], [[normalize(line, "vi") for line in refs[0]]]
    )
    assert found.score(found.stats["other"].sum(axis=0).tolist()) == pytest.approx(expected.score)


def test_normalizing_nothing_gives_no_second_row():
    test_set = records.TestSet("en", (tuple(LINES["en"]),))
    (whole,) = metrics.measure(["chrF++"], test_set, {"a": LINES["en"]}, Options())
    lines = [unicodedata.normalize("NFC", line) for line in LINES["en"]]
    assert metrics.normalized(whole, records.TestSet("en", (tuple(lines),)), {"a": lines}, Options()) is None


def test_nothing_is_fetched(monkeypatch, tmp_path):
    monkeypatch.setattr("sacrebleu.utils.SACREBLEU_DIR", str(tmp_path))
    with pytest.raises(ConfigError, match="not there; put it there"):
        metrics.make("BLEU-flores200", Options())
    with pytest.raises(ConfigError, match="expected one of chrF"):
        metrics.make("ROUGE", Options())
