"""Commands, their exit codes, and what they say of bad input."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from align.cli.app import app
from align.formats import atomic, ladder, tmx_reader, tsv
from align.formats.gold import check_tiling, read_gold_folder

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
SAMPLE = CORPUS / "sample"
VI = SAMPLE / "bvs-dien-dam-bo-truong-viet-nam-nhat-ban.txt"
EN = SAMPLE / "bvs-vietnam-japan-ministers-phone-talks.txt"
FRENCH = "Le président a rencontré les ministres des affaires étrangères à Paris pour parler de la coopération. " * 3


ENCODER_COMMANDS = ("list", "info", "test", "train")
BENCH_COMMANDS = ("bench", "bench prepare")


@pytest.fixture
def articles(tmp_path):
    """A folder with one good pair."""
    folder = tmp_path / "in"
    folder.mkdir()
    for path in (VI, EN):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def reasons(out):
    return {row["doc"]: row["reason"] for _, row in tsv.read_table(out / "rejected_documents.tsv")}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n\t\n", "empty"),
        ("binary.txt", b"\x00\x01\x02PK\x03\x04" * 50, "binary"),
        ("latin.txt", "Le président à Paris".encode("latin-1"), "not UTF-8"),
        ("french.txt", FRENCH.encode(), "neither Vietnamese nor English"),
        ("broken.jsonl", b'{"text": "unfinished\n', "broken.jsonl:1"),
        ("lang.jsonl", b'{"text": "A sentence.", "lang": "vn"}\n', "'vn'"),
        ("list.jsonl", b"[1, 2]\n", "list.jsonl:1"),
        ("number.jsonl", b'{"text": 7}\n', "number.jsonl:1"),
        ("page.docx", b"PK", "docx"),
    ],
)
def test_one_bad_file_is_listed_and_the_run_goes_on(align, articles, tmp_path, name, content, reason):
    (articles / name).write_bytes(content)
    code, printed, _ = align("build", articles, "--out", tmp_path / "out")
    assert code == 0
    assert "1 not used" in printed
    assert [reason in f"{doc} {why}" for doc, why in reasons(tmp_path / "out").items()] == [True]
    assert len(list(tsv.read(tmp_path / "out" / "corpus.tsv"))) > 3


def test_one_language_only_says_what_is_missing(align, articles, tmp_path):
    (articles / VI.name).unlink()
    code, printed, _ = align("build", articles, "--out", tmp_path / "out")
    assert code == 0
    assert "there is no Vietnamese article" in printed


def test_articles_of_other_days_say_what_to_try(align, articles, tmp_path):
    text = (articles / EN.name).read_text("utf-8").replace("date 2025-03-05", "date 2025-06-05")
    (articles / EN.name).write_text(text, encoding="utf-8")
    code, printed, _ = align("build", articles, "--out", tmp_path / "out")
    assert code == 0
    assert "--window-days" in printed
    code, printed, _ = align("build", articles, "--out", tmp_path / "out", "--window-days", 200)
    assert "events     1 " in printed


def test_nothing_usable_is_an_error(align, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"")
    code, _, error = align("build", tmp_path / "in", "--out", tmp_path / "out")
    assert code == 1
    assert "none of 1 documents could be used" in error
    assert "rejected_documents.tsv" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing", "--out", "out"], "missing: no such file or folder"),
        (["empty", "--out", "out"], "empty"),
        (["in", "--out", "file"], "file: cannot be made a folder"),
        (["in", "--out", "file/below"], "cannot be made a folder"),
        (["in", "--out", "out", "--format", "docx"], "'docx', expected one of tsv"),
        (["in", "--out", "out", "--encoder", "labze"], "neither 'embedded' nor a folder"),
        (["in", "--out", "out", "--min-quality", "7"], "from 0 to 1"),
        (["in", "--out", "out", "--config", "none.toml"], "none.toml: cannot be read"),
    ],
)
@pytest.mark.usefixtures("articles")
def test_users_errors_are_one_clear_line(align, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    code, _, error = align("build", *arguments)
    assert code == 1
    assert message in error
    assert len(error.strip().split("\n")) == 1


def test_a_full_disk_leaves_nothing_half_written(align, articles, tmp_path, monkeypatch):
    written = []
    real = atomic.os.fsync

    def fsync(descriptor):
        written.append(descriptor)
        if len(written) == 4:  # after what is going to be written, and the first corpus file
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(atomic.os, "fsync", fsync)
    code, _, error = align("build", articles, "--out", tmp_path / "out")
    assert code == 1
    assert "No space left" in error
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert "report.json" not in names
    assert not [name for name in names if name.endswith(".part")]
    assert names == {".work", "corpus.tsv", "corpus.tmx"}


def test_hostile_ids_stay_inside(align, articles, tmp_path):
    rows = [
        {"id": "../../etc/passwd", "text": VI.read_text("utf-8")},
        {"id": "=cmd()\t<b>", "text": EN.read_text("utf-8")},
        {"id": "same", "text": EN.read_text("utf-8")},
        {"id": "same", "text": EN.read_text("utf-8")},
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (articles / "w.jsonl").write_text(lines, encoding="utf-8")
    code, _, _ = align("build", articles, "--out", tmp_path / "out")
    assert code == 0
    documents = [row for _, row in tsv.read_table(tmp_path / "out" / "documents.tsv")]
    ids = {row[f"{lang}_doc"] for row in documents for lang in ("vi", "en")}
    assert not [name for name in ids if ".." in name.split("/") or name.startswith("/") or "\t" in name]
    assert any("same" in why or "same" in doc for doc, why in reasons(tmp_path / "out").items())
    assert not (tmp_path / "etc").exists()


def test_markup_in_an_article_is_text(align, articles, tmp_path):
    bad = "<script>alert('x')</script> & &nbsp; ]]> <b>"
    for path, old in ((VI, "68 tỷ yên"), (EN, "68 billion yen")):
        text = (articles / path.name).read_text("utf-8")
        assert old in text
        (articles / path.name).write_text(text.replace(old, f"{bad} {old}"), encoding="utf-8")
    code, _, _ = align("build", articles, "--out", tmp_path / "out")
    assert code == 0
    units = [unit for unit in tmx_reader.read(tmp_path / "out" / "corpus.tmx") if bad in unit.vi]
    assert len(units) == 1
    assert bad in units[0].en


def test_pair_in_every_form(align, tmp_path):
    code, table, _ = align("pair", VI, EN)
    assert code == 0
    assert "68 tỷ yên" in table
    code, printed, _ = align("pair", VI, EN, "--format", "ladder")
    lines = printed.strip().split("\n")
    assert code == 0
    assert all(line.startswith("[") for line in lines)
    code, printed, _ = align("pair", VI, EN, "--format", "tsv")
    assert printed.split("\n")[0].startswith("id\tvi\ten\tquality")
    code, _, error = align("pair", VI, EN, "--format", "tmx")
    assert code == 2
    assert "--out" in error
    code, _, _ = align("pair", VI, EN, "--format", "tmx", "--out", tmp_path / "p.tmx")
    assert code == 0
    assert len(list(tmx_reader.read(tmp_path / "p.tmx"))) == len(printed.strip().split("\n")) - 1


def test_pair_names_swapped_and_missing_files(align):
    code, _, error = align("pair", EN, VI)
    assert code == 1
    assert "Vietnamese file first" in error
    code, _, error = align("pair", VI, "nowhere.txt")
    assert code == 1
    assert "nowhere.txt" in error


def test_segmented_keeps_the_indexes_of_blank_lines(align, tmp_path):
    document = next(read_gold_folder(CORPUS / "gold" / "beads"))
    vi, en = tmp_path / "a.vi", tmp_path / "a.en"
    vi.write_text("\n".join(["", *document.vi, ""]) + "\n", encoding="utf-8")
    en.write_text("\n".join(document.en) + "\n", encoding="utf-8")
    code, printed, _ = align("pair", vi, en, "--segmented", "--format", "ladder")
    assert code == 0
    (tmp_path / "l").write_text(printed, encoding="utf-8")
    beads = ladder.read(tmp_path / "l")
    check_tiling("l", beads, len(document.vi) + 2, len(document.en))
    assert any(bead.vi == (0,) and not bead.en for bead in beads)
    empty = tmp_path / "empty.en"
    empty.write_text("", encoding="utf-8")
    code, printed, _ = align("pair", vi, empty, "--segmented", "--format", "ladder")
    assert code == 0
    assert printed.count("]:[]") == len(document.vi) + 2


def test_evaluate_prints_figures_and_writes_ladders(align, tmp_path):
    code, printed, _ = align("evaluate", CORPUS / "gold" / "beads", "--json", "--out", tmp_path / "beads")
    figures = json.loads(printed)
    assert code == 0
    assert figures["documents"] == 21
    assert 0.8 < figures["strict"]["f1"] <= figures["lax"]["f1"] <= 1
    for document in read_gold_folder(CORPUS / "gold" / "beads"):
        beads = ladder.read(tmp_path / "beads" / f"{document.name}.beads")
        check_tiling(document.name, beads, len(document.vi), len(document.en))
    code, printed, _ = align("evaluate", CORPUS / "gold" / "beads")
    assert "strict" in printed
    code, _, error = align("evaluate", tmp_path)
    assert code == 1
    assert "no gold in it" in error


def test_match_writes_the_table_alone(align, tmp_path):
    code, printed, _ = align("match", SAMPLE, "--out", tmp_path / "d" / "documents.tsv")
    assert code == 0
    assert "21 document pairs" in printed
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["documents.tsv"]


def test_encoder_commands(align):
    code, printed, _ = align("encoder", "info")
    assert code == 0
    assert "CC BY 4.0" in printed
    code, printed, _ = align("encoder", "info", "--json")
    assert json.loads(printed)["license"] == "Apache-2.0"
    code, printed, _ = align("encoder", "list")
    assert printed.startswith("embedded")


def test_usage_errors_exit_with_2(align):
    assert align("build")[0] == 2
    assert align("build", "x", "--no-such-option")[0] == 2
    assert align("no-such-command")[0] == 2


def test_version(align):
    assert align("--version")[1].startswith("align 0.")


@pytest.mark.parametrize(
    "command",
    [
        *sorted(command.name for command in app.registered_commands),
        *(f"encoder {name}" for name in ENCODER_COMMANDS),
        *BENCH_COMMANDS,
    ],
)
def test_help_shows_an_example(align, command):
    code, printed, _ = align(*command.split(), "--help")
    assert code == 0
    assert f"Example: align {command}" in " ".join(printed.split())


def test_every_command_has_a_page():
    pages = {path.stem for path in (CORPUS.parent / "docs").glob("*.md")}
    assert {command.name for command in app.registered_commands} | {"encoder", "bench"} <= pages


def test_import_is_light():
    code = "import align, sys; print([m for m in ('numpy', 'polars', 'scipy', 'torch', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_facade_does_what_the_commands_do(tmp_path):
    import align

    result = align.build(SAMPLE, tmp_path / "out", formats=("tsv",))
    assert result.events == 11
    bitext = align.pair(VI.read_text("utf-8"), EN.read_text("utf-8"))
    assert len(bitext.units()) >= 6
    assert align.load_encoder().encode(["Xin chào"]).shape == (1, align.load_encoder().dim)
