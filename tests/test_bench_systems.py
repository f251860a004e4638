"""Live systems that work, die, hang, and print too much or too little; nothing that came is lost."""

import json
import re
import shlex
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from align.bench import systems
from align.errors import TranslationError

SOURCE = [f"Câu số {k}" for k in range(20)]
UPPER = "import sys\nfor line in sys.stdin:\n    print(line.strip().upper(), flush=True)\n"
AT_THE_END = "import sys\nprint(''.join(line.upper() for line in sys.stdin), end='')\n"
DIES_ONCE = """import pathlib, sys
mark = pathlib.Path(sys.argv[1])
for k, line in enumerate(sys.stdin):
    if k == 7 and not mark.exists():
        mark.touch()
        sys.exit("out of memory")
    print(line.strip().upper(), flush=True)
"""
DIES = "import sys\nfor k, line in zip(range(5), sys.stdin):\n    print(line.strip(), flush=True)\nsys.exit('no GPU')\n"
HANGS = """import sys, time
for k, line in enumerate(sys.stdin):
    if k == 3:
        time.sleep(60)
    print(line.strip(), flush=True)
"""
TOO_FEW = "import sys\nlines = list(sys.stdin)\nprint(''.join(lines[:-2]), end='')\n"
TOO_MANY = "import sys\nfor line in sys.stdin:\n    print(line.strip())\n    print('and more')\n"
DEAF = "for k in range(20):\n    print(k)\n"
NOT_UTF8 = "import sys\nfor line in sys.stdin:\n    sys.stdout.buffer.write(b'caf\\xe9\\n')\n"
NO_LAST_END = "import sys\nprint(sys.stdin.read().strip().upper(), end='')\n"
CHILD = """import subprocess, sys
subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])
"""


@pytest.fixture
def live(tmp_path):
    """Translate SOURCE with a program; counts how often the program was started."""
    starts = []

    def run(program, *arguments, source=SOURCE, name="mine", **limits):
        path = tmp_path / "program.py"
        path.write_text(program, encoding="utf-8")
        command = shlex.join([sys.executable, "-X", "utf8", str(path), *map(str, arguments)])
        kept = systems.Kept(tmp_path / "outputs", name, command, source)
        return systems.translate(kept, source, systems.Limits(**{"timeout": 20, **limits}), starts.append)

    run.kept = tmp_path / "outputs"
    return run


@pytest.mark.parametrize("program", [UPPER, AT_THE_END, NO_LAST_END])
def test_lines_stand_beside_their_sources(live, program):
    output = live(program)
    assert output.lines == tuple(line.upper() for line in SOURCE)
    assert output.speed.segments == 20
    assert output.speed.per_second > 0


def test_what_came_is_reused_until_the_command_or_the_source_changes(live):
    live(UPPER)
    program = live.kept.parent / "program.py"
    again = live("raise SystemExit('started again')")  # the command is the same; its file is not looked at
    assert again.lines == tuple(line.upper() for line in SOURCE)
    assert again.origin.endswith("(kept from an earlier run)")
    assert program.read_text("utf-8").startswith("raise")
    with pytest.raises(TranslationError, match="started again"):
        live("raise SystemExit('started again')", fresh=True, retries=0)
    other = live(UPPER, source=[*SOURCE[:-1], "khác"])
    assert other.lines[-1] == "KHÁC"


def test_a_dead_process_is_started_again_where_it_stopped(live, tmp_path):
    output = live(DIES_ONCE, tmp_path / "mark")
    assert output.lines == tuple(line.upper() for line in SOURCE)
    assert output.speed.attempts == 2


def test_one_that_dies_every_time_keeps_what_came(live):
    with pytest.raises(TranslationError) as raised:
        live(DIES, retries=1)
    message = str(raised.value)
    assert "died: it exited with 1 after 10 lines (attempt 2)" in message
    assert "no GPU" in message
    assert "its 10 of 20 lines are kept in" in message
    assert (live.kept / "mine.partial.txt").read_text("utf-8").split("\n")[:-1] == SOURCE[:10]
    assert live(DIES, retries=1).lines == tuple(SOURCE)
    assert not (live.kept / "mine.partial.txt").exists()


def test_lines_are_kept_while_it_works(live, monkeypatch):
    monkeypatch.setattr(systems, "_KEEP", 0.0)
    there = []
    path = live.kept.parent / "program.py"
    path.write_text(UPPER, encoding="utf-8")
    kept = systems.Kept(live.kept, "mine", shlex.join([sys.executable, "-X", "utf8", str(path)]), SOURCE)

    def told(_):
        there.append(len(kept.read()[0]))

    systems.translate(kept, SOURCE, systems.Limits(timeout=20), told)
    # Each line is on the disk when the next one comes.
    assert there == [0, *range(20)]


