"""`align glossary`: term pairs of a parallel corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from align import termbase
from align.cli.console import out as console
from align.encoders import load_encoder
from align.formats import make_folder
from align.glossary.types import TIERS
from align.pipeline import glossary as pipeline
from align.review.glossary import term_verdicts


def glossary(
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS", help="A build's folder, or a corpus file of any format.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the glossary.")],
    top: Annotated[int, typer.Option("--top", min=1, help="Entries kept, best first.")] = 1000,
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="Term list used as evidence: diplomacy, or a file; repeatable.")
    ] = None,
    no_seed_list: Annotated[bool, typer.Option("--no-seed-list", help="Use no term list as evidence.")] = False,
    check: Annotated[
        list[str] | None, typer.Option("--check", help="Term list to hold the corpus against: check.tsv; repeatable.")
    ] = None,
    update: Annotated[
        Path | None, typer.Option("--update", help="Earlier glossary.tsv whose decisions stay; default: that of --out.")
    ] = None,
    encoder: Annotated[str | None, typer.Option("--encoder", help="Name or folder of an encoder.")] = None,
) -> None:
    """Find term pairs in a parallel corpus: glossary.tsv, .xlsx, .tbx, .html and files for OmegaT.

    Example: align glossary outputs/sample --out outputs/glossary
    """
    lists = [] if no_seed_list else domain or ["diplomacy"]
    terms = tuple(term for name in lists for term in pipeline.terms_of(name))
    against = [term for name in check or [] for term in pipeline.terms_of(name)]
    earlier = update or (out / "glossary.tsv" if (out / "glossary.tsv").exists() else None)
    decided = termbase.read_decisions(earlier, term_verdicts(earlier.parent)) if earlier else {}
    made = pipeline.make(corpus, load_encoder(encoder), terms, top, against)
    entries = termbase.merged(made.entries, decided)
    make_folder(out)
    termbase.write(out, entries, corpus.name or str(corpus))
    if against:
        pipeline.write_findings(out / "check.tsv", made.findings)
    _report(entries, len(decided), out)
    if against:
        verdicts = Counter(finding.verdict for finding in made.findings)
        console.print("check     ", ", ".join(f"{count} {name}" for name, count in sorted(verdicts.items())))


def _report(entries: list[termbase.Entry], decided: int, out: Path) -> None:
    tiers = Counter(entry.tier for entry in entries)
    console.print(f"entries    {len(entries)} ({', '.join(f'{tiers[name]} {name}' for name in TIERS)})")
    if decided:
        console.print(f"decisions  {decided} kept")
    console.print(f"{out}: {', '.join(termbase.FILES)} (written)", markup=False)
