"""`align validate`: what the official DTD refuses is an error, with its line, and what it accepts is none."""

import gzip
import random
import re
from pathlib import Path

import pytest
from lxml import etree

from align.errors import FormatError, InputError, OutputError
from align.formats import rows, tbx, validation

SHARED_DTD = Path(__file__).resolve().parents[1].parent / "shared" / "formats" / "tmx14.dtd"
GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4">
<header creationtool="a" creationtoolversion="1" segtype="sentence" o-tmf="a" adminlang="en" srclang="vi" datatype="x">
<note>n</note><prop type="x-p">p</prop><ude name="u" base="b"><map unicode="#xF8FF" code="#xF0"/></ude></header>
<body>
<tu tuid="1" srclang="en"><note>n</note><prop type="x-q">9</prop>
<tuv xml:lang="vi"><prop type="x-d"/><seg>Nhấn <bpt i="1">b<sub>s</sub></bpt><hi>đây</hi><ept i="1"/><ph/></seg></tuv>
<tuv xml:lang="en"><seg>Press <it pos="begin">i</it> here<ut/></seg></tuv>
</tu>
</body>
</tmx>
"""


def problems(tmp_path, text, name="a.tmx"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return list(validation.validate(tmp_path / name))


def errors(found):
    return [(one.line, one.message) for one in found if not one.warning]


def test_a_file_with_every_element_is_valid(tmp_path):
    assert problems(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('version="1.4"', 'version="1.3"', 2, "version of <tmx> is '1.3', expected 1.4"),
        (' adminlang="en"', "", 3, "<header> lacks the attribute adminlang"),
        ('segtype="sentence"', 'segtype="line"', 3, "segtype of <header> is 'line', expected block or paragraph or"),
        ('<tu tuid="1"', '<tu id="1"', 6, "<tu> has an attribute id, which the format does not know"),
        ('<note>n</note><prop type="x-q">9</prop>\n', "words\n", 7, "text 'words' stands directly in <tu>"),
        ('<tuv xml:lang="vi">', "<tuv>", 7, "<tuv> lacks the attribute xml:lang"),
        ('<tuv xml:lang="vi">', '<tuv xml:lang="tiếng Việt">', 7, "xml:lang is 'tiếng Việt', expected a language code"),
        ('<bpt i="1">', "<bpt>", 7, "<bpt> lacks the attribute i"),
        ('pos="begin"', 'pos="start"', 8, "pos of <it> is 'start', expected begin or end"),
        ("<hi>đây</hi>", "<b>đây</b>", 7, "<b> does not belong in <seg>; expected <bpt>, <ept>, <hi>"),
        ("</tu>\n", "<note>late</note></tu>\n", 9, "<note> cannot stand here in <tu>; expected <tuv>"),
        ("<seg>Press", "<seg>a</seg><seg>Press", 8, "<seg> cannot stand here in <tuv>; expected nothing more"),
        (re.search("<seg>Press.*</seg>", GOOD)[0], "<seg> </seg>", 8, "<seg> is empty"),
        (re.search("<seg>Press.*</seg>", GOOD)[0], "", 8, "<tuv> that begins in line 8 ends without <seg>"),
        (re.search("<tuv.*</tuv>\n", GOOD, re.DOTALL)[0], "", 7, "<tu> that begins in line 6 ends without <tuv>"),
        (re.search("<header.*</header>", GOOD, re.DOTALL)[0], "", 4, "<body> does not belong"),
        (re.search("<body>.*</body>\n", GOOD, re.DOTALL)[0], "", 5, "<tmx> that begins in line 2 ends without <body>"),
        ("</seg></tuv>\n</tu>", "</tuv>\n</tu>", 8, "not well-formed XML: mismatched tag"),
        ("<tmx version", '<!DOCTYPE tmx [<!ENTITY a "b">]>\n<tmx version', 2, "the file declares XML entities"),
    ],
)  # fmt: skip
def test_errors_say_line_and_remedy(tmp_path, old, new, line, message):
    assert GOOD.count(old) == 1, old
    found = errors(problems(tmp_path, GOOD.replace(old, new)))
    if message.startswith("<body> does not belong"):
        message = "<body> cannot stand here in <tmx>; expected <header>"
    assert found
    assert found[0][0] == line
    assert message in found[0][1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('tuid="1"', 'tuid="1" creationdate="2024-01-02"', "creationdate is '2024-01-02', expected a date such as"),
        ('<tuv xml:lang="en">', '<tuv xml:lang="VI">', "two <tuv> in VI in one <tu>"),
        ('srclang="en"', 'srclang="fr"', "<tu> has en, vi but not its source language fr"),
    ],
)
def test_warnings_are_no_errors(tmp_path, align, old, new, message):
    found = problems(tmp_path, GOOD.replace(old, new))
    assert errors(found) == []
    assert message in found[0].message
    assert align("validate", tmp_path / "a.tmx")[0] == 0


def mutated(rng):
    """The good file with a few elements or attributes taken out, doubled, moved or renamed."""
    tree = etree.fromstring(GOOD.encode())
    for _ in range(rng.randint(0, 3)):
        elements = [element for element in tree.iter() if element is not tree]
        element = rng.choice(elements)
        kind = rng.randrange(6)
        if kind == 0:
            element.getparent().remove(element)
        elif kind == 1:
            element.tag = rng.choice(["tu", "tuv", "seg", "note", "prop", "hi", "ph", "header", "body", "odd"])
        elif kind == 2 and element.attrib:
            del element.attrib[rng.choice(sorted(element.attrib))]
        elif kind == 3:
            element.set(rng.choice(["type", "i", "pos", "segtype", "datatype"]), rng.choice(["x", "begin", "phrase"]))
        elif kind == 4:
            rng.choice(elements).append(element)
        else:
            element.tail = rng.choice([None, "text", " "])
        if not len(tree):
            break
    return etree.tostring(tree, encoding="unicode")


@pytest.mark.skipif(not SHARED_DTD.exists(), reason="the DTD is not part of the project")
def test_the_official_dtd_agrees_on_mutated_files(tmp_path):
    dtd = etree.DTD(str(SHARED_DTD))
    verdicts = []
    for seed in range(1500):
        try:
            text = mutated(random.Random(seed))
        except ValueError:
            continue  # an element cannot be moved into itself
        ours = [message for _, message in errors(problems(tmp_path, text)) if "is empty" not in message]
        theirs = dtd.validate(etree.fromstring(text))
        assert theirs == (not ours), f"{text}\n{ours}\n{dtd.error_log}"
        verdicts.append(theirs)
    assert 0.1 < sum(verdicts) / len(verdicts) < 0.9


def test_the_command_counts_and_limits(align, tmp_path):
    (tmp_path / "a.tmx").write_text(GOOD.replace("<seg>", "<seg><b/>"), encoding="utf-8")
    code, printed, error = align("validate", tmp_path / "a.tmx", "--limit", "1")
    assert code == 1
    assert printed.startswith(f"{tmp_path / 'a.tmx'}:7: <b> does not belong in <seg>")
    assert printed.count("\n") == 1
    assert error == f"align: {tmp_path / 'a.tmx'}: 2 errors, no warnings\n"
    (tmp_path / "b.tmx.gz").write_bytes(gzip.compress(GOOD.encode()))
    assert align("validate", tmp_path / "b.tmx.gz") == (0, f"{tmp_path / 'b.tmx.gz'}: valid, no warnings\n", "")
    with pytest.raises(InputError, match="neither TMX nor TBX by its name"):
        validation.validate(tmp_path / "a.xml")


def test_the_sample_is_valid(sample_run):
    assert list(validation.validate(sample_run / "corpus.tmx")) == []


def test_memory_does_not_grow_with_the_file(tmp_path):
    import tracemalloc

    unit = re.search("<tu .*</tu>\n", GOOD, re.DOTALL)[0]
    (tmp_path / "a.tmx").write_text(GOOD.replace(unit, unit * 8000), encoding="utf-8")
    list(validation.validate(tmp_path / "a.tmx"))
    tracemalloc.start()
    assert list(validation.validate(tmp_path / "a.tmx")) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000 < (tmp_path / "a.tmx").stat().st_size


CONCEPTS = [
    tbx.Concept(
        "c1",
        (tbx.Term("Bộ Ngoại giao", "preferredTerm-admn-sts", "fullForm", "Bộ Ngoại giao thông báo."), tbx.Term("BNG")),
        (tbx.Term("Ministry of Foreign Affairs"), tbx.Term("MOFA", "admittedTerm-admn-sts", "acronym")),
        "diplomacy",
        "confidence 0.93 & <more>",
    ),
    tbx.Concept("c2", (tbx.Term("hội đàm"),), (tbx.Term("talks"),)),
]


@pytest.mark.parametrize("version", [2, 3])
def test_tbx_comes_back_and_is_valid(tmp_path, version):
    for name in ("a.tbx", "a.tbx.gz"):
        assert tbx.write(tmp_path / name, CONCEPTS, version) == 2
        assert list(tbx.read(tmp_path / name)) == CONCEPTS
        assert list(validation.validate(tmp_path / name)) == []


@pytest.mark.parametrize(
    ("version", "old", "new", "line", "message"),
    [
        (3, "<term>hội đàm</term>", "<term> </term>", 6, "<term> is empty"),
        (3, "admittedTerm-admn-sts", "approved", 5, "administrativeStatus is 'approved', expected preferred"),
        (3, 'type="subjectField"', 'type="domain"', 5, "<descrip> has the type 'domain', which TBX-Basic"),
        (3, 'id="c2"', 'id="c1"', 6, "the id 'c1' stands twice"),
        (3, "<termSec><term>talks</term></termSec>", "", 6, "<langSec> that begins in line 6 ends without <termSec>"),
        (3, ' style="dca"', "", 2, "<tbx> lacks the attribute style"),
        (3, "ed-2", "ed-1", 2, "<tbx> lacks xmlns='urn:iso:std:iso:30042:ed-2'"),
        (3, "<termSec><term>talks</term></termSec>", "<tig><term>talks</term></tig>", 6, "<tig> does not belong in"),
        (2, '<langSet xml:lang="en"><tig><term>talks', '<langSet xml:lang="vi"><tig><term>talks', 7, "two <langSet>"),
        (2, "<body>", "<body>text", 6, "text 'text' stands directly in <body>"),
    ],
)  # fmt: skip
def test_tbx_errors(tmp_path, version, old, new, line, message):
    tbx.write(tmp_path / "a.tbx", CONCEPTS, version)
    text = (tmp_path / "a.tbx").read_text("utf-8")
    assert old in text
    found = errors(problems(tmp_path, text.replace(old, new), "b.tbx"))
    assert found
    assert found[0][0] == line
    assert message in found[0][1]


def test_tbx_refuses_entities_and_other_files(tmp_path):
    (tmp_path / "a.tbx").write_text('<!DOCTYPE tbx [<!ENTITY a "b">]><tbx/>', encoding="utf-8")
    with pytest.raises(FormatError, match="declares XML entities"):
        list(tbx.read(tmp_path / "a.tbx"))
    (tmp_path / "a.tbx").write_text("<tmx/>", encoding="utf-8")
    with pytest.raises(FormatError, match="the root element is <tmx>, expected <tbx> or <martif>"):
        list(tbx.read(tmp_path / "a.tbx"))


@pytest.mark.parametrize(
    ("concept", "message"),
    [
        (tbx.Concept("c1", (tbx.Term("x"),), ()), "entry c1 has no term in en"),
        (tbx.Concept("c1", (tbx.Term("x", "fine"),), (tbx.Term("y"),)), "status 'fine' is unknown"),
    ],
)
def test_tbx_writer_refuses_what_is_no_entry(tmp_path, concept, message):
    with pytest.raises(OutputError, match=message):
        tbx.write(tmp_path / "a.tbx", [concept])
    with pytest.raises(OutputError, match="two entries have the id 'c2'"):
        tbx.write(tmp_path / "a.tbx", [CONCEPTS[1], CONCEPTS[1]])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", [2, 3])
def test_a_glossary_table_comes_back_from_tbx(tmp_path, align, version):
    table = (
        "vi\ten\tkind\tacronym\tvariants_vi\tvariants_en\texample_vi\texample_en\tstatus\tnote\n"
        "Bộ Ngoại giao\tMinistry of Foreign Affairs\tname\tMOFA; MFA\tBNG\tForeign Ministry\tBộ Ngoại giao họp.\t"
        "The ministry met.\tadmittedTerm-admn-sts\tsay & see\nhội đàm\ttalks\t\t\t\t\t\t\tpreferredTerm-admn-sts\t\n"
    )
    (tmp_path / "a.tsv").write_text(table, encoding="utf-8")
    assert align("convert", tmp_path / "a.tsv", tmp_path / "b.tbx", "--tbx", version)[0] == 0
    assert list(validation.validate(tmp_path / "b.tbx")) == []
    rows.convert(tmp_path / "b.tbx", tmp_path / "c.tsv")
    assert (tmp_path / "c.tsv").read_text("utf-8") == table


def test_translate_toolkit_reads_version_2(tmp_path):
    toolkit = pytest.importorskip("translate.storage.tbx")
    tbx.write(tmp_path / "a.tbx", CONCEPTS, 2)
    units = toolkit.tbxfile.parsefile(str(tmp_path / "a.tbx")).units
    assert [(unit.source, unit.target) for unit in units] == [
        ("Bộ Ngoại giao", "Ministry of Foreign Affairs"),
        ("hội đàm", "talks"),
    ]
