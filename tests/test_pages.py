"""Web pages of several makes: the story, its date and site, and nothing of what stands around it."""

from __future__ import annotations

from datetime import date

import pytest

from align.documents import read
from align.types import Document, RejectedDocument

TITLE = "Town to repair bridge"
STORY = (
    "The council of the town met on Monday and agreed to repair the old bridge over the river, the mayor said later.",
    "Work on the bridge will begin in the spring and last for three months, and a company of the next valley does it.",
    "People of the town have waited for it for many years, because the bridge is the only way to the market here.",
)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in STORY)
JSON_LD = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
    '"headline":"Town to repair bridge","datePublished":"2024-11-04T08:00:00+07:00","dateModified":"2024-11-09",'
    '"author":{"@type":"Person","name":"Mary Lee"},'
    '"publisher":{"@type":"Organization","name":"Example Times"}}</script>'
)
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/w'>World</a></li></ul></nav>"
ASIDE = "<aside><h3>Most read</h3><ul><li><a href='/1'>Another story of the day</a></li></ul></aside>"


@pytest.fixture
def page(tmp_path):
    def write(content):
        path = tmp_path / "page.html"
        path.write_bytes(content.encode())
        found = list(read([path]))
        assert len(found) == 1
        return found[0]

    return write


@pytest.mark.parametrize(
    "content",
    [
        f"<html><head><title>{TITLE}</title></head><body>{MENU}<article>{PARAGRAPHS}</article>{ASIDE}</body></html>",
        (
            f"<head><title>{TITLE} | Example Times</title></head><body>{MENU}<div class='content'><h1>{TITLE}</h1>"
            f"<div class='body'>{'<br><br>'.join(STORY)}</div></div></body></html>"
        ),
        f"<head><title>{TITLE}</title></head><body>{PARAGRAPHS}<p>Share</p><p>Copyright 2024 Example Times</p></body>",
        f"<html><head><title>{TITLE}</title>{JSON_LD}</head><body><main>{PARAGRAPHS}</main>{ASIDE}</body></html>",
        f"<title>{TITLE}</title><article><h1>{TITLE}</h1>{PARAGRAPHS}<p><em>Read more: A new bridge</em></p></article>",
        (
            f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{TITLE}</title>'
            f"</head><body><div id='main'>{PARAGRAPHS}</div></body></html>"
        ),
    ],
)
def test_the_story_and_nothing_else(page, content):
    found = page(content)
    assert isinstance(found, Document)
    assert found.title == TITLE
    assert tuple(found.text.split("\n")) == (TITLE, *STORY)


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (JSON_LD, date(2024, 11, 4)),
        ('<meta property="article:published_time" content="2024-11-04T08:00:00+07:00">', date(2024, 11, 4)),
        ('<meta name="pubdate" content="2024-11-04">', date(2024, 11, 4)),
        ('<link rel="canonical" href="https://www.example.com/2024/11/04/bridge.html">', date(2024, 11, 4)),
        ("", None),
    ],
)
def test_the_date_of_a_page(page, head, day):
    content = f"<html><head><title>{TITLE}</title>{head}</head><body><article>{PARAGRAPHS}</article>"
    assert page(f"{content}<footer>Copyright 2021</footer>").date == day


def test_who_and_where(page):
    found = page(f"<html><head><title>{TITLE}</title>{JSON_LD}</head><body><article>{PARAGRAPHS}</article>")
    assert (found.author, found.site) == ("Mary Lee", "Example Times")


def test_a_file_named_by_an_entity_is_not_read(page, tmp_path):
    (tmp_path / "secret").write_text("top secret words", encoding="utf-8")
    doctype = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    found = page(f"{doctype}<html><body><article><p>&x;</p>{PARAGRAPHS}</article></body></html>")
    assert isinstance(found, RejectedDocument) or "secret words" not in found.text


def test_scripts_and_tags_never_reach_the_text(page):
    hostile = "<script>alert(1)</script><p onclick='x()'>The mayor said &lt;b&gt;no&lt;/b&gt; to <i>that</i> plan.</p>"
    found = page(
        f"<html><head><title>{TITLE}</title></head><body><article>{PARAGRAPHS}{hostile}</article></body></html>"
    )
    assert "alert" not in found.text
    assert found.text.endswith("The mayor said <b>no</b> to that plan.")  # what a reader of the page sees
