"""Builds in shards: what is finished stays finished, through kills, faults, new articles, engines and workers."""

import hashlib
import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import kill_runs
import made_news
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import pipeline
from align.config import BuildConfig
from align.errors import ConfigError, OutputError, ShardError
from align.pipeline import calendar, fingerprint, telling
from align.pipeline.calendar import PERIOD, UNDATED_SHARD, days_of_a_shard, halo, period_of, shard_of, surroundings
from align.pipeline.engines import engine, share
from align.pipeline.run import Run
from align.pipeline.shards import aligned, ready
from align.pipeline.shards.columns import document_of, row_of, schema, table
from align.pipeline.store import FOLDER, Store
from align.pipeline.tasks import each
from align.types import Document, Furniture

SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "sample"
MONDAY = date(2025, 1, 6).toordinal()


# Calendar


@given(st.integers(0, 10**6), st.integers(1, 4000))
def test_a_shard_has_the_days_that_its_documents_need(documents, days):
    length = days_of_a_shard(documents, days)
    assert length in (1, 2, 4, 8)
    assert length == 1 or length / 2 * documents / days < calendar.SHARD
    assert length == PERIOD or length * documents / days >= calendar.SHARD


@given(st.sets(st.integers(MONDAY, MONDAY + 60), min_size=1), st.sampled_from([1, 2, 4, 8]), st.integers(0, 20))
def test_halo_by_comparing_all_days(days, length, window):
    shards = sorted({shard_of(day, length) for day in days} | {UNDATED_SHARD})
    assert halo(UNDATED_SHARD, shards, length, window) == shards
    for one in shards[1:]:
        near = halo(one, shards, length, window)
        assert UNDATED_SHARD in near
        for other in shards[1:]:
            spans = [range(shard * length, (shard + 1) * length) for shard in (one, other)]
            assert (other in near) == any(abs(a - b) <= window for a in spans[0] for b in spans[1])


def test_a_shard_lies_in_one_period():
    for length in (1, 2, 4, 8):
        for day in range(MONDAY, MONDAY + 40):
            assert period_of(shard_of(day, length), length) == day // PERIOD


def test_surroundings_by_hand():
    assert surroundings({10: 30, 11: 20, UNDATED_SHARD: 5}) == dict.fromkeys(
        (10, 11, UNDATED_SHARD), (UNDATED_SHARD, 10, 11)
    )
    many = dict.fromkeys(range(10, 20), 900) | {UNDATED_SHARD: 5}
    found = surroundings(many)
    assert found[14] == (13, 14, 15)
    assert found[10] == (10, 11, 12)  # two periods have too few documents
    assert found[UNDATED_SHARD] == (UNDATED_SHARD, *range(10, 20))
    # A document more in one period changes what is usual near it, nowhere else.
    more = surroundings(many | {19: 901})
    assert {period for period in found if 19 in more[period]} <= {17, 18, 19, UNDATED_SHARD}


# Tables


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.builds(
        Document,
        doc_id=text,
        lang=st.sampled_from(["vi", "en"]),
        text=text,
        title=st.none() | text,
        date=st.none() | st.dates(),
        url=st.none() | text,
        source=text,
        furniture=st.lists(st.builds(Furniture, text, text), max_size=3).map(tuple),
        author=st.none() | text,
        warnings=st.lists(text, max_size=2).map(tuple),
    )
)
def test_documents_come_back_from_tables(document):
    rows = table([row_of(document)], schema()).rows(named=True)
    assert document_of(rows[0]) == document


def test_half_a_surrogate_pair_costs_itself_alone():
    assert document_of(row_of(Document("a", "en", "one \ud83d two"))).text == "one ? two"


# Store and engines


@dataclass(frozen=True)
class Square:
    """Writes the square of a number; some fail."""

    key: str
    number: int
    fails: Path | None = None
    kind: ClassVar[str] = "square"

    def run(self, store):
        if self.fails and not self.fails.exists():
            self.fails.touch()
            raise ValueError("not yet")
        if self.number < 0:
            raise ValueError("no root")
        store.write_table(self.kind, self.key, pl.DataFrame({"square": [self.number**2]}))


def squares(store, numbers, **changes):
    return [Square(store.key("square", number), number, **changes) for number in numbers]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store", "salt")


def values(store, tasks):
    return [store.read("square", task.key)["square"][0] for task in tasks]