def test_one_that_hangs_is_ended(live):
    started = time.monotonic()
    with pytest.raises(TranslationError, match=r"hangs: no line for 0.5 s .*its 3 of 20 lines are kept"):
        live(HANGS, timeout=0.5, retries=0)
    assert time.monotonic() - started < 10


def test_its_children_are_ended_as_well(live):
    started = time.monotonic()
    with pytest.raises(TranslationError, match="hangs"):
        live(CHILD, timeout=0.5, retries=0)
    assert time.monotonic() - started < 10


def test_too_few_lines_are_an_error_at_once(live):
    with pytest.raises(TranslationError, match=r"too few lines: 18 for 20, and ended without an error"):
        live(TOO_FEW)
    assert len((live.kept / "mine.rejected.txt").read_text("utf-8").split("\n")) == 19
    assert not (live.kept / "mine.txt").exists()


def test_too_many_lines_are_an_error(live):
    with pytest.raises(TranslationError, match="printed more than 20 lines"):
        live(TOO_MANY)
    assert not (live.kept / "mine.txt").exists()


def test_one_that_does_not_read_and_one_that_is_not_there(live):
    assert live(DEAF).lines == tuple(map(str, range(20)))
    kept = systems.Kept(live.kept, "gone", "no-such-program-at-all", SOURCE)
    with pytest.raises(TranslationError, match=r"exited with 127 after 0 lines.*no-such-program-at-all"):
        systems.translate(kept, SOURCE, systems.Limits(timeout=20, retries=0), lambda _: None)


def test_bytes_that_are_no_text_do_not_end_the_run(live):
    assert live(NOT_UTF8).lines == ("caf\ufffd",) * 20


def test_a_damaged_card_is_no_card(live):
    live(UPPER)
    (live.kept / "mine.json").write_text("{", encoding="utf-8")
    assert live(UPPER).speed.attempts == 1
    (live.kept / "mine.json").write_text("[]", encoding="utf-8")
    assert len(live(UPPER).lines) == 20


def test_names_that_look_alike_have_files_of_their_own(tmp_path):
    names = ["a b", "a_b", "a:b"]
    paths = {systems.Kept(tmp_path, name, "cat", []).whole for name in names}
    assert len(paths) == 3
    assert all(path.parent == tmp_path for path in paths)


def test_the_report_holds_the_others_where_one_system_fails(align, tmp_path):
    corpus = Path(__file__).resolve().parents[1] / "corpus" / "bench"
    code, printed, error = align(
        "bench", "--ref", corpus / "test.en", "--src", corpus / "test.vi", "--out", tmp_path / "out",
        "--samples", "100", "--system", "copied=cat", "--system", "dead=exit 3", "--retries", "0",
        "--cost", "copied=3.60",
    )  # fmt: skip
    assert code == 1
    assert "--system dead: died: it exited with 3" in error
    assert "the report holds the other 1 systems" in error
    assert "copied" in printed
    report = json.loads((tmp_path / "out" / "bench.json").read_text("utf-8"))
    assert report["ranking"] == ["copied"]
    assert set(report["failures"]) == {"dead"}
    speed = report["systems"]["copied"]["speed"]
    assert speed["cost_per_1000"] == pytest.approx(3.6 * speed["seconds"] / 3600 / 34 * 1000, rel=0.2)
    assert "is not in this report" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_nothing_is_written_where_every_system_fails(align, tmp_path):
    corpus = Path(__file__).resolve().parents[1] / "corpus" / "bench"
    code, _, error = align("bench", "--ref", corpus / "test.en", "--src", corpus / "test.vi", "--out", tmp_path / "out",
                           "--system", "dead=exit 3", "--retries", "0")  # fmt: skip
    assert code == 1
    assert error.count("\n") == 1
    assert not (tmp_path / "out" / "report.html").exists()


def recipes():
    page = (Path(__file__).resolve().parents[1] / "docs" / "bench.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    return [block for block in blocks if "sys.stdin" in block]


def test_recipes_of_the_documentation_compile():
    assert len(recipes()) == 3
    for block in recipes():
        compile(block, "docs/bench.md", "exec")


class Endpoint(BaseHTTPRequestHandler):
    """Answers as an OpenAI-compatible server does, with the text in capitals on two lines."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions"
        assert self.headers["Authorization"] == "Bearer secret"
        text = body["messages"][1]["content"].upper().replace(" ", "\n", 1)
        answer = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def test_the_recipe_of_an_endpoint_translates(live, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "secret")
        monkeypatch.setenv("OPENAI_MODEL", "any")
        output = live(recipes()[2])
        server.shutdown()
    assert output.lines == tuple(line.upper() for line in SOURCE)
