"""The README tells the truth: its commands run as written, its targets and links exist."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.split("\n") if line]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the data that the README's commands name."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    (tmp_path / "outputs").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("align ")])
def test_commands_run_as_written(align, command):
    code, printed, error = align(*shlex.split(command)[1:])
    assert code == 0, error
    assert printed


def test_no_other_command_but_installation():
    assert [c for c in COMMANDS if not c.startswith("align ")] == ["pip install ."]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("block", blocks("python"))
def test_python_runs_as_written(block, capsys):
    exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out


def test_the_transcript_is_what_the_command_prints(align, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    _, printed, _ = align("build", "corpus/sample", "--out", tmp_path / "out", "--fresh")
    transcript = README.split("```")[1].split("\n")[2:6]
    assert [line.split() for line in printed.split("\n")[:4]] == [line.split() for line in transcript]


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for document in (README, (ROOT / "CONTRIBUTING.md").read_text("utf-8")):
        for target in re.findall(r"\bmake ([a-z]+)\b", document):
            assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_links_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.stem)
def test_options_in_the_docs_exist(align, path):
    text = path.read_text("utf-8").replace("\\\n", " ")
    for line in re.findall(r"^    (align .+)$", text, flags=re.MULTILINE):
        words = shlex.split(line)[1:]
        command = words[:2] if words[0] == "encoder" or words[:2] == ["bench", "prepare"] else words[:1]
        code, printed, _ = align(*command, "--help")
        assert code == 0, line
        assert not [word for word in words if word.startswith("--") and word not in printed], line
