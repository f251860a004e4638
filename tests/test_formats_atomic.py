"""Outputs are whole or absent."""

import errno
import os

import pytest

from align import formats
from align.errors import FormatError, OutputError
from align.formats.atomic import atomic_binary, atomic_path, atomic_text, write_lines


def test_success_replaces_and_leaves_no_other_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    write_lines(path, ["một\n", "hai\n"])
    assert path.read_bytes().decode() == "một\nhai\n"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("open_atomic", [atomic_text, atomic_binary, atomic_path])
def test_failure_keeps_the_old_file(tmp_path, open_atomic):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def fail():
        with open_atomic(path):
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_nothing_is_seen_before_the_end(tmp_path):
    with atomic_text(tmp_path / "a.txt") as file:
        file.write("half")
        file.flush()
        assert not (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.txt").exists()


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(errno.ENOSPC, "free space"), (errno.EDQUOT, "free space"), (errno.EACCES, "mend its permissions")],
)
def test_system_errors_name_path_reason_and_remedy(tmp_path, code, remedy):
    path = tmp_path / "a.txt"

    def lines():
        yield "first\n"
        raise OSError(code, os.strerror(code))

    with pytest.raises(OutputError, match=rf"a\.txt: cannot be written \({os.strerror(code)}\); .*{remedy}"):
        write_lines(path, lines())
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_and_folder_in_the_way(tmp_path):
    with pytest.raises(OutputError, match="make its folder first"):
        write_lines(tmp_path / "no" / "a.txt", [])
    with pytest.raises(OutputError, match="not of a folder"):
        write_lines(tmp_path, [])
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="choose another --out"):
        formats.make_folder(tmp_path / "file")


def test_an_error_of_the_input_stays_what_it_is(tmp_path):
    source = tmp_path / "c.tsv"
    source.write_text("id\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"c\.tsv:1: no column vi"):
        formats.write_corpus("jsonl", tmp_path, formats.read_corpus(source))
    assert [one.name for one in tmp_path.iterdir()] == ["c.tsv"]


def test_links_are_followed_and_pipes_written_to(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "real" / "a.txt")
    write_lines(tmp_path / "link.txt", ["x\n"])
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real" / "a.txt").read_text(encoding="utf-8") == "x\n"

    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_lines(tmp_path / "pipe", ["y\n"])
        assert os.read(reader, 10) == b"y\n"
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()
