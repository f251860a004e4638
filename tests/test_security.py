"""What docs/security.md promises and no other test holds; and that the page names tests that are there."""

from __future__ import annotations

import ast
import http.client
import json
import re
import shutil
import socket
import sqlite3
import threading
import time
from functools import cache
from pathlib import Path

import pytest
import uvicorn

from align import pipeline, termbase
from align.config import BuildConfig
from align.documents import read
from align.glossary.types import Context, Entry
from align.review import FILE, Decision, Desk, Store
from align.review.app import Office, make_app
from align.review.glossary import Terms
from align.review.store import Place

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security.md"
MODULES = sorted((ROOT / "align").rglob("*.py"))
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE.read_text("utf-8"))))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_page_names_tests_that_are_there(file, test):
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_row_of_bounds_stands_in_the_code():
    """A bound of the table is named with its module: the name is there and has the value that the page says."""
    rows = re.findall(r"^\|[^|]+\| ([\d,]+) ?[^|]*\| `([\w/]+\.py)` `(\w+)`", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 15
    for value, module, name in rows:
        space = {}
        for node in ast.parse((ROOT / "align" / module).read_text("utf-8")).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
                space[name] = eval(compile(ast.Expression(node.value), module, "eval"), {})
        assert space, f"{module}: no {name}"
        assert int(value.replace(",", "")) in (space[name], space[name] >> 20, space[name] >> 30, space[name] / 1e6), (
            name
        )


# ---- code that runs what it reads ----


@cache
def every_call():
    """Calls in the package: (name, module, call)."""
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found.append((called, str(path.relative_to(ROOT / "align")), node))
    return found


def calls(name):
    """Calls of functions of this name: (module, call)."""
    return [(module, call) for called, module, call in every_call() if called == name]


def test_nothing_that_is_read_is_run():
    for name in ("eval", "exec", "system", "popen", "literal_eval", "import_module", "__import__"):
        assert calls(name) == [], name
    shells = [module for name in ("Popen", "run", "call", "check_output") for module, call in calls(name)
              if any(word.arg == "shell" for word in call.keywords)]  # fmt: skip
    assert shells == ["bench/systems.py"]
    for path in MODULES:
        text = path.read_text("utf-8")
        assert "trust_remote_code" not in text
        assert "allow_pickle=True" not in text
        assert not re.search(r"^\s*(?:import|from) (?:yaml|marshal|shelve|dill|joblib|pickle)\b", text, re.MULTILINE), (
            path
        )


def test_arrays_of_an_encoder_are_read_without_objects():
    for module, call in calls("load"):
        if module.startswith("encoders/") and isinstance(call.func, ast.Attribute) and call.func.value.id == "np":
            assert [word.value.value for word in call.keywords if word.arg == "allow_pickle"] == [False], module


def test_a_build_asks_no_network(tmp_path, monkeypatch):
    asked = []

    def refused(*arguments, **_):
        asked.append(arguments)
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    source = tmp_path / "in"
    shutil.copytree(ROOT / "corpus" / "sample", source)
    page = (
        "<html><head><link rel=canonical href='https://example.org/a'><base href='https://example.org/'></head><body>"
    )
    image = "<img src='https://example.org/a.png'><article><p>The council met on Monday and agreed to repair it.</p>"
    (source / "page.html").write_text(f"{page}{image * 3}", encoding="utf-8")
    assert list(read([source]))
    pipeline.build([source], tmp_path / "out", BuildConfig())
    assert asked == []


# ---- pages ----

ATTACK = "</script><script>alert(1)</script><!--<script>"


def test_the_data_of_a_glossary_page_cannot_leave_its_element(tmp_path):
    context = Context("u1", ATTACK, ATTACK, (0, 2), (0, 2), ATTACK, ATTACK, "2024-11-21")
    entry = Entry(
        vi=ATTACK, en=ATTACK, kind="topic", score=0.9, tier="sure", frequency=3, documents=2, acronym=ATTACK,
        variants_vi=(ATTACK,), variants_en=(), contexts=(context,), first_seen="", last_seen="", reasons=(ATTACK,),
        status="", note=ATTACK,
    )  # fmt: skip
    termbase.write(tmp_path, [entry], ATTACK)
    text = (tmp_path / "glossary.html").read_text("utf-8")
    assert "<script>alert" not in text
    assert text.count("</script>") == len(re.findall(r"<script[ >]", text)) == 2  # the data, and the page's own script
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert ATTACK in json.dumps(data)


# ---- the review server ----


@pytest.fixture
def server(tmp_path, sample_run):
    """A server of the sample's run: its port and its log."""
    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    store = Store(run / FILE)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    port = listener.getsockname()[1]
    office = Office(Desk(run, store), Terms({}), "secret", frozenset({f"127.0.0.1:{port}"}))
    running = uvicorn.Server(uvicorn.Config(make_app(office), log_level="critical"))
    thread = threading.Thread(target=running.run, args=([listener],))
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield port, office
    running.should_exit = True
    thread.join()
    store.close()
    listener.close()


def test_each_start_has_a_token_of_its_own_on_this_machine_alone(align, tmp_path, sample_run, monkeypatch):
    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    bound, tokens = [], []
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: bound.extend(s.getsockname()[0] for s in sockets))
    for _ in range(2):
        code, printed, _ = align("review", run)
        assert code == 0
        tokens.append(re.search(r"http://127[.]0[.]0[.]1:[0-9]+/([\w-]+)/", printed)[1])
    assert bound == ["127.0.0.1"] * 2
    assert tokens[0] != tokens[1]
    assert min(map(len, tokens)) >= 22  # 128 bits, six to a letter
    for host in ("0.0.0.0", "192.168.1.1", "::", "example.org"):
        code, _, error = align("review", run, "--host", host)
        assert (code, "expected a loopback address" in error) == (1, True)


