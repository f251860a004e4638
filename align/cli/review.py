"""`align review`."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from align.cli.console import out as console
from align.errors import ConfigError
from align.review import FILE, Desk, Store
from align.review.recalibrate import recalibrate

_NAMES = ("127.0.0.1", "localhost", "[::1]")


def review(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a build.")],
    port: Annotated[int, typer.Option("--port", help="Port; 0 takes a free one (default).")] = 0,
    host: Annotated[str, typer.Option("--host", help="Loopback address to serve on.")] = "127.0.0.1",
    change: Annotated[
        bool, typer.Option("--recalibrate", help="Only report what the decisions say of the quality scores.")
    ] = False,
) -> None:
    """Check, correct, accept and reject units in the browser; decisions are kept in DIR and applied by align export.

    Example: align review outputs/sample
    """
    with opened(folder, new=not change) as desk:
        if change:
            _show(desk)
            return
        _serve(desk, _loopback(host), port)


@contextmanager
def opened(folder: Path, *, new: bool = False) -> Iterator[Desk]:
    """A run with its log of decisions, closed at the end; a log that is not there is made only if `new`."""
    from align.review.desk import require_run

    require_run(folder)  # before the log is made: no file is left in a folder that is no run
    path = folder / FILE
    store = Store(path if new or path.exists() else Path(":memory:"))
    try:
        yield Desk(folder, store)
    finally:
        store.close()


def _loopback(host: str) -> str:
    try:
        if ip_address(host).is_loopback:
            return host
    except ValueError:
        if host == "localhost":
            return "127.0.0.1"
    raise ConfigError(
        f"--host is {host!r}, expected a loopback address such as 127.0.0.1: the page is for this machine"
    )


def _serve(desk: Desk, host: str, port: int) -> None:
    import uvicorn

    from align.review.app import Office, make_app
    from align.review.glossary import read_terms

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()  # whoever reads the address below may come at once
        except OSError as error:
            raise ConfigError(f"--port {port}: cannot be opened ({error.strerror}); choose another, or 0") from error
        port = listener.getsockname()[1]
        token = secrets.token_urlsafe(16)
        shown = f"[{host}]" if ":" in host else host
        office = Office(desk, read_terms(desk.folder), token, frozenset(f"{name}:{port}" for name in (*_NAMES, shown)))
        done, total = desk.progress()
        console.print(
            f"{done:,} of {total:,} units decided; {len(desk.lost):,} decisions of earlier builds fit no unit"
        )
        console.print(f"http://{shown}:{port}/{token}/", markup=False)
        console.print("Open it in a browser of this machine; Ctrl+C ends. Every decision is saved as it is made.")
        uvicorn.Server(uvicorn.Config(make_app(office), log_level="warning", access_log=False)).run([listener])


def _show(desk: Desk) -> None:
    found = recalibrate(desk)
    table = Table(box=None, pad_edge=False)
    for name in ("quality from", "decided", "accepted", "mean quality", "recalibrated"):
        table.add_column(name, justify="right")
    for row in found.bands:
        table.add_row(
            f"{row.low:.1f}", f"{row.units:,}", f"{row.accepted:.2f}", f"{row.before:.2f}", f"{row.after:.2f}"
        )
    console.print(table)
    console.print(f"mean squared error {found.before:.4f} before, {found.after:.4f} after")
    console.print(f"new log-odds = {found.odds:.3f} x log-odds of quality {found.shift:+.3f}")
