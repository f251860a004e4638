"""`align encoder`: what encodes the segments."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from align.cli.console import err
from align.cli.console import out as console
from align.encoders import EMBEDDED, StaticEncoder, hub, load_encoder, retrieval, static_encoder
from align.encoders.training import TrainingConfig
from align.errors import InputError
from align.formats.pairs import read_pairs
from align.pipeline import training

app = typer.Typer(help="Show encoders.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_encoders() -> None:
    """List the encoders known by name; a folder serves as a name too.

    Example: align encoder list
    """
    console.print(f"{EMBEDDED:10} {static_encoder().signature}", markup=False)
    for name, (model, _) in hub.MODELS.items():
        console.print(f"{name:10} {model} (needs align-vien[hub] and the model)", markup=False)


@app.command("info")
def info(
    name: Annotated[str, typer.Argument(help="Name or folder of an encoder.")] = EMBEDDED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole model card as JSON.")] = False,
) -> None:
    """Show what an encoder is, what it was trained on and how good it is.

    Example: align encoder info embedded
    """
    encoder = load_encoder(name)
    if not isinstance(encoder, StaticEncoder):
        plain = {"signature": encoder.signature, "dim": encoder.dim}
        print(json.dumps(plain, indent=1) if as_json else f"signature  {encoder.signature}")
        return
    if as_json:
        print(json.dumps(encoder.card, ensure_ascii=False, indent=1))
        return
    card: dict[str, Any] = encoder.card
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


@app.command("test")
def test(
    corpus: Annotated[
        Path, typer.Argument(metavar="FILE", help="Pairs: .tsv with columns vi and en, .tmx, .jsonl ...")
    ],
    name: Annotated[str, typer.Option("--encoder", help="Name or folder of an encoder.")] = EMBEDDED,
) -> None:
    """Measure how often the best counterpart of a segment is the right one (margin P@1), both ways.

    Example: align encoder test outputs/sample/corpus.tsv
    """
    pairs = list(read_pairs(corpus))
    if not pairs:
        raise InputError(f"{corpus}: no pair with text on both sides")
    encoder = load_encoder(name)
    found = retrieval.test(encoder, [pair.vi for pair in pairs], [pair.en for pair in pairs])
    console.print(f"encoder     {encoder.signature}", markup=False)
    console.print(f"pairs       {found.pairs:,}")
    console.print(f"margin P@1  {found.vi_to_en:.4f} vi>en, {found.en_to_vi:.4f} en>vi", markup=False)


@app.command("train")
def train(
    corpora: Annotated[list[Path], typer.Argument(metavar="CORPUS...", help="Build folders or corpus files.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the new encoder.")],
    base: Annotated[str | None, typer.Option("--base", help="Encoder to go on from, such as embedded.")] = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Rounds over the pairs.")] = TrainingConfig.epochs,
    dim: Annotated[int, typer.Option("--dim", min=8, help="Dimensions, without --base; even.")] = TrainingConfig.dim,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal encoders.")] = TrainingConfig.seed,
) -> None:
    """Train an encoder on your own pairs; --encoder then takes its folder. Needs the extra align-vien[train].

    Example: align encoder train outputs/sample --base embedded --epochs 4 --out outputs/my-encoder
    """
    config = dataclasses.replace(TrainingConfig(), epochs=epochs, dim=dim + dim % 2, seed=seed)
    start = static_encoder(base) if base else None
    encoder = training.train_encoder(corpora, out, config, base=start, told=_tell)
    console.print(f"{out}: {encoder.signature}", markup=False)


def _tell(epoch: training.Epoch) -> None:
    held = epoch.held_out
    err.print(
        f"epoch {epoch.number}/{epoch.epochs}: loss {epoch.loss:.4f}, held-out P@1 {held.vi_to_en:.3f} vi>en, "
        f"{held.en_to_vi:.3f} en>vi ({held.pairs:,} pairs)",
        markup=False,
    )
