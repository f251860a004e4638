"""Sheets of an audit: written to be filled in by hand, and read back."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from align import formats
from align.curation import audit
from align.errors import FormatError, InputError
from align.formats.atomic import atomic_path
from align.formats.rows import open_rows, text_of
from align.formats.rows.xlsx import Choices, write_sheet
from align.pipeline import corpora
from align.types import Unit

COLUMNS: Final = ("number", "id", "vi", "en", "code", "comment")
SHEETS: Final = (".xlsx", ".tsv", ".html")


def write(folder: Path, out: Path, size: int, seed: int = 1) -> int:
    """Draw a sample of a run's corpus and write the sheet. Quality is not shown: it would sway the judgment.

    Returns:
        Number of units in it.

    Raises:
        InputError: there is no corpus, or the sheet's name ends with none of SHEETS.
        OutputError: it cannot be written.
    """
    if out.suffix.lower() not in SHEETS:
        raise InputError(f"{out}: a sheet is one of {', '.join(SHEETS)}; choose such a name")
    if out.exists():
        raise InputError(f"{out}: is there already and may hold judgments; move it away or give another --out")
    picked = audit.sample(list(corpora.reviewed_units(folder)), size, seed)
    rows = [[str(number), unit.id, unit.vi, unit.en, "", ""] for number, unit in enumerate(picked, 1)]
    if out.suffix.lower() == ".tsv":
        formats.write_table(out, COLUMNS, rows)
    elif out.suffix.lower() == ".html":
        formats.write_lines(out, [_page(picked)])
    else:
        legend = [[code, meaning] for code, meaning in audit.CODES.items()]
        with atomic_path(out) as temporary:
            write_sheet(temporary, out, COLUMNS, iter(rows), Choices("code", legend))
    return len(picked)


def read(folder: Path, sheet: Path) -> audit.Audit:
    """Read a filled-in sheet back.

    Raises:
        InputError: it is not the sheet of this corpus, or nothing was judged.
        FormatError: a code is unknown.
    """
    if sheet.suffix.lower() not in {".tsv", ".xlsx"}:
        raise InputError(f"{sheet}: expected .tsv or .xlsx; the page saves its codes as .tsv")
    judgments: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(open_rows(sheet).rows(), 2):
        try:
            judgments[text_of(row, "id")] = audit.codes_of(text_of(row, "code"))
        except ValueError as error:
            raise FormatError(sheet, number, str(error)) from error
    return audit.evaluate(list(corpora.reviewed_units(folder)), judgments)


_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.5rem;vertical-align:top;"
    "text-align:left}td:nth-child(2),td:nth-child(3){width:38%}button{font:inherit;padding:.4rem 1rem}"
)
# Builds the table that `align audit --read` takes; nothing leaves the page.
_SCRIPT: Final = """
document.getElementById("save").onclick = () => {
  const clean = text => text.replace(/\\s+/g, " ").trim();
  const lines = ["number\\tid\\tvi\\ten\\tcode\\tcomment"];
  for (const row of document.querySelectorAll("tbody tr")) {
    const [number, vi, en] = [...row.cells].map(cell => clean(cell.textContent));
    const [code, comment] = ["select", "input"].map(tag => clean(row.querySelector(tag).value));
    lines.push([number, row.dataset.id, vi, en, code, comment].join("\\t"));
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\\n") + "\\n"], {type: "text/tab-separated-values"}));
  link.download = "audit.tsv";
  link.click();
};
"""


def _page(units: Sequence[Unit]) -> str:
    """A page that works without a net: a menu of codes a row, and a button that saves them as TSV."""
    options = "".join(f"<option>{html.escape(code)}</option>" for code in ("", *audit.CODES))
    legend = "".join(f"<li><b>{html.escape(c)}</b> {html.escape(meaning)}</li>" for c, meaning in audit.CODES.items())
    rows = "".join(
        f'<tr data-id="{html.escape(unit.id)}"><td>{number}</td><td lang="vi">{html.escape(unit.vi)}</td>'
        f'<td lang="en">{html.escape(unit.en)}</td><td><select aria-label="code of {number}">{options}</select></td>'
        f'<td><input aria-label="comment on {number}"></td></tr>\n'
        for number, unit in enumerate(units, 1)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Audit</title>'
        f"<style>{_STYLE}</style></head><body><h1>Audit</h1><p>Choose a code for every row, then save.</p>"
        f"<ul>{legend}</ul><table><thead><tr><th></th><th>Vietnamese</th><th>English</th><th>code</th><th>comment</th>"
        f'</tr></thead><tbody>\n{rows}</tbody></table><p><button id="save">Save as audit.tsv</button></p>'
        f"<script>{_SCRIPT}</script></body></html>\n"
    )
