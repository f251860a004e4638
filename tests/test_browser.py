"""The pages in a real browser: searching, filtering, deep links, reviewing by keyboard, nothing lost, nothing loaded.

Needs the Python package playwright and the system's Chromium; `make test-browser` installs what it can. The check of
accessibility needs axe-core in build/axe (npm), too.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from align import bench
from align.bench.terms import read_glossary
from align.encoders import embedded
from align.glossary.types import Alternative, Context, Entry
from align.review import FILE, Store
from align.termbase import page as termbase_page

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Server(NamedTuple):
    process: subprocess.Popen
    address: str


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test-browser")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the PATH; install the system's package chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page that may say nothing to the console and ask no other host for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    opened = context.new_page()
    told, asked = [], []
    opened.on("console", lambda message: told.append(message.text) if message.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: told.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("dialog", lambda dialog: told.append(f"dialog {dialog.message}") or dialog.dismiss())
    yield opened
    context.close()
    assert told == []
    assert [url for url in asked if not url.startswith(("file://", "data:", "http://127.0.0.1:"))] == []


@pytest.fixture
def report(page, sample_run):
    page.goto((sample_run / "report.html").as_uri())
    return page


def visible_view(page):
    return page.eval_on_selector_all(".view", "views => views.filter(view => !view.hidden).map(view => view.id)")


# ---- the report ----


def test_the_report_is_ready_within_a_second(browser, sample_run):
    times = []
    for _ in range(3):
        page = browser.new_page()
        page.goto((sample_run / "report.html").as_uri())
        times.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        page.close()
    assert min(times) < 1000


def test_search_without_diacritics_finds_names_with_them(report):
    report.keyboard.press("/")
    report.keyboard.type("do quang khai")
    assert visible_view(report) == ["units"]
    found = report.eval_on_selector_all(
        "#hits mark.found", "marks => [...new Set(marks.map(mark => mark.textContent))]"
    )
    assert {"Đỗ Quang Khải", "Do Quang Khai"} <= set(found)
    report.fill("#q", "Đỗ Quang Khải")
    with_marks = report.locator("#hits li").count()
    assert with_marks > 0
    assert all("Đỗ Quang Khải" in text for text in report.locator("#hits li").all_inner_texts())
    report.fill("#q", "đỗ quang khái")
    assert report.locator("#hits li").count() == 0
    assert "Nothing" in report.inner_text("#found")


def test_to_lam_finds_to_lam_with_marks(page, tmp_path, sample_pairs):
    pair = json.loads(json.dumps(sample_pairs[0]))
    pair["vi"] |= side("Tổng Bí thư Tô Lâm phát biểu tại Hà Nội.", len(pair["vi"]["segments"]))
    page.goto(write_page(tmp_path, pair).as_uri())
    page.fill("#q", "to lam")
    assert page.locator("#hits mark.found").first.inner_text() == "Tô Lâm"
    page.fill("#q", "thuy")
    page.fill("#q", "Tô Lâm")
    assert page.locator("#hits li").count() > 0


def side(text, number):
    segments = [
        {"start": k * (len(text) + 1), "end": k * (len(text) + 1) + len(text), "text": text} for k in range(number)
    ]
    return {"title": text, "text": "\n".join([text] * number), "segments": segments, "furniture": []}


def write_page(folder, pair):
    from align.report import RunFacts, write_report

    (folder / "alignments.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    (folder / "rejected_documents.tsv").write_text("doc\treason\n", encoding="utf-8")
    counts = {"documents": {}, "events": 1, "pairs": 1, "units": 1, "bands": {}, "rejected": {}, "unmatched": 0}
    return write_report(folder, RunFacts(counts | {"rejected_documents": 0}, "none", {}, {}))[0]


def test_filters_by_quality_and_flag(report, sample_run):
    from align.formats import tsv

    files = ("corpus.tsv", "rejected.tsv")  # what was left out is shown, too
    qualities = [unit.quality for name in files for unit in tsv.read(sample_run / name)]
    left_out = len((sample_run / "rejected.tsv").read_text("utf-8").splitlines()) - 1
    report.click(".tabs a[href='#units']")
    report.check("input[value=q7]", force=True)
    assert report.locator("#hits li").count() == sum(0.7 <= quality < 0.9 for quality in qualities)
    report.check("input[value='']", force=True)
    report.select_option("#flag", "out")
    assert report.locator("#hits li").count() == left_out > 0
    report.select_option("#flag", "flag:contradicted_by")
    assert "contradicted by" in report.inner_text("#hits li")
    report.select_option("#flag", "")
    report.select_option("#order", "doubt")
    shown = report.locator("#hits .pill").all_inner_texts()
    assert shown == sorted(shown)


def test_a_deep_link_opens_its_unit(page, sample_run):
    from align.formats import tsv

    unit = list(tsv.read(sample_run / "corpus.tsv"))[40]
    page.goto(f"{(sample_run / 'report.html').as_uri()}#{unit.id}")
    assert page.locator(f"[id='{unit.id}']").is_visible()
    assert page.locator(".pair .s.on").count() == len(unit.vi_segments) + len(unit.en_segments)
    assert f"{unit.quality:.4f}" in page.inner_text("#card")
    assert page.locator(".pair:not([hidden]) .band").count() > 0


def test_the_reading_view_by_keyboard_and_mouse(report):
    report.evaluate("location.hash = 'p0'")
    report.wait_for_selector("#p0:not([hidden]) .band")
    bands = set(report.eval_on_selector_all("#p0 .band", "paths => paths.map(path => path.dataset.b)"))
    beads = set(report.eval_on_selector_all("#p0 .s[data-b]", "list => list.map(one => one.dataset.b)"))
    assert bands == beads
    report.keyboard.press("j")
    first = report.url.partition("#")[2]
    report.keyboard.press("j")
    second = report.url.partition("#")[2]
    assert first != second
    report.keyboard.press("k")
    assert report.url.endswith(f"#{first}")
    report.keyboard.press("Escape")
    assert report.locator("#card").is_hidden()
    report.locator("#p0 .s[data-b]").first.hover()
    assert re.fullmatch(r"\.\d\d", report.inner_html("#p0 .bands text"))
    report.select_option("#p0 .dim", "null")
    assert report.locator("#p0 .s.null.no").count() == 0
    assert report.locator("#p0 .s[data-b]:not(.no)").count() == 0
    report.keyboard.press("Escape")
    report.keyboard.press("n")
    assert visible_view(report) == ["p1"]


def test_in_rows_a_bead_stands_side_by_side(report, sample_pairs):
    report.evaluate("location.hash = 'p0'")
    report.keyboard.press("t")
    tops = "list => list.map(one => [one.dataset.b, Math.round(one.getBoundingClientRect().top)])"
    vi, en = (report.eval_on_selector_all(f"#p0 .col[lang={lang}] .s[data-b]", tops) for lang in ("vi", "en"))
    beads = [bead for bead in sample_pairs[0]["beads"] if len(bead["vi"]) == len(bead["en"]) == 1]
    assert len([entry for entry in vi if entry in en]) >= len(beads) > 3
    report.keyboard.press("t")
    assert report.locator("#p0 .band").count() > 0


def test_a_phone_shows_both_articles_in_one_column_without_scrolling_sideways(browser, sample_run):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((sample_run / "report.html").as_uri())
    for view in ("overview", "events", "units", "p0"):
        page.evaluate("view => { location.hash = view }", view)
        page.wait_for_selector(f"#{view}:not([hidden])")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = page.eval_on_selector_all(
        "#p0 .s", "list => list.map(one => [one.style.getPropertyValue('--o') * 1, one.getBoundingClientRect().top])"
    )
    assert [top for _, top in sorted(tops)] == sorted(top for _, top in tops)
    page.close()


def test_a_script_in_an_article_is_text(page, tmp_path, sample_pairs):
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    pair = json.loads(json.dumps(sample_pairs[0]))
    for lang in ("vi", "en"):
        pair[lang] |= side(attack, len(pair[lang]["segments"]))
    page.goto(write_page(tmp_path, pair).as_uri() + "#p0")
    assert attack in page.inner_text("#p0 .col")
    page.fill("#q", "script")
    assert attack in page.inner_text("#hits")
    assert page.locator("img").count() == 0


def test_dark_and_light_by_the_button(report):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = report.evaluate(paper)
    report.click("#theme")
    assert report.evaluate(paper) == light
    report.click("#theme")
    assert report.evaluate(paper) != light
    report.reload()
    assert report.evaluate(paper) != light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, sample_run, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not in build/axe: make test-browser")
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.goto((sample_run / "report.html").as_uri())
    for view in ("overview", "events", "units", "p0"):
        page.evaluate("view => { location.hash = view }", view)
        page.wait_for_selector(f"#{view}:not([hidden])")
        assert serious(page) == []
    page.close()


def serious(page):
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}]


# ---- the benchmark ----


@pytest.fixture(scope="module")
def bench_report(tmp_path_factory, sample_run):
    """The benchmark's report on the sample."""
    folder, out = ROOT / "corpus" / "bench", tmp_path_factory.mktemp("bench")
    test_set = bench.read_test_set(bench.Files((folder / "test.en",), folder / "test.vi", folder / "test.docids"))
    outputs = {name: bench.read_output(folder / f"{name}.en", test_set) for name in ("good", "mediocre", "broken")}
    extras = bench.Extras(read_glossary(ROOT / "corpus" / "gold" / "glossary.tsv"), embedded(), [sample_run])
    bench.write(bench.run(test_set, outputs, bench.Options(samples=100), extras), out)
    return (out / "report.html").as_uri()


