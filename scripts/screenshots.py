"""Pictures of every page, in light and dark, for a laptop and a phone.

Example: python scripts/screenshots.py outputs/sample --out outputs/screenshots
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without them Chromium looks up its maker's hosts at every start.
QUIET: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SIZES: Final = {"laptop": (1280, 800), "phone": (390, 844)}


def chromium() -> str:
    """The system's Chromium.

    Raises:
        SystemExit: there is none.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"no browser: none of {', '.join(BROWSERS)} is on the PATH; install Chromium")
    return found


def views(page: Page) -> Iterator[tuple[str, str]]:
    """Name and address of each view of a report."""
    yield from (("overview", "#overview"), ("events", "#events"), ("units", "#units"))
    links = page.eval_on_selector_all(".pair .s[id]", "heads => heads.map(head => head.id)")
    yield "pair", "#p0"
    if links:
        yield "unit", f"#{links[len(links) // 2]}"


def pictures(browser: Browser, report: Path, out: Path) -> Iterator[Path]:
    """Take and name the pictures of one report."""
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(report.resolve().as_uri())
            for name, address in list(views(page)):
                page.evaluate("address => { location.hash = address }", address)
                page.wait_for_timeout(150)
                path = out / f"{name}-{size}-{scheme}.png"
                page.screenshot(path=path, full_page=name in {"overview", "pair"})
                yield path
            page.close()


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
        for path in pictures(browser, arguments.run / "report.html", arguments.out):
            print(path)
        browser.close()


if __name__ == "__main__":
    main()
