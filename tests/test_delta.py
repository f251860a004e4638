"""What changed between two builds: by hand, as a property, and through the command."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import formats
from align.errors import ConfigError, FormatError, InputError
from align.pipeline.delta import DeltaCounts, kept_aside, write_delta
from align.types import Unit

UNIT = Unit("u1", "Hai bên ký kết", "Both sides signed", 0.93, 0.6, 1.2, "1-1", "a", "b", (0,), (0,),
            date(2025, 3, 4), None, "e1", ("contradicted_by:x",))  # fmt: skip
SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "sample"


def written(folder, name, units):
    (folder / name).mkdir(parents=True, exist_ok=True)
    formats.write_corpus("tsv", folder / name, units)
    return folder / name / "corpus.tsv"


def delta(folder, old, new, encoder=""):
    counts = write_delta(written(folder, "old", old), written(folder, "new", new), folder / "delta", encoder)
    files = {
        name: list(formats.read_corpus(folder / "delta" / f"{name}.tmx")) for name in ("added", "changed", "removed")
    }
    return counts, files


def test_by_hand(tmp_path):
    old = [
        UNIT,
        replace(UNIT, id="u2", vi_segments=(1,)),
        replace(UNIT, id="u3", vi_segments=(2,)),
        replace(UNIT, id="u4", vi_segments=(3,), vi="Đà Nẵng & Huế"),
        replace(UNIT, id="u5", vi_segments=(4,), vi="Cũ"),
        replace(UNIT, id="u6", vi_segments=(5,)),
    ]
    new = [
        UNIT,
        replace(old[1], quality=0.5),
        replace(old[2], event="e2"),
        replace(UNIT, id="n5", vi_segments=(4,), vi="Mới <b>"),
        replace(old[5], flags=()),
        replace(UNIT, id="n7", vi_segments=(6,)),
    ]
    counts, files = delta(tmp_path, old, new, "enc/1")
    assert counts == DeltaCounts(added=1, changed=4, removed=1, unchanged=1)
    assert files["added"] == [new[5]]
    assert files["removed"] == [old[3]]
    replaced = replace(new[3], flags=("contradicted_by:x", "replaces:u5"))
    assert files["changed"] == [new[1], new[2], replaced, new[4]]
    assert json.loads((tmp_path / "delta" / "delta.json").read_text("utf-8")) == {
        "added": 1, "changed": 4, "removed": 1, "unchanged": 1,
    }  # fmt: skip
    text = (tmp_path / "delta" / "changed.tmx").read_text("utf-8")
    assert '<prop type="x-replaces">u5</prop>' in text
    assert text.count('<prop type="x-encoder">enc/1</prop>') == 4


def test_a_place_that_is_taken_twice_says_nothing(tmp_path):
    old = [replace(UNIT, id="o1", vi="Một"), replace(UNIT, id="o2", vi="Hai")]
    counts, files = delta(tmp_path, old, [replace(UNIT, id="n1", vi="Ba")])
    assert counts == DeltaCounts(1, 0, 2, 0)
    assert [unit.id for unit in files["removed"]] == ["o1", "o2"]


def test_nothing_changed_and_everything_new(tmp_path):
    assert delta(tmp_path, [UNIT], [UNIT])[0] == DeltaCounts(0, 0, 0, 1)
    assert delta(tmp_path, [], [UNIT])[0] == DeltaCounts(1, 0, 0, 0)
    assert delta(tmp_path, [UNIT], [])[0] == DeltaCounts(0, 0, 1, 0)
    assert delta(tmp_path, [], [])[0] == DeltaCounts(0, 0, 0, 0)


def test_the_same_corpora_give_the_same_bytes(tmp_path):
    new = [replace(UNIT, quality=0.5), replace(UNIT, id="u9", vi_doc="z")]
    for name in ("one", "two"):
        delta(tmp_path / name, [UNIT], new)
    for file in (tmp_path / "one" / "delta").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / "delta" / file.name).read_bytes()


def test_an_id_that_stands_twice_is_an_error_and_nothing_is_written(tmp_path):
    with pytest.raises(FormatError, match=r"new/corpus.tsv:3: id u1 stands in the corpus before"):
        delta(tmp_path, [UNIT], [UNIT, UNIT])
    assert not (tmp_path / "delta").exists()


def applied(old, files):
    """A corpus after a delta, as a translation memory would do it: by id, and by `replaces`."""
    found = {unit.id: unit for unit in old}
    for unit in files["removed"]:
        del found[unit.id]
    for unit in files["changed"]:
        before = [flag.removeprefix("replaces:") for flag in unit.flags if flag.startswith("replaces:")]
        del found[before[0] if before else unit.id]
    for unit in files["changed"] + files["added"]:
        assert unit.id not in found
        found[unit.id] = replace(unit, flags=tuple(flag for flag in unit.flags if not flag.startswith("replaces:")))
    return sorted(found.values(), key=lambda unit: unit.id)


UNITS = st.lists(
    st.builds(
        lambda name, quality, place, event, flags: replace(
            UNIT, id=f"id{name}", vi=f"Câu {name}", quality=quality, vi_segments=(place,), event=event, flags=flags
        ),
        st.integers(0, 9),
        st.sampled_from([0.5, 0.75]),
        st.integers(0, 4),
        st.sampled_from(["e1", "e2"]),
        st.sampled_from([(), ("length_ratio:2/9",)]),
    ),
    unique_by=lambda unit: unit.id,
    max_size=8,
)


@given(UNITS, UNITS)
def test_the_delta_applied_to_the_old_gives_the_new(tmp_path_factory, old, new):
    counts, files = delta(tmp_path_factory.getbasetemp() / "property", old, new)
    assert applied(old, files) == sorted(new, key=lambda unit: unit.id)
    assert (counts.added, counts.changed, counts.removed) == tuple(map(len, files.values()))
    assert counts.unchanged == len(set(old) & set(new))


def test_the_earlier_corpus_is_kept_aside(tmp_path):
    with (
        pytest.raises(InputError, match="no such file; --delta needs the corpus of an earlier build"),
        kept_aside(tmp_path, ["tsv"]),
    ):
        pass
    written(tmp_path, ".", [UNIT])
    with pytest.raises(ConfigError, match="formats are tmx; --delta compares"), kept_aside(tmp_path, ["tmx"]):
        pass
    with kept_aside(tmp_path, ["tsv"]) as earlier:
        written(tmp_path, ".", [])
        assert list(formats.read_corpus(earlier)) == [UNIT]
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.tsv"]


def test_the_command(tmp_path, align):
    articles, out = tmp_path / "articles", tmp_path / "run"
    articles.mkdir()
    for name in ("tlv-hat-lua-cuu-long-va-new-zealand", "pld-new-zealand-backs-delta-rice"):
        shutil.copy(SAMPLE / f"{name}.txt", articles)
    code, _, error = align("build", articles, "--out", out, "--delta")
    assert (code, error.count("\n")) == (1, 1)
    assert "--delta needs the corpus of an earlier build" in error
    assert align("build", articles, "--out", out)[0] == 0
    before = list(formats.read_corpus(out / "corpus.tsv"))
    code, printed, _ = align("build", articles, "--out", out, "--delta")
    assert (code, printed.splitlines()[-1]) == (
        0, f"{out / 'delta'}: 0 added, 0 changed, 0 removed, {len(before)} unchanged"
    )  # fmt: skip
    assert "already there, nothing changed" in printed
    middle = sorted(unit.quality for unit in before)[len(before) // 2]
    assert align("build", articles, "--out", out, "--min-quality", middle, "--delta")[0] == 0
    after = {unit.id for unit in formats.read_corpus(out / "corpus.tsv")}
    removed = [unit.id for unit in formats.read_corpus(out / "delta" / "removed.tmx")]
    assert removed == [unit.id for unit in before if unit.id not in after]
    assert 0 < len(removed) < len(before)
    assert not list(out.glob(".delta-*"))