def ask(port, method, path, body=None, **headers):
    """Status, headers, text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read().decode()
    connection.close()
    return found


def test_answers_are_kept_by_nobody_and_shown_in_no_frame(server):
    port, _ = server
    for path in ("/secret/", "/secret/queue", "/secret/unit/nowhere"):
        _, headers, _ = ask(port, "GET", path)
        headers = {name.lower(): value for name, value in headers.items()}
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-security-policy"] == "frame-ancestors 'none'"
        assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "path",
    ["/secret/../../etc/passwd", "/secret/unit/..%2f..%2fetc%2fpasswd", "/secret/%2e%2e/report.json",
     "/secret/review.sqlite", "/secret/unit/%00", "/secret/unit/a%0d%0aX-Bad:%201", "//secret/", "/secret//"],
)  # fmt: skip
def test_no_address_leads_to_a_file(server, path):
    status, headers, text = ask(server[0], "GET", path)
    assert status in (400, 404)
    assert "root:" not in text
    assert "X-Bad" not in headers


def test_pages_of_other_sites_get_and_change_nothing(server):
    port, office = server
    unit = office.desk.queue("doubt")[0].id
    body = json.dumps({"unit": unit, "kind": "accept", "reviewer": "An"})
    # A name that has been pointed to this machine, another port, a page of another site, and a form without a script.
    for headers in (
        {"Host": f"evil.example:{port}", "Content_Type": "application/json"},
        {"Host": "127.0.0.1", "Content_Type": "application/json"},
        {"Origin": "http://evil.example", "Content_Type": "application/json"},
        {"Origin": "null", "Content_Type": "application/json"},
        {"Origin": f"http://127.0.0.1:{port + 1}", "Content_Type": "application/json"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "multipart/form-data"},
        {},
    ):
        assert ask(port, "POST", "/secret/decide", body, **headers)[0] in (400, 403), headers
    assert ask(port, "GET", "/secret/decide")[0] == 405
    assert list(office.desk.store.decisions()) == []


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 20_000, b"9" * 10_000, b"\xff\xfe", b"[]", b"", b"null"])
def test_bodies_that_are_no_decision_are_refused(server, body):
    status, _, text = ask(server[0], "POST", "/secret/decide", body, Content_Type="application/json")
    assert status == 400
    assert json.loads(text)["error"]


def test_a_decision_that_cannot_be_written_is_told_and_not_kept(server):
    port, office = server
    unit = office.desk.queue("doubt")[0].id
    (pages,) = office.desk.store._base.execute("PRAGMA page_count").fetchone()
    office.desk.store._base.execute(f"PRAGMA max_page_count = {pages}")  # as on a full disk
    comment = "x" * 15_000
    body = json.dumps({"unit": unit, "kind": "reject", "reviewer": "An", "comment": comment})
    status, _, text = ask(port, "POST", "/secret/decide", body, Content_Type="application/json")
    assert (status, "cannot be written (database or disk is full)" in text) == (400, True)
    assert list(office.desk.store.decisions()) == []
    assert office.desk.state(unit) != "reject"


def test_names_and_texts_are_values_and_no_statements(tmp_path):
    store = Store(tmp_path / FILE)
    bad = "x'); DROP TABLE decisions; --"
    store.add(Decision("u", "accept", bad, bad, bad, bad, bad, bad, Place(bad, bad, (0,), (0,))))
    assert store.undo("' OR 1=1 --") is None
    assert [decision.reviewer for decision in store.decisions()] == [bad]
    store.close()


def test_a_log_with_rows_that_are_no_decisions_is_named(tmp_path, align, sample_run):
    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    Store(run / FILE).close()
    for values in (("burn", "[]"), ("accept", "[1]"), ("bind", '["a","b",[],[0]]'), ("accept", "[" * 100_000)):
        base = sqlite3.connect(run / FILE)
        base.execute("DELETE FROM decisions")
        base.execute("INSERT INTO decisions VALUES (1,'t','An','u',?,'a','b','a','b','',?,NULL)", values)
        base.commit()
        base.close()
        code, _, error = align("export", run, "--out", tmp_path / "out")
        assert (code, "damaged as the log of a review" in error, error.count("\n")) == (1, True, 1), values
