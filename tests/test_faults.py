"""Full disks, unreadable inputs, inputs that change or vanish during the run: one clear line, nothing half-written.

The disk is a small tmpfs in a namespace of its own, where the system allows that, and everywhere a limit on the size of
files that the system itself enforces.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from align.documents import read, readers
from align.errors import AlignError
from align.formats import rows
from align.pipeline.store import FOLDER
from align.types import Document, RejectedDocument

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpus" / "sample"

# Runs commands one after the other on a full disk and says what each did: a process of its own, since neither a mount
# nor a limit can be taken back.
DRIVER = """
import contextlib, hashlib, io, json, os, resource, signal, subprocess, sys
from pathlib import Path
from align.cli.app import main

mode, disk, commands = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
if mode == "tmpfs":
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=True)
else:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def listed(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}

said = []
for number, (out, arguments) in enumerate(commands):
    folder = disk / str(number)
    folder.mkdir()
    for name in out:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(b"former " * 50)
    before = listed(folder)
    if mode == "tmpfs":
        with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(bytes(4096)):
                pass
        room = (disk / "filler").stat().st_size - 3 * 4096
        os.truncate(disk / "filler", room)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (9000, resource.RLIM_INFINITY))
    stdout, stderr, code = io.StringIO(), io.StringIO(), 0
    sys.argv = ["align", *(text.replace("DISK", str(folder)) for text in arguments)]
    from align.cli import console
    console.err.file, console.out.file = stderr, stdout
    try:
        main()
    except SystemExit as stop:
        code = stop.code or 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    after = listed(folder)
    said.append({"code": code, "stderr": stderr.getvalue(), "before": before, "after": after})
    with contextlib.suppress(OSError):
        os.remove(disk / "filler")
    subprocess.run(["rm", "-r", folder], check=True)
