"""`align audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from align.cli.console import out as console
from align.curation.audit import Audit, Interval
from align.pipeline import audit as sheets


def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a run.")],
    n: Annotated[int, typer.Option("--n", min=1, help="Units to judge.")] = 100,
    out: Annotated[
        Path | None, typer.Option("--out", help="The sheet, .xlsx, .tsv or .html (default: DIR/audit.xlsx).")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the sample.")] = 1,
    read: Annotated[Path | None, typer.Option("--read", help="A filled-in sheet, .xlsx or .tsv.")] = None,
    target: Annotated[
        float, typer.Option("--target", min=0, max=1, help="Precision to advise a threshold for.")
    ] = 0.95,
) -> None:
    """Draw a sample to judge by hand; read back, it gives precision by band of quality.

    Example: align audit outputs/sample --n 100
    """
    if read is None:
        sheet = out or folder / "audit.xlsx"
        drawn = sheets.write(folder, sheet, n, seed)
        console.print(f"{sheet}: {drawn} units to judge; then: align audit {folder} --read {sheet}", markup=False)
        return
    found = sheets.read(folder, read)
    console.print(_table(found))
    if found.errors:
        codes = ", ".join(f"{count} {code}" for code, count in found.errors.items())
        console.print(f"codes: {codes}", markup=False)
    console.print(_advice(found, target), markup=False)


def _table(found: Audit) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("quality from", "units", "judged", "precision", "95% interval"):
        table.add_column(name, justify="right")
    total = sum(size for size, _ in found.bands.values())
    rows = [(f"{low:.1f}", size, interval) for low, (size, interval) in found.bands.items()]
    for name, size, interval in (*rows, ("all", total, found.overall)):
        table.add_row(name, f"{size:,}", *_cells(interval))
    return table


def _cells(interval: Interval | None) -> tuple[str, str, str]:
    if interval is None:
        return "0", "", ""
    return str(interval.judged), f"{interval.share:.3f}", f"{interval.low:.3f} to {interval.high:.3f}"


def _advice(found: Audit, target: float) -> str:
    threshold = found.advice(target)
    if threshold is None:
        best = max(found.thresholds.values(), key=lambda entry: entry[0].low, default=None)
        said = f"; the best lower bound is {best[0].low:.3f}" if best else ""
        return f"no threshold is sure to reach a precision of {target:g}{said}: judge more units, or lower --target"
    interval, units = found.thresholds[threshold]
    return (
        f"for a precision of {target:g} keep quality from {threshold:.2f}: {interval.share:.3f} "
        f"({interval.low:.3f} to {interval.high:.3f}), {units:,} units"
    )
