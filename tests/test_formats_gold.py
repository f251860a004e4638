"""Ladders and gold folders."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import FormatError, InputError
from align.formats import gold, ladder
from align.types import Bead

INDEXES = st.sets(st.integers(0, 99), max_size=4).map(lambda found: tuple(sorted(found)))
QUALITY = st.none() | st.integers(0, 10_000).map(lambda n: n / 10_000)
BEADS = st.lists(
    st.builds(lambda vi, en, quality: Bead(vi, en, quality=quality), INDEXES, INDEXES, QUALITY).filter(
        lambda bead: bead.vi or bead.en
    )
)


@given(BEADS)
def test_lines_read_back(beads):
    assert [ladder.parse(ladder.line(bead)) for bead in beads] == beads


@given(BEADS)
def test_a_ladder_holds_every_bead_once(beads):
    read = [ladder.parse(text.removesuffix("\n")) for text in ladder.lines(beads)]
    assert sorted(map(ladder.line, read)) == sorted(map(ladder.line, beads))


@pytest.mark.parametrize(
    ("text", "bead"),
    [
        ("[0, 1]:[2]", Bead((0, 1), (2,))),
        ("[0]:[1]:0.93", Bead((0,), (1,), quality=0.93)),
        ("[7]:[8, 13]", Bead((7,), (8, 13))),
        ("[]:[4]", Bead((), (4,))),
        ("[3]:[]:1", Bead((3,), (), quality=1.0)),
        ("[1,0] : [2]:1e-3", Bead((0, 1), (2,), quality=0.001)),
    ],
)
def test_parse(text, bead):
    assert ladder.parse(text) == bead


def test_write_by_hand():
    beads = [
        Bead((), (0,)), Bead((1,), (1,), quality=0.5), Bead((0,), (3,)), Bead((2, 3), ()), Bead((), (2,)),
        Bead((4,), (4, 6)), Bead((), (5,)), Bead((), (7,)),
    ]  # fmt: skip
    # English 0 stands before everything, 2 after the bead of English 1, 5 and 7 after that of 4 and 6.
    assert "".join(ladder.lines(reversed(beads))) == (
        "[]:[0]\n[0]:[3]\n[1]:[1]:0.5000\n[]:[2]\n[2, 3]:[]\n[4]:[4, 6]\n[]:[5]\n[]:[7]\n"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0:0", "expected such as [0, 1]:[2]"),
        ("[0]:[1]:", "expected such as"),
        ("[a]:[0]", "expected such as"),
        ("[-1]:[0]", "expected such as"),
        ("[0 1]:[0]", "with commas between them"),
        ("[0,]:[0]", "with commas between them"),
        ("[0, 0]:[1]", "a segment stands twice"),
        ("[]:[]", "both sides are empty"),
        ("[0]:[0]:1.5", "quality 1.5 is outside 0-1"),
        ("[0]:[0]:e", "quality e is outside 0-1"),
        ("[٣]:[0]", "expected such as"),
    ],
)
def test_malformed_lines(tmp_path, text, why):
    path = tmp_path / "a.gold"
    path.write_text(f"[5]:[5]\n\n{text}\n", encoding="utf-8")
    with pytest.raises(FormatError, match=re.escape(f"{path}:3: {text!r} is no bead: ") + ".*" + re.escape(why)):
        ladder.read(path)


def trio(folder, name, vi, en, beads):
    for suffix, text in (("vi", vi), ("en", en), ("gold", beads)):
        (folder / f"{name}.{suffix}").write_bytes(text.encode())


def test_folder(tmp_path):
    trio(tmp_path, "b.1", "một\u2028\n\nba", "one\r\nthree\r\n", "[0]:[0]\n[1]:[]\n[2]:[1]\n")
    trio(tmp_path, "a", "x\n", "", "[0]:[]\n")
    (tmp_path / "README.md").touch()
    first, second = gold.read_gold_folder(tmp_path)
    assert first == gold.GoldDocument("a", ("x",), (), (Bead((0,), ()),))
    assert second.name == "b.1"
    assert second.vi == ("một\u2028", "", "ba")
    assert second.en == ("one", "three")
    assert second.beads == (Bead((0,), (0,)), Bead((1,), ()), Bead((2,), (1,)))


@pytest.mark.parametrize("lost", ["vi", "en", "gold"])
def test_an_incomplete_trio_is_named(tmp_path, lost):
    for name in ("a", "b"):
        trio(tmp_path, name, "x\n", "y\n", "[0]:[0]\n")
    (tmp_path / f"b.{lost}").unlink()
    with pytest.raises(InputError, match=rf"b\.{lost}: missing, though b\."):
        list(gold.read_gold_folder(tmp_path))


def test_no_gold(tmp_path):
    with pytest.raises(InputError, match="no gold in it; expected NAME"):
        list(gold.read_gold_folder(tmp_path))
    with pytest.raises(InputError, match="no such folder"):
        list(gold.read_gold_folder(tmp_path / "none"))


@pytest.mark.parametrize(
    ("beads", "expected"),
    [
        ("[0]:[0]\n[2]:[1]", "vi segments 1: in no bead, expected a null bead such as [3]:[]"),
        ("[0, 1, 2]:[0]", "en segments 1: in no bead, expected a null bead such as []:[3]"),
        ("[0, 1]:[0]\n[1, 2]:[1]", "vi segments 1: in several beads"),
        ("[0, 1, 2]:[0, 1, 2, 9]", "en segments 2, 9: outside the 2 of NAME.en"),
    ],
)
def test_gold_must_tile(tmp_path, beads, expected):
    trio(tmp_path, "a", "x\ny\nz\n", "u\nv\n", beads)
    with pytest.raises(FormatError, match=re.escape(f"a.gold: {expected}")):
        list(gold.read_gold_folder(tmp_path))


def test_long_lists_are_cut():
    with pytest.raises(FormatError, match=r"vi segments 0, 1, 2, 3, 4 \.\.\.: in no bead"):
        gold.check_tiling("x", [], 9, 0)


@given(st.permutations(range(6)), st.permutations(range(5)), st.data())
def test_any_partition_tiles(vi, en, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, 5))))
    groups = [tuple(sorted(vi[a:b])) for a, b in zip([0, *cuts], [*cuts, 6], strict=True)]
    beads = [Bead(group, (en.pop(),) if en and data.draw(st.booleans()) else ()) for group in groups]
    beads += [Bead((), (left,)) for left in en]
    gold.check_tiling("x", beads, 6, 5)
    dropped = data.draw(st.integers(0, len(beads) - 1))
    with pytest.raises(FormatError, match="in no bead"):
        gold.check_tiling("x", beads[:dropped] + beads[dropped + 1 :], 6, 5)
    with pytest.raises(FormatError, match="in several beads"):
        gold.check_tiling("x", [*beads, beads[dropped]], 6, 5)
