"""Review: decisions last, undo takes back, units are regrouped, exports apply it all, and no other site gets in."""

import http.client
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from align.errors import FormatError, InputError
from align.formats import tmx_reader, tsv
from align.review import FILE, Decision, Desk, Store, reviewed_units
from align.review.app import Office, make_app
from align.review.glossary import Terms, read_terms, term_id
from align.review.recalibrate import recalibrate
from align.review.store import Place

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def run(tmp_path, sample_run):
    """A copy of the sample's run, to be reviewed."""
    folder = tmp_path / "run"
    shutil.copytree(sample_run, folder)
    return folder


@pytest.fixture
def desk(run):
    store = Store(run / FILE, clock=lambda: "2025-05-01T08:00:00+00:00")
    yield Desk(run, store)
    store.close()


def verdict(desk, item, kind, reviewer="An", **changes):
    vi, en = desk.text(item)
    texts = {"vi": vi, "en": en, "comment": ""} | changes
    return Decision(item.id, kind, reviewer, vi, en, texts["vi"], texts["en"], texts["comment"], desk.place(item))


# ---- the log ----


def test_what_was_answered_survives_a_kill(tmp_path):
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from align.review.store import Decision, Place, Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for k in range(10):\n"
        "    place = Place('a', 'b', (k,), (k,))\n"
        "    store.add(Decision(f'u{k}', 'accept', 'An', 'x', 'y', 'x', 'y', '', place))\n"
        "    print(k, flush=True)\n"
        "time.sleep(60)\n"
    )
    path = tmp_path / FILE
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, cwd=ROOT) as process:
        lines = [process.stdout.readline() for _ in range(10)]
        process.send_signal(signal.SIGKILL)
    assert lines[-1] == b"9\n"
    kept = list(Store(path).decisions())
    assert [d.unit for d in kept] == [f"u{k}" for k in range(10)]
    assert kept[3].place == Place("a", "b", (3,), (3,))
    assert kept[3].at.endswith("+00:00")


def test_undo_is_of_ones_own_last_decision_and_deletes_nothing(tmp_path):
    store = Store(tmp_path / FILE)
    place = Place("a", "b", (0,), (0,))
    for unit, reviewer in (("u1", "An"), ("u2", "Bình"), ("u3", "An")):
        store.add(Decision(unit, "reject", reviewer, "x", "y", "x", "y", "", place))
    assert store.undo("An").unit == "u3"
    assert store.undo("An").unit == "u1"
    assert store.undo("An") is None
    assert [d.unit for d in store.decisions()] == ["u2"]
    rows = store._base.execute("SELECT count(*), count(undone_at) FROM decisions").fetchone()
    assert rows == (3, 2)


def test_a_file_that_is_no_log_is_named(tmp_path):
    (tmp_path / FILE).write_bytes(b"this is no database, and long enough to be looked at as one" * 20)
    with pytest.raises(InputError, match="not usable as the log of a review"):
        Store(tmp_path / FILE)


# ---- the desk ----


def total(desk):
    """Units that the build kept or left out of its corpus."""
    return sum(len((desk.folder / name).read_text("utf-8").splitlines()) - 1 for name in ("corpus.tsv", "rejected.tsv"))


def test_the_queue_starts_with_what_is_nearest_to_the_threshold(desk):
    queue = desk.queue("doubt")
    distances = [abs(item.quality - 0.5) for item in queue]
    assert distances == sorted(distances)
    assert len(queue) == len(desk.items) == total(desk)
    first = queue[0]
    desk.decide(verdict(desk, first, "accept"))
    assert first not in desk.queue("doubt")
    assert first in desk.queue("doubt", everything=True)
    assert desk.progress() == (1, total(desk))
    places = [(item.pair, item.vi) for item in desk.queue("place", everything=True)]
    assert places == sorted(places)


def test_the_last_verdict_counts_and_undo_brings_the_one_before(desk):
    item = desk.queue("doubt")[0]
    desk.decide(verdict(desk, item, "accept", "An"))
    desk.decide(verdict(desk, item, "reject", "Bình"))
    assert desk.state(item.id) == "reject"
    assert desk.undo("Bình").kind == "reject"
    assert desk.state(item.id) == "accept"
    desk.decide(verdict(desk, item, "comment", comment="nghi ngờ"))
    assert desk.state(item.id) == "accept"
    assert [c.comment for c in desk.comments[item.id]] == ["nghi ngờ"]


def test_a_merge_replaces_the_units_that_share_a_segment_and_can_be_undone(desk):
    one = next(item for item in desk.queue("place") if len(item.vi) == len(item.en) == 1)
    other = next(item for item in desk.queue("place") if item.pair == one.pair and item.id != one.id)
    made = desk.bind(one.pair, (*one.vi, *other.vi), (*one.en, *other.en), "An")
    assert desk.state(one.id) == desk.state(other.id) == "replaced"
    assert desk.state(made.unit) == "bind"
    exported = {unit.id: unit for unit in reviewed_units(desk)}
    assert one.id not in exported
    assert other.id not in exported
    assert exported[made.unit].vi_segments == tuple(sorted((*one.vi, *other.vi)))
    assert "regrouped" in exported[made.unit].flags
    desk.undo("An")
    assert desk.state(one.id) == ""
    assert made.unit not in desk.items
    assert desk.progress() == (0, total(desk))


