"""`align pair`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from align import documents, encoders, formats, pipeline
from align.bitext import Bitext
from align.cli.console import out as console
from align.cli.options import AlignerOption
from align.errors import InputError
from align.formats import gold, ladder, tsv
from align.segment import segment
from align.types import Bead, Document, Lang, Segment


class Format(StrEnum):
    """How the alignment is shown."""

    table = "table"
    ladder = "ladder"
    tsv = "tsv"
    tmx = "tmx"


def pair(
    vi: Annotated[Path, typer.Argument(metavar="VI", help="Vietnamese text.")],
    en: Annotated[Path, typer.Argument(metavar="EN", help="English text.")],
    segmented: Annotated[
        bool, typer.Option("--segmented", help="One segment a line; blank lines keep their place.")
    ] = False,
    style: Annotated[Format, typer.Option("--format", help="How to show the beads.")] = Format.table,
    out: Annotated[Path | None, typer.Option("--out", help="Write to a file instead of the terminal.")] = None,
    encoder: Annotated[str | None, typer.Option("--encoder", help="Name or folder of an encoder.")] = None,
    aligner: AlignerOption = None,
) -> None:
    """Align two files known to belong together.

    Example: align pair article.vi.txt article.en.txt --format ladder
    """
    loaded = encoders.load_encoder(encoder)
    if segmented:
        bitext = pipeline.pair_segments(gold.read_segments(vi), gold.read_segments(en), loaded, aligner)
    else:
        bitext = pipeline.pair_documents(_document(vi, "vi"), _document(en, "en"), loaded, aligner)
    _show(bitext, style, out, loaded.signature)


def _document(path: Path, lang: Lang) -> tuple[Document, tuple[Segment, ...]]:
    for read in documents.read([path]):
        if not isinstance(read, Document):
            raise InputError(f"{read.doc}: {read.reason}")
        if read.lang != lang:
            raise InputError(f"{path}: its text is {read.lang}, expected {lang}; give the Vietnamese file first")
        return read, segment(read)
    raise InputError(f"{path}: no article in it")


def _show(bitext: Bitext, style: Format, out: Path | None, signature: str) -> None:
    if style is Format.tmx:
        if out is None:
            raise typer.BadParameter("TMX goes into a file: give --out FILE.tmx", param_hint="--format")
        formats.write_tmx(out, bitext.units(), formats.TmxOptions(encoder=signature))
    elif style is Format.table and out is None:
        console.print(_table(bitext))
    else:
        lines = _lines(bitext, style)
        if out is None:
            for line in lines:
                print(line, end="")
        else:
            formats.write_lines(out, lines)


def _lines(bitext: Bitext, style: Format) -> list[str]:
    if style is Format.ladder:
        return list(ladder.lines(bitext.beads))
    if style is Format.tsv:
        return ["\t".join(row) + "\n" for row in (tsv.COLUMNS, *map(tsv.unit_cells, bitext.units()))]
    return [
        f"{bead.shape}\t{'' if bead.quality is None else f'{bead.quality:.2f}'}\t{vi}\t{en}\n"
        for bead, vi, en in _rows(bitext)
    ]


def _rows(bitext: Bitext) -> list[tuple[Bead, str, str]]:
    return [
        (
            bead,
            " ".join(tsv.cell(bitext.vi_segments[k].text) for k in bead.vi),
            " ".join(tsv.cell(bitext.en_segments[k].text) for k in bead.en),
        )
        for bead in ladder.reading_order(bitext.beads)
    ]


def _table(bitext: Bitext) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column("quality", justify="right", no_wrap=True)
    table.add_column("Vietnamese", ratio=1)
    table.add_column("English", ratio=1)
    for bead, vi, en in _rows(bitext):
        color = _color(bead.quality)
        quality = "" if bead.quality is None else f"{bead.quality:.2f}"
        table.add_row(Text(quality, style=color), Text(vi, style=color), Text(en, style=color))
    return table


def _color(quality: float | None) -> str:
    if quality is None:
        return "dim"
    return "green" if quality >= 0.8 else "yellow" if quality >= 0.5 else "red"