def test_tasks_run_once_and_in_order(store):
    tasks = squares(store, [3, 1, 2])
    with engine() as here:
        first = list(each(here, store, tasks))
        again = list(each(here, Store(store.folder, store.salt), tasks))
    assert [outcome.key for outcome in first] == [task.key for task in tasks]
    assert values(store, tasks) == [9, 1, 4]
    assert [outcome.reused for outcome in first + again] == [False] * 3 + [True] * 3
    assert all(outcome.memory > 10_000_000 for outcome in first)


def test_keys_depend_on_everything():
    keys = {
        Store(Path(), salt).key(kind, *parts) for salt in "ab" for kind in "xy" for parts in ([1], ["1"], [[1]], [1, 1])
    }
    assert len(keys) == 16
    assert Store(Path(), "a").key("x", (1, ("b",))) == Store(Path(), "a").key("x", [1, ["b"]])


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "marker"])
def test_a_harmed_table_is_made_again(store, harm):
    task = squares(store, [5])[0]
    with engine() as here:
        list(each(here, store, [task]))
        path = store.path("square", task.key)
        content = path.read_bytes()
        if harm == "flip":
            path.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
        elif harm == "cut":
            path.write_bytes(content[:-1])
        elif harm == "remove":
            path.unlink()
        else:
            store.path("square", task.key, ".done").write_text('{"files": 3}')
        fresh = Store(store.folder, store.salt)
        assert not fresh.is_finished("square", task.key)
        assert [outcome.reused for outcome in each(here, fresh, [task])] == [False]
        assert values(fresh, [task]) == [25]


def test_sweep_keeps_what_is_used(store):
    tasks = squares(store, [1, 2])
    with engine() as here:
        list(each(here, store, tasks))
    store.write_table("spare", "k", pl.DataFrame({"a": [1]}))
    (store.folder / "square" / "..left.7.part").touch()
    store.sweep({("square", tasks[0].key), ("spare", "k")}, spare=("spare",))
    assert sorted(path.name for path in store.folder.rglob("*") if path.is_file()) == [
        f"{tasks[0].key}.done",
        f"{tasks[0].key}.parquet",
    ]


