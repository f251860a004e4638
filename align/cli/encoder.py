"""`align encoder`: what encodes the segments."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from align.cli.console import out as console
from align.encoders import EMBEDDED, load_encoder

app = typer.Typer(help="Show encoders.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_encoders() -> None:
    """List the encoders that need no download.

    Example: align encoder list
    """
    console.print(f"{EMBEDDED}  {load_encoder().signature}", markup=False)


@app.command("info")
def info(
    name: Annotated[str, typer.Argument(help="Name or folder of an encoder.")] = EMBEDDED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole model card as JSON.")] = False,
) -> None:
    """Show what an encoder is, what it was trained on and how good it is.

    Example: align encoder info embedded
    """
    encoder = load_encoder(name)
    if as_json:
        print(json.dumps(encoder.card, ensure_ascii=False, indent=1))
        return
    card = encoder.card
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    size = sum(path.stat().st_size for path in encoder.folder.iterdir() if path.is_file())
    table.add_row("signature", encoder.signature)
    table.add_row("license", str(card["license"]))
    table.add_row("size", f"{size / 1e6:.1f} MB, {card['dim']} dimensions")
    table.add_row("trained", f"{card['date']} on {sum(source['pairs'] for source in card['sources']):,} pairs")
    for source in card["sources"]:
        table.add_row("", f"{source['name']}: {source['pairs']:,} pairs, {source['license']}")
    for name_of_set, (forth, back) in card.get("margin_p_at_1_vi_en", {}).items():
        table.add_row("margin P@1", f"{name_of_set}: {forth:.4f} vi>en, {back:.4f} en>vi")
    console.print(table)
