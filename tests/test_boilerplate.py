"""Lines that an outlet prints on many pages go; a story that many sites print stays."""

from __future__ import annotations

import random

from align.documents import parse
from align.documents.boilerplate import strip_repeated
from align.types import Document

NOUNS = ("bridge", "school", "market", "harbor", "road", "river", "tower", "garden", "station", "library", "museum")
FOOTER = "The Example Times is the paper of the valley; call the desk on 0912 345 678 at any hour."


def article(number, *extra, url=None, lang="en"):
    pick = random.Random(number)
    body = [
        f"The {pick.choice(NOUNS)} of town {number} was {pick.choice(('closed', 'opened', 'painted'))} on day {k} "
        f"because the {pick.choice(NOUNS)} near the {pick.choice(NOUNS)} had been {number * 7 + k} years old."
        for k in range(5)
    ]
    raw = "\n".join([f"Town {number} and its {NOUNS[number % 11]}", *body, *extra])
    found = parse(raw, doc_id=f"d{number}", url=url, source=f"d{number}.txt", lang=lang)
    assert isinstance(found, Document)
    return found


def test_a_line_of_eight_pages_goes_and_is_listed():
    documents = [article(k, FOOTER.replace("678", str(600 + k))) for k in range(8)] + [article(k) for k in range(8, 20)]
    stripped = strip_repeated(documents)
    for before, after in zip(documents[:8], stripped[:8], strict=True):
        line = before.text.split("\n")[-1]
        assert after.text == before.text.removesuffix("\n" + line)
        assert [(item.rule, item.text) for item in after.furniture[len(before.furniture) :]] == [("boilerplate", line)]
    assert stripped[8:] == documents[8:]


def test_a_line_of_seven_pages_stays():
    documents = [article(k, FOOTER) for k in range(7)] + [article(k) for k in range(7, 20)]
    assert strip_repeated(documents) == documents


def test_a_line_of_few_pages_of_a_large_outlet_stays():
    documents = [article(k, FOOTER) for k in range(8)] + [article(k) for k in range(8, 500)]
    assert strip_repeated(documents) == documents


def test_outlets_are_counted_apart():
    documents = [article(k, FOOTER, url=f"https://site{k % 4}.vn/{k}") for k in range(24)]
    assert strip_repeated(documents) == documents
    documents = [article(k, FOOTER, url=f"https://site.vn/{k}") for k in range(8)] + [
        article(k, FOOTER, url=f"https://other{k}.vn/") for k in range(8, 16)
    ]
    assert [len(item.text.split("\n")) for item in strip_repeated(documents)] == [6] * 8 + [7] * 8


def test_a_wire_story_on_many_pages_stays_whole():
    story = [f"Paragraph {name} of the same story about the {name} of the valley and its people." for name in NOUNS[:6]]
    copies = []
    for k in range(20):
        found = parse("\n".join(["The same story", *story]), doc_id=f"c{k}", source=f"c{k}.txt")
        assert isinstance(found, Document)
        copies.append(found)
    assert strip_repeated(copies) == copies
    mixed = copies + [article(k, FOOTER) for k in range(20)]
    assert strip_repeated(mixed)[:20] == copies
    assert all("boilerplate" in [f.rule for f in item.furniture] for item in strip_repeated(mixed)[20:])


def test_a_line_in_the_middle_of_stories_stays():
    documents = []
    for k in range(20):
        lines = article(k).text.split("\n")
        found = parse("\n".join([*lines, FOOTER, *(f"{line} Again {k}." for line in lines[1:])]), doc_id=f"d{k}")
        assert isinstance(found, Document)
        documents.append(found)
    assert strip_repeated(documents) == documents


def test_the_order_of_documents_makes_no_difference_and_a_second_pass_changes_nothing():
    documents = [article(k, FOOTER, "Another line that stands below each of the stories here.") for k in range(12)]
    documents += [article(k) for k in range(12, 30)]
    once = strip_repeated(documents)
    assert strip_repeated(once) == once
    shuffled = random.Random(1).sample(documents, len(documents))
    again = {item.doc_id: item for item in strip_repeated(shuffled)}
    assert [again[item.doc_id] for item in documents] == once
    assert strip_repeated([]) == []
