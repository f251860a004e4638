"""Pictures of every page, in light and dark, for a laptop and a phone.

Example: python scripts/screenshots.py outputs/sample --out outputs/screenshots
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without them Chromium looks up its maker's hosts at every start.
QUIET: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SIZES: Final = {"laptop": (1280, 800), "phone": (390, 844)}
SETTLED: Final = 250  # milliseconds after which nothing moves any more


def chromium() -> str:
    """The system's Chromium.

    Raises:
        SystemExit: there is none.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"no browser: none of {', '.join(BROWSERS)} is on the PATH; install the system's package chromium")
    return found


def pages(browser: Browser) -> Iterator[tuple[str, Page]]:
    """An empty page for each size and color scheme, with its name."""
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            yield f"{size}-{scheme}", context.new_page()
            context.close()


def report(browser: Browser, run: Path, out: Path) -> Iterator[Path]:
    """Pictures of each view of a report."""
    for kind, page in pages(browser):
        page.goto((run / "report.html").resolve().as_uri())
        heads = page.eval_on_selector_all(".pair .s[id]", "heads => heads.map(head => head.id)")
        views = {name: name for name in ("overview", "events", "units")} | {"pair": "p0"}
        for name, address in (views | {"unit": heads[len(heads) // 2]} if heads else views).items():
            page.evaluate("address => { location.hash = address }", address)
            page.wait_for_timeout(SETTLED)
            path = out / f"report-{name}-{kind}.png"
            page.screenshot(path=path, full_page=name in {"overview", "pair"})
            yield path


@contextmanager
def served(run: Path) -> Iterator[str]:
    """Address of the review page of a copy of a run: pictures decide nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / run.name
        shutil.copytree(run, copy)
        command = [sys.executable, "-u", "-c", "from align.cli import main; main()", "review", str(copy)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
            assert process.stdout is not None
            yield next(line.strip() for line in process.stdout if line.startswith("http://"))
            process.terminate()


def review(browser: Browser, run: Path, out: Path) -> Iterator[Path]:
    """Pictures of the review page: a unit, its text edited, its segments chosen anew."""
    with served(run) as address:
        for kind, page in pages(browser):
            page.goto(address)
            page.fill("#name", "Nguyễn An")
            page.keyboard.press("Enter")
            for name, key in (("unit", "a"), ("edit", "e"), ("segments", "b")):
                page.keyboard.press("Escape")
                page.keyboard.press(key)
                page.wait_for_timeout(SETTLED)
                path = out / f"review-{name}-{kind}.png"
                page.screenshot(path=path)
                yield path


def main() -> None:
    """Read the arguments, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a run, with its report.html")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for take in (report, review):
            for path in take(browser, arguments.run, arguments.out):
                print(path)
        browser.close()


if __name__ == "__main__":
    main()
