"""Software bill of materials: CycloneDX 1.5 as JSON, from the metadata of the packages that are installed.

.venv/bin/python scripts/sbom.py --out outputs/sbom.json
.venv/bin/python scripts/sbom.py --extra hub --out outputs/sbom-hub.json

Equal packages give equal bytes: there is no time in it, and the serial number is made of the content.
"""

from __future__ import annotations

import argparse
import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from dependencies import Package, closure, missing, normalized, project, roots
from packaging.requirements import Requirement

from align import __version__
from align.formats.atomic import write_lines

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/schema/bom-1.5.schema.json")


def purl(name: str, version: str) -> str:
    """Address of a package of the Python index; the "+" of a local version is escaped."""
    return f"pkg:pypi/{name}@{version.replace('+', '%2B')}"


def component(package: Package) -> dict[str, Any]:
    """One package; "required" where the core needs it, "optional" where only an extra does."""
    reference = purl(package.name, package.version)
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference,
        "name": package.name,
        "version": package.version,
        "scope": "required" if "core" in package.roots else "optional",
        "purl": reference,
    }
    if package.license:
        found["licenses"] = [{"expression": package.license}]
    return found


def bom(packages: Sequence[Package], wanted: Sequence[str]) -> dict[str, Any]:
    """The whole document.

    Args:
        packages: their closure.
        wanted: "core", and names of extras.
    """
    own = normalized(project()["name"])
    versions = {package.name: purl(package.name, package.version) for package in packages}
    direct = sorted({normalized(Requirement(text).name) for root in wanted for text in roots()[root]})
    edges = {purl(own, __version__): direct, **{versions[p.name]: p.requires for p in packages}}
    root = {
        "type": "application",
        "bom-ref": purl(own, __version__),
        "name": own,
        "version": __version__,
        "licenses": [{"expression": project()["license"]}],
        "purl": purl(own, __version__),
    }
    content: dict[str, Any] = {
        "metadata": {"component": root},
        "components": [component(package) for package in packages],
        "dependencies": [
            {"ref": reference, "dependsOn": [versions[name] for name in names if name in versions]}
            for reference, names in sorted(edges.items())
        ],
    }
    serial = uuid.uuid5(_NAMESPACE, json.dumps(content, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return head | content


def main() -> None:
    """Write the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--extra", action="append", default=[], choices=[name for name in roots() if name != "core"])
    arguments = parser.parse_args()
    wanted = ["core", *arguments.extra]
    if absent := sorted(name for root in wanted for name in missing(root)):
        parser.error(f"not installed: {', '.join(absent)}; install them first, a bill lists what is there")
    document = bom(closure(wanted), wanted)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    write_lines(arguments.out, [json.dumps(document, ensure_ascii=False, indent=1) + "\n"])
    print(f"{arguments.out}: {len(document['components'])} components, {document['serialNumber']}")


if __name__ == "__main__":
    main()