def test_a_full_disk_ends_the_run(store, monkeypatch):
    monkeypatch.setattr(
        pl.DataFrame, "write_parquet", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with engine() as here, pytest.raises(OutputError, match="No space left"):
        list(each(here, store, squares(store, [1])))
    assert not list(store.folder.rglob("*.part"))


def test_a_task_that_fails_is_tried_again(store, tmp_path):
    tasks = squares(store, [4], fails=tmp_path / "tried")
    with engine() as here:
        assert [outcome.error for outcome in each(here, store, tasks)] == [""]
    assert values(store, tasks) == [16]


def test_a_task_that_goes_on_failing_is_set_aside(store):
    tasks = squares(store, [1, -1, 2])
    with engine() as here:
        run = Run(store, here, BuildConfig(), pipeline.silent)
        assert run.do("square", tasks) == {tasks[0].key, tasks[2].key}
        assert run.failed == [(f"square {tasks[1].key}", "ValueError: no root")]
        assert (run.stages["square"].shards, run.stages["square"].reused) == (3, 0)
        with pytest.raises(ShardError, match="no root"):
            Run(store, here, BuildConfig(), pipeline.silent, strict=True).do("square", tasks)
    log = [json.loads(line) for line in (store.folder / "log.jsonl").read_text("utf-8").splitlines()]
    assert [entry["error"] for entry in log if "error" in entry][:3] == ["", "ValueError: no root", ""]


def test_shares_do_each_others_work_when_nobody_else_does(store):
    tasks = squares(store, range(8))
    done = list(each(share(1, 3, patience=0.1), store, tasks))
    assert values(store, tasks) == [n**2 for n in range(8)]
    assert not any(outcome.error for outcome in done)


def test_unknown_engine_is_named():
    with pytest.raises(ConfigError, match="'slurm' is unknown, expected one of local, ray"), engine("slurm"):
        pass


# Builds


def files(out):
    return {p.name: p.read_bytes() for p in sorted(out.iterdir()) if p.is_file() and p.name != "report.json"}


def stages_of(out):
    return {
        name: Counter(stage) for name, stage in json.loads((out / "report.json").read_text("utf-8"))["stages"].items()
    }


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    """A month with four articles a day."""
    folder = tmp_path_factory.mktemp("news")
    made_news.write(folder, 120, per_day=4, seed=4)
    return folder / "docs"


@pytest.fixture
def small(monkeypatch):
    """Statistics of some weeks each, as of a large collection."""
    monkeypatch.setattr(calendar, "_REPRESENTATIVE", 30)
    monkeypatch.setattr(telling, "_PAIRS", 5)


def copied(news, tmp_path):
    folder = tmp_path / "news"
    shutil.copytree(news, folder)
    return folder


@pytest.mark.usefixtures("small")
def test_new_articles_change_the_days_that_they_touch(news, tmp_path):
    folder, out = copied(news, tmp_path), tmp_path / "out"
    last = max(folder.iterdir())
    held = last.read_text("utf-8")
    last.write_text("".join(held.splitlines(keepends=True)[:2]), "utf-8")
    pipeline.build([folder], out)
    last.write_text(held, "utf-8")
    pipeline.build([folder], out)
    pipeline.build([folder], tmp_path / "whole")
    assert files(out) == files(tmp_path / "whole")
    found = stages_of(out)
    for name in ("prepare", "match", "compare", "align", "score"):
        assert 0 < found[name]["reused"] < found[name]["shards"], name
    assert found["prepare"]["shards"] - found["prepare"]["reused"] <= 2  # its days, and the undated ones
    assert found["align"]["shards"] - found["align"]["reused"] <= 2


def test_the_same_again_computes_nothing(news, tmp_path):
    out = tmp_path / "out"
    pipeline.build([news], out)
    expected = files(out)
    (out / "corpus.tsv").write_text("harmed", "utf-8")
    pipeline.build([news], out)
    assert files(out) == expected
    tables = {name: stage for name, stage in stages_of(out).items() if name not in ("filter", "write", "report")}
    assert all(stage["shards"] == stage["reused"] > 0 for stage in tables.values())


def test_a_build_that_died_goes_on(news, tmp_path, monkeypatch):
    out = tmp_path / "out"
    real = aligned.AlignedTask.run
    done = []

    def dies(task, store):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(task.key)
        real(task, store)

    monkeypatch.setattr(aligned.AlignedTask, "run", dies)
    with pytest.raises(KeyboardInterrupt):
        pipeline.build([news], out)
    before = kill_runs.tables(out)
    assert before
    monkeypatch.setattr(aligned.AlignedTask, "run", real)
    pipeline.build([news], out)
    after = kill_runs.tables(out)
    assert all(after[name] == made for name, made in before.items() if "vectors" not in name)
    pipeline.build([news], tmp_path / "whole")
    assert files(out) == files(tmp_path / "whole")


def test_killed_builds_end_the_same(tmp_path):
    expected = tmp_path / "whole"
    kill_runs.finish(kill_runs.start([SAMPLE], expected, 2))
    for number, wait in enumerate((0.7, 2.2)):
        found, _, remade = kill_runs.again([SAMPLE], tmp_path / str(number), 2, wait)
        assert found == kill_runs.contents(expected)
        assert remade == 0


def test_what_a_killed_run_left_half_written_goes(tmp_path):
    out = tmp_path / "out"
    pipeline.build([SAMPLE], out, BuildConfig(formats=("tsv",)))
    (out / ".corpus.tsv.123.part").write_text("half", "utf-8")
    (out / FOLDER / "aligned" / "..x.9.part").write_text("half", "utf-8")
    (out / "report.json").unlink()
    pipeline.build([SAMPLE], out, BuildConfig(formats=("tsv",)))
    assert not [path for path in out.rglob("*") if path.name.endswith(".part")]


def test_a_card_of_a_killed_run_is_its_own(tmp_path, monkeypatch):
    out = tmp_path / "out"
    monkeypatch.setattr("align.report.write_report", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pipeline.build([SAMPLE], out, BuildConfig(formats=("tsv", "jsonl")))
    monkeypatch.undo()
    (out / "README.md").write_text("of a run that was killed", "utf-8")
    pipeline.build([SAMPLE], out, BuildConfig(formats=("tsv",)))
    assert (out / "README.md").read_text("utf-8").startswith("---")
    assert not (out / "corpus.jsonl").exists()


def broken(name):
    real = ready.segment

    def segment(document):
        if document.doc_id == name:
            raise ValueError("bad document")
        return real(document)

    return segment


def test_a_document_that_breaks_a_step_costs_itself_alone(news, tmp_path, monkeypatch):
    name = json.loads(sorted(news.iterdir())[3].read_text("utf-8").splitlines()[0])["id"]
    monkeypatch.setattr(ready, "segment", broken(name))
    result = pipeline.build([news], tmp_path / "out")
    assert result.rejected_documents == 1
    assert "bad document" in (tmp_path / "out" / "rejected_documents.tsv").read_text("utf-8")
    monkeypatch.undo()
    assert sum(result.documents.values()) == 119


def test_a_pair_that_breaks_the_aligner_costs_itself_alone(tmp_path, monkeypatch):
    real, name = aligned.stages.align_pairs, next(SAMPLE.glob("bvs-*.txt")).stem

    def align_pairs(pairs):
        if any(vi.document.doc_id == name for vi, _ in pairs):
            raise ValueError("bad pair")
        return real(pairs)

    whole = pipeline.build([SAMPLE], tmp_path / "whole")
    monkeypatch.setattr(aligned.stages, "align_pairs", align_pairs)
    result = pipeline.build([SAMPLE], tmp_path / "out")
    assert 0 < result.set_aside < 5
    assert result.pairs < whole.pairs
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert all("bad pair" in one["reason"] and name in one["what"] for one in report["set_aside"])
    shutil.rmtree(tmp_path / "out")
    with pytest.raises(ShardError, match="bad pair"):
        pipeline.build([SAMPLE], tmp_path / "out", settings=pipeline.Settings(strict=True))


def test_a_file_that_changes_during_the_run_is_rejected(news, tmp_path, monkeypatch):
    folder = copied(news, tmp_path)
    changing = sorted(folder.iterdir())[2]
    real = fingerprint.of_run

    def of_run(*arguments):
        found = real(*arguments)
        changing.write_text(changing.read_text("utf-8") * 2, "utf-8")
        return found

    monkeypatch.setattr(fingerprint, "of_run", of_run)
    result = pipeline.build([folder], tmp_path / "out")
    assert result.rejected_documents == 1
    assert f"{changing.name}\tchanged during the run" in (tmp_path / "out" / "rejected_documents.tsv").read_text(
        "utf-8"
    )


def test_inputs_of_a_report_are_files_or_folders(monkeypatch):
    hashes = {"a/1": "x", "a/2": "y", "b/c/3": "z"}
    assert fingerprint.listed(hashes) == hashes
    monkeypatch.setattr(fingerprint, "_LISTED", 2)
    found = fingerprint.listed(hashes)
    assert list(found) == ["a/", "b/c/"]
    assert found["b/c/"] == hashlib.sha256(b"b/c/3\0z\n").hexdigest()
    assert fingerprint.listed(hashes | {"a/2": "other"})["a/"] != found["a/"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of files")
def test_shares_of_a_cluster_and_then_a_build(align, news, tmp_path):
    for number in (1, 0):
        code, printed, error = align(
            "shard", "run", number, news, "--of", 2, "--out", tmp_path / "out", "--patience", 0.1
        )
        assert (code, error) == (0, "")
        assert "tables made here" in printed
    assert align("build", news, "--out", tmp_path / "out")[0] == 0
    tables = {name: stage for name, stage in stages_of(tmp_path / "out").items() if stage["shards"]}
    assert all(stage["shards"] == stage["reused"] for stage in tables.values())
    pipeline.build([news], tmp_path / "whole")
    assert files(tmp_path / "out") == files(tmp_path / "whole")
    code, _, error = align("shard", "run", 2, news, "--of", 2, "--out", tmp_path / "out")
    assert code == 2
    assert "numbered from 0 to 1" in error


def test_ray_gives_the_same_bytes(news, tmp_path):
    pytest.importorskip("ray")
    pipeline.build([news], tmp_path / "local", BuildConfig(jobs=2))
    pipeline.build([news], tmp_path / "ray", BuildConfig(jobs=2), pipeline.Settings(engine="ray"))
    assert files(tmp_path / "ray") == files(tmp_path / "local")


def test_ray_is_asked_for_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(ConfigError, match=r"pip install 'align-vien\[ray\]'"), engine("ray"):
        pass
