"""Every parser of files from elsewhere but the readers of articles, which have tests of their own.

Random bytes, sound files with wrong bytes, cut off, glued together, with NULs, huge lines and wrong encodings: what
comes out is rows or one `AlignError` of one line, never another exception, and never after a long wait.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align import formats, review, termbase
from align.bench import contamination, reading, systems, terms
from align.config import read_config
from align.encoders import StaticEncoder, translations
from align.encoders.static import FILES
from align.encoders.storage import write_model
from align.encoders.training import TrainingConfig, build_featurizer
from align.errors import AlignError, EncoderError
from align.formats import gold, ladder, pairs, rows, tbx, validation
from align.pipeline import audit, glossary_rows
from align.pipeline import glossary as glossaries
from align.pipeline import score as scorer
from align.report import records
from align.review.glossary import read_terms
from align.review.store import Decision, Place
from align.scoring import PairScore

SECONDS = 10  # a parser that takes longer waits for something; all here take some milliseconds
PAIRS = [
    ("Hội đồng họp hôm thứ Hai.", "The council met on Monday."),
    ("Cây cầu cũ sẽ được sửa vào mùa xuân, ông Đặng nói.", "The old bridge will be repaired in spring, Mr. Đặng said."),
    ("Việc sửa cầu tốn 12,5 tỷ đồng.", "Repairs will cost 12.5 billion dong."),
]
CELLS = {
    "quality": "0.9000", "similarity": "0.8000", "margin": "1.1000", "shape": "1-1", "vi_doc": "a", "en_doc": "b",
    "vi_segments": "0", "en_segments": "0,1", "vi_date": "2024-11-21", "en_date": "", "event": "e", "flags": "x; y",
}  # fmt: skip


def unit_rows():
    for number, (vi, en) in enumerate(PAIRS):
        yield {"id": f"u{number}", "vi": vi, "en": en, **CELLS}


def corpus(folder, ending):
    """A corpus as `align convert` writes it."""
    columns = ("id", "vi", "en", *CELLS)
    path = folder / f"sound{ending}"
    rows.WRITERS[ending](path, rows.Source(path, unit_rows, columns), rows.WriteOptions())
    return path.read_bytes()


def terms_tsv(_folder, _ending):
    header = "vi\ten\tkind\tscore\tfrequency\tdocuments\tacronym\tstatus\tnote\n"
    return f"{header}Hội đồng\tcouncil\torg\t0.9\t3\t2\t\taccepted\tsure\n".encode()


def concepts(folder, ending):
    path = folder / f"sound{ending}"
    tbx.write(path, [tbx.Concept("c1", (tbx.Term("cầu", context="Cây cầu cũ."),), (tbx.Term("bridge"),), "topic", "n")])
    return path.read_bytes()


def ladder_text(*_):
    return b"[0]:[0]:0.93\n[1]:[1, 2]\n[2]:[]:0.1\n"


def lines_of_vi(*_):
    return "".join(f"{vi}\n" for vi, _ in PAIRS).encode()


def scores_text(*_):
    return b"seg\t0.5\nseg\t0.25\nseg\t1\n"


def docids_text(*_):
    return b"doc\tevent\tdate\na\te\t2024-11-21\na\te\t2024-11-21\nb\te\t\n"


def config_text(*_):
    return b'[build]\nmin_quality = 0.5\njobs = 2\nformats = ["tsv"]\n[build.filters]\nfurniture = false\n'


def term_list(*_):
    return "# danh sách\nHội đồng; hội đồng\tcouncil\torganisation\t2020\t\tnote\ncầu\tbridge\n".encode()


def run_line(*_):
    vi, en = ({"title": None, "date": None, "url": None, "text": text, "furniture": [],
               "segments": [{"start": 0, "end": len(text)}]} for text in PAIRS[0])  # fmt: skip
    bead = {
        "id": "u0",
        "vi": [0],
        "en": [0],
        "quality": 0.9,
        "similarity": 0.8,
        "margin": 1.1,
        "flags": [],
        "fate": "kept",
    }
    record = {"event": "e", "score": 0.9, "class": "translation", "days_apart": 0, "evidence": ["x"], "vi_doc": "a",
              "en_doc": "b", "vi": vi, "en": en, "beads": [bead]}  # fmt: skip
    return (json.dumps(record, ensure_ascii=False) + "\n").encode() * 2


def decisions_file(folder, _ending):
    path = folder / "sound.sqlite"
    path.unlink(missing_ok=True)
    log = review.Store(path)
    log.add(Decision("u0", "accept", "An", "x", "y", "x", "y", "", Place("a", "b", (0,), (0,))))
    log.close()
    # One file, without the journal beside it.
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode = DELETE")
    base.close()
    return path.read_bytes()


def card_text(*_):
    return json.dumps(systems.Kept(Path(), "s", "cat", ["x", "y"]).key | {"segments": 1, "seconds": 1.0}).encode()


def read_card(path):
    kept = systems.Kept(path.parent, "s", "cat", ["x", "y"])
    kept.card.write_bytes(path.read_bytes())
    kept.partial.write_text("x\n", encoding="utf-8")
    lines, card = kept.read()
    assert len(lines) <= 2
    return [*lines, card]


def read_gold(path):
    folder = path.parent / "gold"
    folder.mkdir(exist_ok=True)
    for name in ("a.vi", "a.en"):
        (folder / name).write_bytes(lines_of_vi())
    (folder / "a.gold").write_bytes(path.read_bytes())
    return list(gold.read_gold_folder(folder))


def beside(path, name):
    """The same bytes in a folder of their own under the name that a reader of folders looks for."""
    folder = path.parent / f"folder-{name}"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(path.read_bytes())
    return folder


def read_log(path):
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    log = review.Store(path)
    try:
        return list(log.decisions())
    finally:
        log.close()


def read_sheet(path):
    folder = path.parent / "run"
    folder.mkdir(exist_ok=True)
    (folder / "corpus.tsv").write_bytes(corpus(folder, ".tsv"))
    return [audit.read(folder, path)]


def sheet(folder, ending):
    columns = ("number", "id", "vi", "en", "code", "comment")

    def found():
        for number, row in enumerate(unit_rows(), 1):
            yield {
                "number": str(number),
                "id": row["id"],
                "vi": row["vi"],
                "en": row["en"],
                "code": "ok",
                "comment": "",
            }

    path = folder / f"sheet{ending}"
    rows.WRITERS[ending](path, rows.Source(path, found, columns), rows.WriteOptions())
    return path.read_bytes()


def read_scored(path):
    target = path.with_name(f"scored-{path.name}")
    target.unlink(missing_ok=True)
    try:
        scorer._SCORERS[scorer._format(path)](path, target, scorer.Columns(), fake_scores)
    except AlignError:
        assert not target.exists()
        raise
    return rows.open_rows(target).rows()


def fake_scores(texts):
    return [PairScore(0.5, 0.5, 1.0, ("f",)) for _ in texts]


@dataclass(frozen=True)
class Parser:
    """What reads files of one kind; `sound` makes a file that it reads, from a folder and the ending."""

    read: Callable
    ending: str
    sound: Callable
    packed: bool = False  # so that a wrong byte says little about the parser behind


def model(folder):
    """A folder of a small encoder, its bytes by name."""
    texts = [text for pair in PAIRS for text in pair] * 20
    featurizer, pieces = build_featurizer(texts, TrainingConfig(n_pieces=120, buckets=16))
    rng = np.random.default_rng(1)
    table = rng.standard_normal((featurizer.size, 8)).astype(np.float32)
    write_model(folder, featurizer, pieces, table, {"name": "small", "version": "1", "dim": 8})
    sides = [featurizer.ids([vi for vi, _ in PAIRS]), featurizer.ids([en for _, en in PAIRS])]
    n = int(featurizer.pieces.get_piece_size())
    found = [[np.unique(ids[(a <= np.arange(len(ids))) & (np.arange(len(ids)) < b) & (ids < n)]).astype(np.int64)
              for a, b in pairwise(offsets)] for ids, offsets in sides]  # fmt: skip
    translations.save(translations.estimate(*found, n), folder)
    return Files({name: (folder / name).read_bytes() for name in (*FILES, translations.FILE)})


def rows_of(path):
    return rows.open_rows(path).rows()


def parsers():
    found = {f"rows{ending}": Parser(rows_of, ending, corpus) for ending in rows.OPENERS if ending != ".tbx"}
    found |= {f"units{ending}": Parser(formats.read_corpus, ending, corpus) for ending in formats.READERS}
    found |= {f"pairs{ending}": Parser(pairs.read_pairs, ending, corpus) for ending in pairs._READERS}
    found |= {f"score{ending}": Parser(read_scored, ending, corpus) for ending in scorer._SCORERS}
    found |= {f"validate{ending}": Parser(validation.validate, ending, concepts if "tbx" in ending else corpus)
              for ending in validation.CHECKERS}  # fmt: skip
    found |= {f"sheet{ending}": Parser(read_sheet, ending, sheet) for ending in (".tsv", ".xlsx")}
    return found | {
        "rows.tbx": Parser(rows_of, ".tbx", concepts),
        "tbx": Parser(tbx.read, ".tbx", concepts),
        "ladder": Parser(ladder.read, ".beads", ladder_text),
        "gold": Parser(read_gold, ".gold", ladder_text),
        "config": Parser(lambda path: [read_config(path, {})], ".toml", config_text),
        "glossary.tsv": Parser(termbase.read_decisions, ".tsv", terms_tsv),
        "glossary corpus": Parser(lambda path: glossary_rows.rows(path, None), ".jsonl", corpus),
        "term list": Parser(lambda path: glossaries.terms_of(str(path)), ".tsv", term_list),
        "bench glossary": Parser(lambda path: [terms.read_glossary(path)], ".tsv", terms_tsv),
        "bench lines": Parser(reading.read_lines, ".en", lines_of_vi),
        "bench test set": Parser(lambda path: [reading.read_test_set(reading.Files((path,)))], ".vi", lines_of_vi),
        "bench scores": Parser(lambda path: reading.read_segment_scores(path, TEST_SET), ".txt", scores_text),
        "bench docids": Parser(reading._read_places, ".tsv", docids_text),
        "bench training": Parser(contamination.read_training, ".tsv", corpus),
        "bench card": Parser(read_card, ".card", card_text),
        "alignments": Parser(lambda path: records.read_pairs(beside(path, records.ALIGNMENTS)), ".jsonl", run_line),
        "desk": Parser(read_desk, ".jsonl", run_line),
        "report of a run": Parser(read_report, ".json", report_text),
        "review terms": Parser(lambda path: [read_terms(beside(path, "glossary.tsv"))], ".tsv", terms_tsv),
        "review log": Parser(read_log, ".sqlite", decisions_file),
    }


def read_desk(path):
    folder = beside(path, records.ALIGNMENTS)
    (folder / "report.json").write_bytes(report_text())
    desk = review.Desk(folder, NO_LOG)
    return [desk.text(item) for item in desk.queue("doubt")]


def report_text(*_):
    return b'{"configuration": {"min_quality": 0.5}, "counts": [1, 2]}'


def read_report(path):
    folder = beside(path, "report.json")
    (folder / records.ALIGNMENTS).write_bytes(run_line())
    return [review.Desk(folder, NO_LOG)]


class NoLog:
    """A log of no decisions."""

    def decisions(self):
        return iter(())


NO_LOG = NoLog()
TEST_SET = reading.TestSet("vi", (tuple(vi for vi, _ in PAIRS),))
PARSERS = parsers()
BINARY = (".parquet", ".xlsx", ".sqlite")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


class Files(dict):
    """Bytes by name, kept out of the report of a failure."""

    def __repr__(self):
        return "sound files"


@pytest.fixture(scope="module")
def sound(folder):
    """A sound file of each kind."""
    made = {name: parser.sound(folder, parser.ending) for name, parser in PARSERS.items() if parser.ending != ".tsv.gz"}
    made["rows.tsv.gz"] = corpus(folder, ".tsv.gz")
    made["pairs.tsv.gz"] = gzip.compress("".join(f"d\t{en}\t{vi}\n" for vi, en in PAIRS).encode(), mtime=0)
    return Files(made)


def check(folder, name, data):
    """Read bytes: rows, or one clear line; the number of rows, None after an error."""
    parser = PARSERS[name]
    path = folder / f"x{parser.ending}"
    if parser.ending in (".vi", ".en"):  # of a pair, the other one is whole
        path.with_suffix(".en" if parser.ending == ".vi" else ".vi").write_bytes(lines_of_vi())
    if parser.ending in (".vi.gz", ".en.gz"):
        other = "x.en.gz" if parser.ending == ".vi.gz" else "x.vi.gz"
        path.with_name(other).write_bytes(gzip.compress(lines_of_vi(), mtime=0))
    path.write_bytes(data)
    start = time.perf_counter()
    count = 0
    try:
        for _ in parser.read(path):
            count += 1
    except AlignError as error:
        message = str(error)
        assert message
        assert len(message) < 1000, message[:200]
        assert "\n" not in message, message[:200]
        count = None
    assert time.perf_counter() - start < SECONDS
    return count


@pytest.mark.parametrize("name", PARSERS)
def test_sound_files_are_read(folder, sound, name):
    assert check(folder, name, sound[name]) is not None


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=20)
@given(data=st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_any_bytes(folder, name, data):
    check(folder, name, data)
    if PARSERS[name].ending.endswith(".gz"):
        check(folder, name, gzip.compress(data, 1))


PIECES = (
    b"\0", b"\xff", b"\r", b"\n", b"\t", b'"', b"\\", b"\xed\xa0\x80", "\u2028ệ\x85".encode(), b"<", b"&", b"]]>",
    b"<!--", b"{", b"[", b"null", b"-1", b"NaN", b"1e999", b"9" * 5000, b"true", b"=", b"<seg>", b"</tu>",
    b"2024-13-41", b"",
)  # fmt: skip


@st.composite
def damage(draw):
    """A way to damage a file: pieces put over some of its bytes, and then perhaps its end cut off."""
    spots = draw(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 6), st.sampled_from(PIECES)), max_size=4))
    share = draw(st.just(1.0) | st.floats(0, 1))

    def apply(data):
        for place, size, piece in spots:
            at = int(place * len(data))
            data = data[:at] + piece + data[at + size :]
        return data[: int(share * len(data))]

    return apply


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=30)
@given(harm=damage())
def test_sound_files_damaged(folder, sound, name, harm):
    data = sound[name]
    if PARSERS[name].ending.endswith(".gz"):  # behind the packing, and the packing itself
        check(folder, name, gzip.compress(harm(gzip.decompress(data)), 1))
    check(folder, name, harm(data))


@pytest.mark.parametrize("name", [name for name in PARSERS if PARSERS[name].ending not in BINARY])
def test_wrong_encodings(folder, sound, name):
    data = sound[name]
    packed = PARSERS[name].ending.endswith(".gz")
    text = (gzip.decompress(data) if packed else data).decode()
    for encoding in ("utf-16", "utf-16-le", "utf-32", "cp1258", "utf-8-sig"):
        other = text.encode(encoding, "replace")
        check(folder, name, gzip.compress(other, 1) if packed else other)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return model(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize("name", [*FILES, translations.FILE])
@settings(max_examples=40)
@given(harm=damage() | st.binary(max_size=60).map(lambda data: lambda _: data))
def test_encoder_folders_damaged(folder, small, name, harm):
    (folder / "encoder").mkdir(exist_ok=True)
    for file, data in small.items():
        (folder / "encoder" / file).write_bytes(harm(data) if file == name else data)
    encoder = StaticEncoder(folder / "encoder")
    try:
        vectors = encoder.encode([vi for vi, _ in PAIRS])
        assert encoder.signature
        assert encoder.translations.to_en.dense(np.array([0]), np.array([0, 1])).shape == (1, 2)
    except AlignError as error:
        message = str(error)
    else:
        assert vectors.shape == (len(PAIRS), 8)
        return
    assert "\n" not in message


def test_an_encoder_whose_arrays_would_run_code_is_refused(folder, small):
    class Bad:
        def __reduce__(self):
            return (exec, ("raise SystemExit('code has run')",))

    (folder / "bad").mkdir()
    for file, data in small.items():
        (folder / "bad" / file).write_bytes(data)
    for file, names in (("vectors.npz", ("rows", "scales")), (translations.FILE, ("to_en_lengths", "to_en_targets"))):
        arrays = dict.fromkeys(names, np.array([Bad()], dtype=object))
        np.savez(folder / "bad" / file, **arrays)
        encoder = StaticEncoder(folder / "bad")
        with pytest.raises(EncoderError, match=r"Object arrays cannot be loaded"):
            _ = encoder._rows if file == "vectors.npz" else encoder.translations
        (folder / "bad" / file).write_bytes(small[file])


HUGE = {"letters": b"x", "nulls": b"\0", "lines": b"\n", "tabs": b"\t", "open": b"[", "objects": b'{"vi":',
        "tags": b"<a>", "comment": b"<!-- ", "digits": b"9", "letters of two bytes": "ệ".encode()}  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
def test_a_piece_again_and_again(folder, sound, name):
    """Alone, and behind the first half of a sound file."""
    data = sound[name]
    packed = PARSERS[name].ending.endswith(".gz")
    head = gzip.decompress(data) if packed else data
    for piece in HUGE.values():
        much = piece * (200_000 // len(piece))
        for whole in (much, head[: len(head) // 2] + much):
            check(folder, name, gzip.compress(whole, 1) if packed else whole)
