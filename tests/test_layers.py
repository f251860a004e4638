"""A module imports only modules of lower layers; inside a package everything below its own facade is free."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "align"

LAYERS = [
    {"types", "errors"},
    {"text", "config", "digests", "gunzip", "logistic", "boosting", "weights"},
    {"anchors"},
    {"documents", "segment", "encoders", "formats"},
    {"matching", "near_duplicates", "beads", "baselines", "bitext", "evaluate"},
    {"curation"},
    {"quality", "filters", "glossary"},
    {"scoring"},
    {"report"},
    {"termbase"},
    {"review"},
    {"pipeline"},
    {"bench"},
    {"facade", "cli"},
]
LEVEL = {name: number for number, names in enumerate(LAYERS) for name in names}
HEAVY = {
    "comet",
    "jinja2",
    "starlette",
    "uvicorn",
    "torch",
    "sentence_transformers",
    "polars",
    "scipy",
    "sacrebleu",
    "sklearn",
    "pyarrow",
    "trafilatura",
    "ftfy",
    "openpyxl",
    "xlsxwriter",
}
MODULES = sorted(ROOT.rglob("*.py"))


def part(path):
    """The part of the house that a module belongs to: align/beads/search.py -> beads."""
    return path.relative_to(ROOT).with_suffix("").parts[0]


def imported(tree):
    """Names of all imported modules, with the line, and whether the import stands at module level."""
    top = set(ast.iter_child_nodes(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" if node.module == "align" else node.module for alias in node.names]
            yield from ((name, node.lineno, node in top) for name in names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, node in top) for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path):
    own = part(path)
    if own == "__init__":
        return
    assert own in LEVEL, f"{own} has no layer: add it to LAYERS"
    for name, line, _ in imported(ast.parse(path.read_text(encoding="utf-8"))):
        pieces = name.split(".")
        if pieces[0] != "align" or len(pieces) == 1 or pieces[1].startswith("__"):
            continue
        other = pieces[1]
        assert other == own or LEVEL[other] < LEVEL[own], f"{path}:{line}: {own} imports {other}, which is not below it"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_packages_are_imported_inside_functions(path):
    for name, line, top in imported(ast.parse(path.read_text(encoding="utf-8"))):
        assert not (top and name.split(".")[0] in HEAVY), f"{path}:{line}: {name} is imported at module level"


def test_every_layer_name_exists():
    there = {part(path) for path in MODULES}
    assert set(LEVEL) <= there


def test_every_module_can_be_imported_first():
    """A cycle shows only where the wrong module comes first, which is what a program of somebody else may do.

    Cycles can only be inside one part: what stands above and below it stays imported.
    """
    names = [".".join(("align", *path.relative_to(ROOT).with_suffix("").parts)) for path in MODULES]
    names = [name.removesuffix(".__init__") for name in names]
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    part = name.split('.')[:2]\n"
        "    for old in [old for old in sys.modules if old.split('.')[:2] == part]:\n"
        "        del sys.modules[old]\n"
        "    try:\n"
        "        importlib.import_module(name)\n"
        "    except Exception as error:\n"
        "        sys.exit(f'{name}: {error!r}')\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *names], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