def test_a_split_leaves_the_other_segments_free(desk):
    item = next(item for item in desk.queue("place") if len(item.vi) == 2)
    desk.bind(item.pair, item.vi[:1], item.en, "An")
    assert desk.state(item.id) == "replaced"
    covered = {k for unit in reviewed_units(desk) if unit.vi_doc == desk.place(item).vi_doc for k in unit.vi_segments
               if unit.en_doc == desk.place(item).en_doc}  # fmt: skip
    assert item.vi[0] in covered
    assert item.vi[1] not in covered


@pytest.mark.parametrize(("vi", "en"), [((), (0,)), ((0,), ()), ((0,), (9999,)), ((-1,), (0,))])
def test_a_unit_of_segments_that_are_not_there_is_refused(desk, vi, en):
    with pytest.raises(InputError, match="at least one segment of each article"):
        desk.bind(desk.queue("place")[0].pair, vi, en, "An")
    assert desk.progress()[0] == 0


def test_decisions_outlive_a_rebuild(desk, run):
    """The second build knows one unit under another id, and has lost another one's document pair."""
    renamed, gone = desk.queue("place")[0], desk.queue("place")[-1]
    desk.decide(verdict(desk, renamed, "reject"))
    desk.decide(verdict(desk, gone, "accept"))
    lines = (
        (run / "alignments.jsonl").read_text("utf-8").replace(renamed.id, "0123456789abcdef").splitlines(keepends=True)
    )
    del lines[gone.pair]
    (run / "alignments.jsonl").write_text("".join(lines), encoding="utf-8")
    again = Desk(run, desk.store)
    assert again.state("0123456789abcdef") == "reject"
    assert [decision.unit for decision in again.lost] == [gone.id]
    (run / "alignments.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"alignments\.jsonl:1: no document pair"):
        Desk(run, desk.store)


# ---- export ----


def test_without_decisions_the_export_is_the_corpus(desk, run):
    assert list(reviewed_units(desk)) == list(tsv.read(run / "corpus.tsv"))


def test_export_applies_every_kind_of_decision(align, desk, run, tmp_path):
    low = next(item for item in desk.items.values() if item.fate == "low_quality")
    kept = [item for item in desk.queue("place") if item.fate == "kept"][:2]
    desk.decide(verdict(desk, low, "accept", "Lê An"))
    desk.decide(verdict(desk, kept[0], "reject"))
    desk.decide(verdict(desk, kept[1], "edit", vi="Câu đã sửa.", en="A mended sentence."))
    code, printed, error = align("export", run, "--format", "tmx", "--format", "tsv", "--out", tmp_path / "out")
    assert code == 0, error
    assert "3 units of the build were decided on" in printed
    units = {unit.id: unit for unit in tsv.read(tmp_path / "out" / "corpus.tsv")}
    assert kept[0].id not in units
    assert units[low.id].flags[-2:] == ("reviewed_by:Lê An", "reviewed_at:2025-05-01T08:00:00+00:00")
    assert (units[kept[1].id].vi, units[kept[1].id].en) == ("Câu đã sửa.", "A mended sentence.")
    assert units[kept[1].id].flags[0] == "edited"
    tmx = (tmp_path / "out" / "corpus.tmx").read_text("utf-8")
    assert tmx.count('<prop type="x-reviewer">Lê An</prop>') == 1
    assert tmx.count('<prop type="x-reviewed">2025-05-01T08:00:00+00:00</prop>') == 2
    assert [unit.vi for unit in tmx_reader.read(tmp_path / "out" / "corpus.tmx")] == [
        unit.vi for unit in units.values()
    ]


def test_an_export_of_a_run_that_nobody_reviewed_leaves_no_log(align, run, tmp_path):
    code, printed, error = align("export", run, "--format", "tsv", "--out", tmp_path / "out")
    assert code == 0, error
    assert f"{sum(1 for _ in tsv.read(run / 'corpus.tsv'))} corpus" in printed
    assert (tmp_path / "out" / "corpus.tsv").read_bytes() == (run / "corpus.tsv").read_bytes()
    assert not (run / FILE).exists()


def test_export_and_review_say_what_is_wrong(align, run, tmp_path):
    code, _, error = align("review", tmp_path)
    assert (code, "give the folder of a finished build" in error) == (1, True)
    code, _, error = align("export", tmp_path, "--out", tmp_path / "x")
    assert (code, "no corpus" in error) == (1, True)
    assert not (tmp_path / FILE).exists()
    code, _, error = align("export", run, "--out", run)
    assert (code, "its files are kept as built" in error) == (1, True)
    code, _, error = align("export", run, "--format", "xml", "--out", tmp_path / "x")
    assert (code, "choose from tsv" in error) == (1, True)
    code, _, error = align("review", run, "--host", "0.0.0.0")
    assert (code, "expected a loopback address" in error) == (1, True)


# ---- recalibration ----


def test_recalibration_lowers_the_error_where_quality_was_too_sure(align, desk, run):
    with pytest.raises(InputError, match="0 decisions, 0 of them accepted; expected at least 20"):
        recalibrate(desk)
    for k, item in enumerate(desk.queue("doubt")[:60]):
        desk.decide(
            verdict(desk, item, "reject" if k % 2 else "accept")
        )  # right in half of the cases, whatever it said
    found = recalibrate(desk)
    assert found.after < found.before
    assert sum(row.units for row in found.bands) == 60
    total = sum(row.units * row.after for row in found.bands)
    assert total == pytest.approx(
        30, abs=0.5
    )  # a fitted logistic regression gives the observed number of accepted ones
    code, printed, error = align("review", run, "--recalibrate")
    assert code == 0, error
    assert "mean squared error" in printed


# ---- terms ----


def test_terms_are_whole_words_with_their_verdict(run):
    (run / "glossary.tsv").write_text(
        "vi\ten\tstatus\nđường sắt\trailway\t\nđường\troad\t\nsắt\tiron\t\n", encoding="utf-8"
    )
    terms = read_terms(run)
    place = Place("", "", (), ())
    decided = {term_id("đường", "road"): Decision("", "term", "An", "", "", "", "", "rejected", place)}
    found = terms.in_unit("Dự án Đường sắt mới.", "The railways project.", decided)
    assert [(t["vi"], t["there"], t["status"]) for t in found] == [
        ("đường sắt", False, ""), ("đường", False, "rejected"), ("sắt", False, ""),
    ]  # fmt: skip
    assert terms.in_unit("Con đườngsắt", "x", {}) == []
    assert Terms({}).in_unit("đường", "road", {}) == []


# ---- the server ----


@pytest.fixture
def server(desk):
    """Address of the review page of the sample, served in a thread."""
    office = Office(desk, read_terms(desk.folder), "secret", frozenset())
    config = uvicorn.Config(make_app(office), port=0, log_level="error", access_log=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    object.__setattr__(office, "hosts", frozenset({f"127.0.0.1:{port}"}))
    yield port
    running.should_exit = True
    thread.join()


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_the_page_is_for_this_machine_and_this_token(server):
    assert ask(server, "GET", "/secret/")[0] == 200
    assert ask(server, "GET", "/Secret/")[0] == 404
    assert ask(server, "GET", "/")[0] == 404
    assert ask(server, "GET", "/secret/", Host="evil.example")[0] == 403
    assert ask(server, "GET", "/secret/queue", Origin="http://evil.example")[0] == 403
    page = ask(server, "GET", "/secret/")[1]
    assert "connect-src &#39;self&#39;" in page


def test_a_decision_is_on_the_disk_when_it_is_answered(server, desk):
    unit = json.loads(ask(server, "GET", "/secret/queue?order=doubt")[1])["rows"][0]["id"]
    body = {"unit": unit, "kind": "accept", "reviewer": "An"}
    status, text = ask(server, "POST", "/secret/decide", body)
    assert (status, json.loads(text)) == (200, {"unit": unit, "state": "accept", "done": 1, "total": total(desk)})
    other = Store(desk.folder / FILE)
    assert [d.unit for d in other.decisions()] == [unit]
    other.close()
    view = json.loads(ask(server, "GET", f"/secret/unit/{unit}")[1])
    assert view["state"] == "accept"
    assert view["decision"]["reviewer"] == "An"
    assert "".join(text for text, _ in view["pieces"]["vi"]) == view["text"]["vi"]
    status, text = ask(server, "POST", "/secret/undo", {"reviewer": "An"})
    assert json.loads(text)["done"] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "burn"}, "expected accept, reject"),
        ({"unit": "nowhere"}, "there is no unit"),
        ({"reviewer": " "}, "reviewer is empty"),
        ({"kind": "edit", "vi": "x", "en": ""}, "en is empty"),
        ({"kind": "edit", "vi": "x", "en": 7}, "en: expected text"),
        ({"kind": "bind", "vi_segments": "0", "en_segments": [0]}, "expected a list of segment indexes"),
        ({"kind": "bind", "vi_segments": [], "en_segments": [0]}, "at least one segment"),
        ({"kind": "comment"}, "the comment is empty"),
        ({"kind": "term", "vi": "a", "en": "b", "comment": "perhaps"}, "expected accepted or rejected"),
        ({"vi": "x" * 200_000}, "bytes"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_kept(server, desk, change, message):
    body = {"unit": desk.queue("doubt")[0].id, "kind": "accept", "reviewer": "An"} | change
    status, text = ask(server, "POST", "/secret/decide", body)
    assert (status, message in json.loads(text)["error"]) == (400, True)
    assert list(desk.store.decisions()) == []


def test_only_json_is_taken(server, desk):
    body = {"unit": desk.queue("doubt")[0].id, "kind": "accept", "reviewer": "An"}
    status, _ = ask(server, "POST", "/secret/decide", body, Content_Type="text/plain")
    assert status == 400
    assert list(desk.store.decisions()) == []