def shown_segments(page):
    return page.eval_on_selector_all("article", "cards => cards.filter(card => !card.hidden).map(card => card.id)")


def test_segments_of_the_benchmark_are_chosen_and_found(page, bench_report):
    page.goto(bench_report)
    every = shown_segments(page)
    assert len(every) > 20
    page.click("button[data-show='faults:broken']")
    assert shown_segments(page) == [f"s{k}" for k in (3, 5, 8, 11, 13, 16, 18, 20, 27, 31)]
    page.fill("#q", "luoi dien asean")
    assert shown_segments(page) == ["s3", "s20"]
    page.fill("#q", "nowhere at all")
    assert page.is_visible("#none")
    page.evaluate("location.hash = 's6'")
    page.wait_for_selector("#s6:not([hidden])")
    assert shown_segments(page) == every


def test_the_benchmark_fits_a_phone(browser, bench_report):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(bench_report)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_benchmark_has_no_serious_fault(browser, bench_report, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not in build/axe: make test-browser")
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.goto(bench_report)
    assert serious(page) == []
    page.close()


# ---- the review ----


@pytest.fixture
def run(tmp_path, sample_run):
    folder = tmp_path / "run"
    shutil.copytree(sample_run, folder)
    return folder


@pytest.fixture
def serve(run):
    """Start `align review` on the run; every server still running is ended afterwards."""
    started = []

    def start():
        program = "from align.cli import main; main()"
        command = [sys.executable, "-u", "-c", program, "review", str(run)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ)
        started.append(process)
        for line in process.stdout:
            if line.startswith("http://"):
                return Server(process, line.strip())
        pytest.fail("the server ended without an address")

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def begin(page, server, name="Nguyễn An"):
    page.goto(server.address)
    page.wait_for_selector("#name-dialog[open]")
    page.fill("#name", name)
    page.keyboard.press("Enter")
    page.wait_for_selector(".now")


def press(page, key, done):
    page.keyboard.press(key)
    page.wait_for_function("done => document.querySelector('#count').textContent.startsWith(done + ' of')", arg=done)
    page.wait_for_function("() => !state.busy")


def test_ten_units_by_keyboard_outlive_a_killed_server(page, serve, run):
    server = serve()
    begin(page, server)
    ids = []
    for k in range(10):
        ids.append(page.get_attribute("#rows [aria-current]", "data-id"))
        press(page, "ar"[k % 2], k + 1)
        page.wait_for_function("id => document.querySelector('#rows [aria-current]').dataset.id !== id", arg=ids[-1])
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    store = Store(run / FILE)
    kept = [(d.unit, d.kind, d.reviewer) for d in store.decisions()]
    store.close()
    assert kept == [(unit, ("accept", "reject")[k % 2], "Nguyễn An") for k, unit in enumerate(ids)]
    page.goto(serve().address)
    page.wait_for_selector(".unit .now")
    assert page.inner_text("#count").startswith("10 of")


def test_edit_regroup_comment_and_undo(page, serve, run):
    begin(page, serve())
    page.keyboard.press("e")
    page.fill("#edit-vi", "Câu đã sửa.")
    page.fill("#edit-en", "A mended <b>sentence</b>.")
    press(page, "Control+Enter", 1)
    page.wait_for_selector(".now")
    page.keyboard.press("b")
    page.locator(".choose[lang=vi] input:not(:checked)").first.check()
    page.keyboard.press("Enter")
    page.wait_for_selector(".stamp.bind")
    page.keyboard.press("c")
    page.keyboard.type("xem lại")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.said').textContent.includes('xem lại')")
    page.keyboard.press("u")
    page.wait_for_function("() => !document.querySelector('.said').textContent.includes('xem lại')")
    press(page, "u", 1)
    press(page, "u", 0)
    store = Store(run / FILE)
    rows = store._base.execute("SELECT kind FROM decisions ORDER BY seq").fetchall()
    store.close()
    assert rows == [("edit",), ("bind",), ("comment",)]


def test_the_review_page_has_no_serious_fault(page, serve):
    if not AXE.exists():
        pytest.skip("axe-core is not in build/axe: make test-browser")
    begin(page, serve())
    assert serious(page) == []
    page.keyboard.press("b")
    page.wait_for_selector(".choose")
    assert serious(page) == []


def test_a_script_in_an_article_is_text_in_the_review(page, serve, run):
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    lines = (run / "alignments.jsonl").read_text("utf-8").splitlines()
    pair = json.loads(lines[0])
    for lang in ("vi", "en"):
        pair[lang] |= side(attack, len(pair[lang]["segments"]))
    (run / "alignments.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    (run / "glossary.tsv").write_text("vi\ten\nscript\t<b onclick=alert(3)>script</b>\n", encoding="utf-8")
    begin(page, serve(), "<i>An</i>")
    assert attack in page.inner_text(".now")
    assert page.inner_text("#who") == "<i>An</i>"
    assert "<b onclick" in page.inner_text(".term")
    page.keyboard.press("b")
    assert attack in page.inner_text(".choose")
    assert page.locator("img, .unit script, .term b").count() == 0


def test_a_term_is_decided_beside_the_unit_and_taken_back(page, serve, run):
    from align.formats import tsv

    firsts = [f"{unit.vi.split()[0]}\t{unit.en.split()[0]}\n" for unit in tsv.read(run / "corpus.tsv")]
    (run / "glossary.tsv").write_text("vi\ten\n" + "".join(firsts), encoding="utf-8")
    begin(page, serve())
    page.wait_for_selector(".term")
    unit = page.get_attribute("#rows [aria-current]", "data-id")
    page.click(".term button:last-child")
    page.wait_for_selector(".term.rejected")
    page.keyboard.press("u")
    page.wait_for_selector(".term.rejected", state="detached")
    assert page.get_attribute("#rows [aria-current]", "data-id") == unit
    assert page.inner_text("#count").startswith("0 of")


def test_without_scripts_everything_stands_on_the_page(browser, sample_run):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((sample_run / "report.html").as_uri())
    assert page.locator("#p20").is_visible()
    assert page.locator("#events").is_visible()
    context.close()


# ---- the glossary ----


@pytest.fixture
def glossary(page, tmp_path):
    spans = (3, 12), (7, 15)
    context = Context(
        "u1", "Về Biển Đông, họ <b>nói</b>.", "On the East Sea they spoke.", *spans, "v1", "e1", "2025-03-01"
    )
    rival = Alternative("South China Sea", 0.25, 1, ("e2",), "2025-03-02", "2025-03-02")
    entries = [
        Entry("Biển Đông", "East Sea", "place", 0.97, "sure", 4, 2, alternatives=(rival,), contexts=(context,)),
        Entry("hòa bình", "peace", "topic", 0.7, "likely", 9, 3),
        Entry("<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "topic", 0.2, "check", 1, 1),
    ]
    termbase_page.write(tmp_path / "glossary.html", entries, "a <corpus>")
    page.goto((tmp_path / "glossary.html").as_uri())
    return page


def terms(page):
    return page.eval_on_selector_all("#entries .vi .term", "terms => terms.map(term => term.textContent)")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bien dong", ["Biển Đông"]),
        ("Biển", ["Biển Đông"]),
        ("biến", []),
        ("south china", ["Biển Đông"]),
        ("hoà", ["hòa bình"]),
    ],
)
def test_terms_are_found_with_and_without_diacritics(glossary, query, found):
    glossary.fill("#q", query)
    assert terms(glossary) == found


def test_terms_are_filtered_and_ordered(glossary):
    assert terms(glossary)[:2] == ["Biển Đông", "hòa bình"]
    glossary.select_option("#order", "n")
    assert terms(glossary)[0] == "hòa bình"
    glossary.check("input[name=tier][value=likely]", force=True)
    assert terms(glossary) == ["hòa bình"]
    glossary.select_option("#kind", "place")
    assert terms(glossary) == []


def test_contexts_unfold_with_the_term_marked_and_markup_is_text(glossary):
    glossary.locator("summary").first.click()
    marks = glossary.eval_on_selector_all(".inside mark.hit", "marks => marks.map(mark => mark.textContent)")
    assert marks == ["Biển Đông", "East Sea"]
    assert "họ <b>nói</b>" in glossary.inner_text(".context")
    assert "25 %" in glossary.inner_text(".facts")
    assert terms(glossary)[2] == "<img src=x onerror=alert(1)>"


def test_the_glossary_fits_a_phone(glossary):
    glossary.set_viewport_size({"width": 390, "height": 844})
    glossary.locator("summary").first.click()
    assert glossary.evaluate("document.documentElement.scrollWidth") == 390
