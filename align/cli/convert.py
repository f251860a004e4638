"""`align convert`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from align.cli.console import err, out
from align.formats import TmxOptions, rows


class TbxVersion(StrEnum):
    """Versions of TBX."""

    v2 = "2"
    v3 = "3"


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A corpus of any origin, or a glossary.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its name says the format.")],
    vi_code: Annotated[str, typer.Option("--vi-code", help="Code of Vietnamese in TMX, such as vi-VN.")] = "vi",
    en_code: Annotated[str, typer.Option("--en-code", help="Code of English in TMX, such as en-US.")] = "en",
    doctype: Annotated[bool, typer.Option("--doctype", help="Write the DOCTYPE line into TMX.")] = False,
    tbx: Annotated[TbxVersion, typer.Option("--tbx", help="Version of TBX: 3, or 2 for OmegaT.")] = TbxVersion.v3,
) -> None:
    """Write a corpus in another format: .tsv .tmx .jsonl (also .gz) .parquet .xlsx, Moses .vi and .en; .tbx glossaries.

    Example: align convert outputs/sample/corpus.tsv outputs/sample/corpus.xlsx
    """
    tmx = TmxOptions(vi=vi_code, en=en_code, doctype=doctype)
    options = rows.WriteOptions(tmx, 2 if tbx is TbxVersion.v2 else 3)
    done = rows.convert(source, target, options)
    out.print(f"{target}: {done.rows:,} rows", markup=False)
    if done.left_out:
        err.print(f"align: {source}: {done.left_out:,} rows left out: {done.first}", markup=False)
    if done.columns:
        names = ", ".join(done.columns)
        err.print(f"align: {target}: no place in this format for the columns {names}", markup=False)