print("SAID" + json.dumps(said))
"""


def commands(run, tmp_path):
    """Label -> former files, arguments."""
    corpus = run / "corpus.tsv"
    found = {
        f"convert{ending}": ([f"x{ending}"], ["convert", str(corpus), f"DISK/x{ending}"])
        for ending in rows.WRITERS
        if ending not in (".tbx", ".vi", ".en", ".vi.gz", ".en.gz")
    }
    found["convert.vi"] = (["x.vi", "x.en"], ["convert", str(corpus), "DISK/x.vi"])
    for ending in (".tsv", ".tmx", ".jsonl", ".parquet"):
        source = tmp_path / f"in{ending}"
        rows.convert(corpus, source)
        found[f"score{ending}"] = ([f"y{ending}"], ["score", str(source), "--out", f"DISK/y{ending}"])
    found["glossary"] = ([], ["glossary", str(run), "--out", "DISK/g"])
    found["build"] = ([], ["build", str(SAMPLE), "--out", "DISK/b", "--format", "tmx", "--format", "parquet"])
    found["match"] = (["d.tsv"], ["match", str(SAMPLE), "--out", "DISK/d.tsv"])
    return found


def namespaces():
    """What begins a command in a namespace of its own where it may mount; empty where that is not allowed."""
    start = ["unshare", "--map-root-user", "--mount"]
    if shutil.which("unshare") and shutil.which("mount"):
        done = subprocess.run([*start, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
        return start if done.returncode == 0 else []
    return []


@pytest.fixture(scope="module", params=["tmpfs", "limit"])
def full_disk(request, sample_run, tmp_path_factory):
    """Label -> what the command did."""
    folder = tmp_path_factory.mktemp("full")
    start = namespaces() if request.param == "tmpfs" else []
    if request.param == "tmpfs" and not start:
        pytest.skip("no mount in a namespace of one's own")
    (folder / "disk").mkdir()
    asked = commands(sample_run, folder)
    program = [sys.executable, "-c", DRIVER, request.param, folder / "disk", json.dumps(list(asked.values()))]
    done = subprocess.run(
        [*start, *program], capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | {"COLUMNS": "500"}
    )
    assert "SAID" in done.stdout, done.stderr[-2000:]
    return dict(zip(asked, json.loads(done.stdout.partition("SAID")[2]), strict=True))


def test_a_full_disk_is_one_clear_line_and_leaves_the_former_output(full_disk):
    for label, did in full_disk.items():
        assert did["code"] == 1, (label, did)
        lines = did["stderr"].strip().split("\n")
        assert len(lines) == 1, (label, lines)
        assert lines[0].startswith("align: "), (label, lines)
        assert "cannot be written" in lines[0], (label, lines)
        assert "No space left" in lines[0] or "File too large" in lines[0], (label, lines)
        assert not [name for name in did["after"] if name.endswith(".part")], label
        if label not in ("glossary", "build"):
            assert did["after"] == did["before"], label


@pytest.fixture(scope="module")
def sound_glossary(sample_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("glossary") / "g"
    program = "from align.cli import main; main()"
    subprocess.run([sys.executable, "-c", program, "glossary", sample_run, "--out", folder], cwd=ROOT, check=True)
    return folder


def test_what_a_folder_holds_after_a_full_disk_is_whole(full_disk, sample_run, sound_glossary):
    """Files that were finished before the disk was full are those of a sound run; what comes last is not there."""
    assert "b/report.json" not in full_disk["build"]["after"]
    for label, folder in (("glossary", sound_glossary), ("build", sample_run)):
        for name, digest in full_disk[label]["after"].items():
            if f"/{FOLDER}/" in name:
                continue  # what a run that goes on will look at again, checksums and all
            sound = folder / Path(name).name
            assert hashlib.sha256(sound.read_bytes()).hexdigest() == digest, (label, name)


# ---- inputs ----

COMMANDS = {
    "convert": ("convert", "IN", "OUT"),
    "score": ("score", "IN", "--out", "OUT"),
    "glossary": ("glossary", "IN", "--out", "OUT"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("denied", ["by its mode", "by the system"])
def test_an_input_that_may_not_be_read_is_one_clear_line(align, sample_run, tmp_path, monkeypatch, command, denied):
    source, out = tmp_path / "in.tsv", tmp_path / "out.tsv"
    shutil.copy(sample_run / "corpus.tsv", source)
    if denied == "by its mode":
        if os.geteuid() == 0:
            pytest.skip("nothing is denied to root")
        source.chmod(0)
    else:
        real = Path.open

        def opened(path, *arguments, **options):
            if path == source:
                raise PermissionError(errno.EACCES, "Permission denied")
            return real(path, *arguments, **options)

        monkeypatch.setattr(Path, "open", opened)
    code, _, said = align(*(str({"IN": source, "OUT": out}.get(part, part)) for part in COMMANDS[command]))
    assert code == 1
    assert said.strip() == (
        f"align: {source}: cannot be read (Permission denied); check what it is and its permissions"
    )
    assert not out.exists()


@pytest.mark.parametrize("change", ["gone", "cut off", "other"])
@pytest.mark.parametrize("ending", [".tsv", ".tmx", ".xlsx"])
def test_a_corpus_that_changes_between_its_two_readings(sample_run, tmp_path, change, ending):
    """JSON lines have no header: their rows are read for the columns, then to be written."""
    source, target = tmp_path / "in.jsonl", tmp_path / f"out{ending}"
    target.write_bytes(b"former")
    sound = (sample_run / "corpus.jsonl").read_bytes()
    source.write_bytes(sound)
    opened = rows.open_rows(source)
    readings = []

    def again():
        readings.append(1)
        if len(readings) == 2 or ending == ".tmx":  # which needs one reading: the file changes before it
            if change == "gone":
                source.unlink()
            else:
                source.write_bytes(sound[: len(sound) // 2] if change == "cut off" else b"[]")
        return opened.rows()

    message = {"gone": "no such file", "cut off": "not JSON", "other": "is no object"}[change]
    with pytest.raises(AlignError, match=message):
        rows.WRITERS[ending](target, rows.Source(source, again), rows.WriteOptions())
    assert target.read_bytes() == b"former"
    assert {path.name for path in tmp_path.iterdir()} <= {"in.jsonl", target.name}


TEXT = "The council met on Monday and agreed to repair the old bridge.\nWork on it will begin in the spring."


def articles(folder):
    folder.mkdir()
    for name in "abcd":
        (folder / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.mark.parametrize("change", ["gone", "a folder", "empty", "binary"])
def test_an_article_that_changes_during_the_run_costs_itself_alone(tmp_path, change):
    folder = articles(tmp_path / "in")
    found = read([folder])
    first = next(found)
    victim = folder / "c.txt"
    victim.unlink()
    if change == "a folder":
        victim.mkdir()
    elif change != "gone":
        victim.write_bytes(b"" if change == "empty" else b"\0\xff" * 50)
    rest = list(found)
    names = [item.doc_id if isinstance(item, Document) else "rejected" for item in (first, *rest)]
    assert names == ["a", "b", "rejected", "d"]


def test_a_table_that_is_cut_off_while_it_is_read_gives_what_was_there(tmp_path):
    path = tmp_path / "in.jsonl"
    line = json.dumps({"text": TEXT})
    path.write_text(f"{line}\n" * 5000, encoding="utf-8")
    found = read([path])
    first = next(found)
    os.truncate(path, path.stat().st_size - 10)
    items = [first, *found]
    assert all(isinstance(item, Document) for item in items[:-1])
    assert isinstance(items[-1], RejectedDocument)
    assert len(items) == 5000


def test_a_disk_that_fails_while_reading_is_one_row(tmp_path, monkeypatch):
    folder = articles(tmp_path / "in")
    real = readers.streams.whole

    def whole(path):
        if path.name == "b.txt":
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    monkeypatch.setattr(readers.streams, "whole", whole)
    found = list(read([folder]))
    assert [type(item) for item in found] == [Document, RejectedDocument, Document, Document]
    assert "Input/output error" in found[1].reason
