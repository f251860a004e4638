"""Matching in shards of days against matching in memory, and both against brute force."""

import gzip
import json
import random
from datetime import date, timedelta

import made_news
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align import documents, matching, near_duplicates
from align.config import BuildConfig
from align.documents import boilerplate
from align.encoders import static_encoder
from align.errors import InputError
from align.formats import tsv
from align.matching import Matcher, MatchItem, Rivals, rivals
from align.matching.neighbors import CANDIDATES, UNDATED, Table, best_of, cut, day_of, nearest, numbers_of, tables
from align.pipeline import calendar, evidence, gather, linking, match, matches, repeats, stages
from align.pipeline.tables import DOCUMENT_COLUMNS, document_row
from align.types import LANGS

DAY = date(2025, 3, 1)


def item(number, rng, day):
    rows = rng.normal(size=(rng.integers(1, 5), 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    names = frozenset(f"n{k}" for k in rng.integers(0, 30, 4))
    return MatchItem(f"d{number:03}", day, rows, frozenset(f"f{k}" for k in rng.integers(0, 9, 2)), names)


def items(n, seed, days=20, undated=0.1):
    rng = np.random.default_rng(seed)
    return [
        item(k, rng, None if rng.random() < undated else DAY + timedelta(days=int(rng.integers(0, days))))
        for k in range(n)
    ]


def by_hand(own, other, window):
    """Neighbors by comparing every document with every other."""
    found = []
    for vector, day in zip(own.vectors, own.days, strict=True):
        cosines = []
        for number, (row, other_day) in enumerate(zip(other.vectors, other.days, strict=True)):
            if UNDATED in (day, other_day) or abs(day - other_day) <= window:
                cosines.append((-round(float(vector.astype(float) @ row.astype(float)), 6), number))
        found.append([number for _, number in sorted(cosines)[:CANDIDATES]])
    return found


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(0, 6), st.sampled_from([1, 7, 40, 500]))
def test_neighbors_are_those_of_brute_force_however_the_days_are_cut(seed, n, window, size):
    rng = np.random.default_rng(seed)
    sides = []
    for _ in range(2):
        days = np.where(rng.random(n) < 0.1, UNDATED, DAY.toordinal() + rng.integers(0, 15, n)).astype(np.int64)
        vectors = rng.normal(size=(n, 8)).astype(np.float32)
        # Some documents are alike to the last bit: the first one counts.
        vectors[n // 2 :: 5] = vectors[0]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        sides.append(Table(np.arange(n, dtype=np.int64), days, vectors))
    own, other = sides
    parts = [other.take(rows) for rows in cut(other.days, size)]
    found = [[k for k in row if k >= 0] for row in numbers_of(nearest(own, parts, window)).tolist()]
    assert found == by_hand(own, other, window)


@given(st.lists(st.integers(0, 30) | st.none(), max_size=50), st.integers(1, 20))
def test_a_cut_keeps_days_whole_and_undated_ones_apart(days, size):
    column = np.array([UNDATED if day is None else day for day in days], dtype=np.int64)
    runs = cut(column, size)
    assert sorted(k for run in runs for k in run.tolist()) == list(range(len(days)))
    groups = [set(column[run].tolist()) for run in runs]
    for k, group in enumerate(groups):
        assert group.isdisjoint(set().union(*groups[:k]))
        assert group == {UNDATED} or UNDATED not in group
    dated = [len(run) for run, group in zip(runs, groups, strict=True) if UNDATED not in group]
    assert all(length >= size for length in dated[:-1])


def test_best_of_by_hand():
    keys = np.arange(40, dtype=np.int64)[None, ::-1]
    assert best_of(keys).tolist() == [list(range(39, 27, -1))]


def test_tables_number_documents_by_their_ids():
    listed = items(30, 3)
    found = tables(listed, np.zeros((30, 2), dtype=np.float32), 5)
    for table in found:
        assert [day_of(listed[k].date) for k in table.numbers.tolist()] == table.days.tolist()


@pytest.mark.parametrize("size", [1, 10, 10_000])
def test_scores_do_not_depend_on_the_size_of_tables(monkeypatch, size):
    vi, en = items(60, 1), items(55, 2)
    expected = [(m.vi, m.en, m.score) for m in Matcher(vi, en, 3).matches()]
    monkeypatch.setattr("align.matching.matcher._TABLE", size)
    assert [(m.vi, m.en, m.score) for m in Matcher(vi, en, 3).matches()] == expected


def test_rivals_by_hand():
    pairs = {0: (0, 0, 0.9), 1: (0, 1, 0.8), 2: (1, 0, 0.3), 3: (1, 1, 0.2), 4: (2, 0, 0.1)}
    found = rivals(pairs, [0, 1, 3], {0, 1})
    assert found == {0: Rivals(1, 2), 1: Rivals(0, 3), 3: Rivals(1, 2)}
    assert rivals({0: (0, 0, 0.9)}, [0], {0}) == {0: Rivals()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A week of made news with undated articles, copies and lines that every page repeats."""
    folder = tmp_path_factory.mktemp("made")
    made_news.write(folder, 180, per_day=20, seed=8)
    for path in (folder / "docs").glob("*.jsonl"):
        lines = path.read_text("utf-8").splitlines()
        listed = [json.loads(line) for line in lines]
        for row in listed:
            row["text"] += "\nXem thêm tin khác trong ngày của chúng tôi"
        if path.stem == "2025-01-08":
            listed += [{**row, "id": f"{row['id']}-again"} for row in listed[:6]]
        for row in listed[::6]:
            row.pop("date", None)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in listed), "utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(made):
    """Rows found with everything in memory at once; without units."""
    read = boilerplate.strip_repeated(list(documents.read([made / "docs"])))
    prepared, _ = stages.prepare(read, static_encoder())
    sides, behind = {}, {}
    for lang in LANGS:
        side = stages.of_language(prepared, lang)
        stands = near_duplicates.groups([p.document for p in side], 3)
        sides[lang] = [p for p in side if p.document.doc_id not in stands]
        listed = {p.document.doc_id: p.document for p in side}
        behind[lang] = {}
        for one, first in sorted(stands.items()):
            behind[lang][first] = (*behind[lang].get(first, ()), listed[one])
    pairs = linked(sides["vi"], sides["en"])
    dates = {(p.document.lang, p.document.doc_id): p.document.date for p in prepared}
    pairs += repeats.repeated_pairs(pairs, repeats.Repeats(behind["vi"], behind["en"], dates))
    cells = [document_row(pair, 0) for pair in sorted(pairs, key=linking.order_of_pairs)]
    return [dict(zip(DOCUMENT_COLUMNS, row, strict=True)) | {"units": "0"} for row in cells]


def linked(vi, en):
    """All pairs that are shown, each with its evidence."""
    matcher = Matcher([p.item for p in vi], [p.item for p in en], 3)
    config = BuildConfig()
    matches = matcher.matches()
    listed = [m for m in matches if m.score >= linking.least_score(config)]
    listings = []
    for m in listed:
        one, other = vi[m.vi], en[m.en]
        found = stages.look(one, other)
        told = evidence.shared(one, other, found, m.bimax, matcher.collection)
        documents = one.document, other.document
        ids, days = [d.doc_id for d in documents], [d.date for d in documents]
        listings.append(linking.Listing(m.vi, m.en, *ids, *days, m.score, found, told))
    others = [(m.vi, m.en, m.score) for m in matches if m.score < linking.least_score(config)]
    names = lambda x, y: (vi[x].document.doc_id, en[y].document.doc_id)  # noqa: E731
    return [p for p in linking.link(listings, others, names, config) if linking.is_listed(p, config)]


def rows(path):
    return [row | {"units": "0"} for _, row in tsv.read_table(path)]


@pytest.mark.parametrize(("shard", "jobs"), [(10_000, 1), (40, 1), (1, 2)])
def test_shards_and_jobs_make_no_difference(made, whole, tmp_path, monkeypatch, shard, jobs):
    monkeypatch.setattr(calendar, "SHARD", shard)
    found = match([made / "docs"], tmp_path / "pairs.tsv", BuildConfig(jobs=jobs))
    assert rows(tmp_path / "pairs.tsv") == whole
    assert found.documents == {"en": sum(found.documents.values()) - found.documents["vi"], "vi": found.documents["vi"]}
    assert sum(found.documents.values()) == 186
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.tsv"]


def test_what_is_usual_around_a_day_does_not_depend_on_shards(made, whole, tmp_path, monkeypatch):
    """With statistics of some days each, which differ from those of the whole."""
    monkeypatch.setattr(calendar, "PERIOD", 2)
    monkeypatch.setattr(calendar, "_REPRESENTATIVE", 50)
    tables = []
    for shard in (10_000, 1):
        monkeypatch.setattr(calendar, "SHARD", shard)
        match([made / "docs"], tmp_path / f"{shard}.tsv")
        tables.append(rows(tmp_path / f"{shard}.tsv"))
    assert tables[0] == tables[1]
    assert tables[0] != whole
    found = [{(row["vi_doc"], row["en_doc"], row["class"]) for row in table} for table in (tables[0], whole)]
    assert found[0] == found[1]


def test_made_pairs_are_found_and_no_others(made, whole):
    gold = {(row["vi_doc"], row["en_doc"]) for _, row in tsv.read_table(made / "gold.tsv")}
    found = {(row["vi_doc"], row["en_doc"]) for row in whole if row["class"] != "related"}
    assert len(gold) > 40
    assert {pair for pair in found if "-again" not in f"{pair}"} == gold
    again = [row["evidence"] for row in whole if "-again" in row["vi_doc"] + row["en_doc"]]
    assert again
    assert all("near-duplicate of" in text for text in again)
    assert any(row["days_apart"] == "" for row in whole)  # undated ones among them
    assert not any("chúng tôi" in row["evidence"] for row in whole)


def test_the_script_makes_the_same_news_again(made, tmp_path):
    made_news.write(tmp_path, 180, per_day=20, seed=8)
    assert (tmp_path / "gold.tsv").read_bytes() == (made / "gold.tsv").read_bytes()


def test_ids_given_twice_count_once(tmp_path, monkeypatch):
    """The second document of an id is rejected, and its lines are not counted."""
    monkeypatch.setattr(gather, "_BATCH_FILES", 1)
    text = {
        "vi": "Hội đồng họp và nhất trí sửa cây cầu cũ bên sông.",
        "en": "The council agreed to repair the old bridge.",
    }
    for name in ("a", "b"):
        lines = [f'{{"id": "{lang}", "lang": "{lang}", "text": "{text[lang]}"}}\n' for lang in ("vi", "en")]
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    found = match([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path / "pairs.tsv")
    assert found.documents == {"en": 1, "vi": 1}
    assert found.rejected == 2


def test_one_language_alone_gives_a_table_without_rows(tmp_path):
    (tmp_path / "a.txt").write_text("The council met on Monday and agreed to repair the old bridge.\n", "utf-8")
    found = match([tmp_path / "a.txt"], tmp_path / "pairs.tsv")
    assert (found.pairs, found.documents) == (0, {"en": 1})
    assert rows(tmp_path / "pairs.tsv") == []


def test_nothing_is_left_behind_when_it_fails(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("The council met on Monday and agreed to repair the old bridge.\n", "utf-8")
    with pytest.raises(InputError):
        match([tmp_path / "missing"], tmp_path / "pairs.tsv")
    monkeypatch.setattr(matches.formats, "write_table", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        match([tmp_path / "a.txt"], tmp_path / "pairs.tsv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_guessed_day_parts_what_is_doubtful_and_excludes_nothing():
    def one(doc_id, day, estimate=None, own=0):
        rows = np.zeros((2, 8), dtype=np.float32)
        rows[[0, 1], [0, 1]] = 0.4 if own else 1.0
        rows[[0, 1], [own, own + 1]] = 0.6**0.5 if own else 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return MatchItem(doc_id, day, rows, frozenset(), frozenset(), estimate)

    en = [one("near", DAY, own=2), one("far", DAY + timedelta(days=60), own=4)]
    plain = {m.en: m.score for m in matching.match([one("v", None)], en, 3)}
    guessed = {m.en: m.score for m in matching.match([one("v", None, DAY - timedelta(days=5))], en, 3)}
    odds = [matching.log_odds(guessed[k]) - matching.log_odds(plain[k]) for k in (0, 1)]
    assert odds == pytest.approx([0.0, -2.0])


def test_documents_near_a_guessed_day_are_candidates_whatever_the_rest():
    """Of a hundred English articles those near the guessed day are looked at even if a dozen others are more alike."""
    rng = random.Random(3)
    same = np.eye(40, dtype=np.float32)[0]

    def one(doc_id, day, axis, estimate=None):
        rows = np.stack([same + 0.9 * np.eye(40, dtype=np.float32)[axis]])
        return MatchItem(doc_id, day, rows / np.linalg.norm(rows), frozenset(), frozenset(), estimate)

    others = [one(f"e{k:02}", DAY + timedelta(days=100 + rng.randrange(300)), 1) for k in range(30)]
    wanted = one("wanted", DAY + timedelta(days=6), 2)
    for estimate, found in ((None, False), (DAY, True)):
        vi = [one("v", None, 1, estimate)] + [one(f"w{k}", DAY + timedelta(days=900), 5 + k) for k in range(20)]
        matcher = Matcher(vi, [*others, wanted], 3)
        mine = {y for x, y in matcher.pairs.tolist() if x == 0}
        # From the other side all articles look at the few undated ones: leave that direction out.
        from_vi = numbers_of(match_neighbors(matcher))[0].tolist()
        assert (30 in from_vi) == found
        assert 30 in mine


def match_neighbors(matcher):
    from align.matching.matcher import neighbors

    return neighbors(matcher.vi, matcher.en, matcher._vectors, 3)[0]


HOSTILE = {
    "deep.html": b"<div>" * 20_000 + b"text",
    "bomb.txt.gz": gzip.compress(b"x" * 30_000_000),
    "cut.jsonl.gz": gzip.compress(b'{"text": "The council met."}\n' * 99)[:-9],
    "line.jsonl": b'{"text": "' + b"x" * 25_000_000,
    "nul.txt": b"\0" * 5000,
    "broken.parquet": b"PAR1" + b"\0" * 99 + b"PAR1",
    "wrong.csv": b'id,text\n"',
    "binary.tsv": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("jobs", [1, 2])
def test_hostile_files_cost_themselves_alone(made, tmp_path, monkeypatch, jobs):
    monkeypatch.setattr(gather, "_BATCH_FILES", 3)
    folder = tmp_path / "news"
    folder.mkdir()
    for name, content in HOSTILE.items():
        (folder / name).write_bytes(content)
    day = made / "docs" / "2025-01-07.jsonl"
    (folder / day.name).write_bytes(day.read_bytes())
    found = match([folder], tmp_path / "pairs.tsv", BuildConfig(jobs=jobs))
    assert sum(found.documents.values()) == 20
    assert found.rejected >= len(HOSTILE)
    assert found.pairs >= 2
