"""Dependencies: permissive licenses alone, a page that names them all, and a bill of materials."""

import json
import re
import subprocess
import sys
from email.message import Message
from importlib import metadata
from pathlib import Path

import dependencies
import licenses
import pytest
import sbom
from dependencies import Package

from align import __version__

ROOT = Path(__file__).resolve().parents[1]


def test_every_license_is_permissive_or_reviewed():
    packages = dependencies.closure()
    names = {package.name for package in packages}
    assert {"numpy", "lxml", "trafilatura", "courlan", "starlette", "anyio"} <= names  # also what others bring along
    assert licenses.problems(packages) == []


@pytest.mark.parametrize(
    ("expression", "good"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("LGPL-2.1-or-later", False),
        ("AGPL-3.0", False),
        ("GPL-2.0-only OR MIT", True),
        ("MIT AND GPL-2.0-only", False),
        ("MIT OR GPL-2.0-only AND LGPL-3.0", True),  # AND binds closer
        ("(MIT OR GPL-2.0-only) AND LGPL-3.0", False),
        ("(MIT OR GPL-2.0-only) AND ISC", True),
        ("Apache-2.0 WITH LLVM-exception AND MIT", True),
        ("GPL-3.0-only WITH GCC-exception-3.1", False),
        ("NVIDIA Proprietary Software", False),
        ("MIT License, or so", False),
        ("(MIT", False),
        ("", False),
    ],
)
def test_expressions_by_hand(expression, good):
    assert dependencies.permissive(expression) is good


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ([("License-Expression", "MIT AND ISC"), ("License", "GPL")], "MIT AND ISC"),
        ([("License", "Apache 2.0 License")], "Apache-2.0"),
        ([("License", "BSD"), ("Classifier", "License :: OSI Approved :: BSD License")], "BSD-3-Clause"),
        # A whole text in the field, and a name that says nothing: the classifiers tell.
        ([("License", "Copyright (c) " * 9), ("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        ([("License", "GPL"), ("Classifier", "License :: OSI Approved")], "GPL"),
        (
            [
                ("Classifier", "License :: OSI Approved :: MIT License"),
                ("Classifier", "License :: OSI Approved :: GNU General Public License (GPL)"),
            ],
            "GNU General Public License (GPL) AND MIT",
        ),
        ([], ""),
    ],
)
def test_what_metadata_say(fields, found):
    message = Message()
    for name, value in fields:
        message[name] = value
    assert dependencies.license_of(message) == found


def test_a_license_that_is_not_permissive_is_a_problem():
    packages = [
        Package("readline", "8.2", "GPL-3.0-only", (), ("core",)),
        Package("tld", "1", "MPL-1.1 OR GPL-2.0-only", (), ("core",)),
        Package("tld", "2", "GPL-2.0-only", (), ("core",)),  # its exception is one license, not any
        Package("nvidia-cublas", "12", "Other/Proprietary License", (), ("train",)),
        Package("silent", "1", "", (), ("core",)),
    ]
    assert licenses.problems(packages) == [
        "readline 8.2: license 'GPL-3.0-only'",
        "tld 2: license 'GPL-2.0-only'",
        "silent 1: license 'not said'",
    ]


def test_the_page_names_every_package_and_no_other():
    listed = licenses.listed()
    remedy = "run scripts/licenses.py --write"
    for package in dependencies.closure():
        if not package.name.startswith("nvidia-"):
            assert package.name in listed, remedy
            assert set(package.roots) <= set(listed[package.name][1]), f"{package.name}: {remedy}"
    table = dependencies.roots()
    for name, (_, needed) in listed.items():
        assert set(needed) <= set(table), f"{name}: {remedy}"
        for root in needed:
            there = dependencies.missing(root) or name in dependencies.possible(root)
            assert there, f"{name} is not needed by {root} any more: {remedy}"


def test_every_exception_has_a_reason_on_the_page():
    text = licenses.PAGE.read_text("utf-8")
    for name, (_, reason) in licenses.REVIEWED.items():
        assert len(reason) > 30
        assert f"- `{name}`: " in text


# CycloneDX 1.5: serialNumber by its schema; a purl by its specification.
SERIAL = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PURL = re.compile(r"pkg:pypi/[a-z0-9]+(-[a-z0-9]+)*@[0-9A-Za-z.%]+")


def test_a_bill_of_two_packages_by_hand(monkeypatch):
    monkeypatch.setattr(sbom, "roots", lambda: {"core": ["One.Of>=1"], "more": ["two"]})
    packages = [
        Package("one-of", "1.2+cpu", "MIT", ("two",), ("core",)),
        Package("two", "3", "", (), ("more",)),
    ]
    found = sbom.bom(packages, ["core"])
    own = f"pkg:pypi/align-vien@{__version__}"
    assert found.pop("serialNumber").startswith("urn:uuid:")
    assert found == {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "align-vien",
                "version": __version__,
                "licenses": [{"expression": "Apache-2.0"}],
                "purl": own,
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": "pkg:pypi/one-of@1.2%2Bcpu",
                "name": "one-of",
                "version": "1.2+cpu",
                "scope": "required",
                "purl": "pkg:pypi/one-of@1.2%2Bcpu",
                "licenses": [{"expression": "MIT"}],
            },
            {
                "type": "library",
                "bom-ref": "pkg:pypi/two@3",
                "name": "two",
                "version": "3",
                "scope": "optional",
                "purl": "pkg:pypi/two@3",
            },
        ],
        "dependencies": [
            {"ref": own, "dependsOn": ["pkg:pypi/one-of@1.2%2Bcpu"]},
            {"ref": "pkg:pypi/one-of@1.2%2Bcpu", "dependsOn": ["pkg:pypi/two@3"]},
            {"ref": "pkg:pypi/two@3", "dependsOn": []},
        ],
    }


def test_another_version_is_another_serial_number():
    one = Package("one", "1", "MIT", (), ("core",))
    other = Package("one", "2", "MIT", (), ("core",))
    serials = [sbom.bom([package], ["core"])["serialNumber"] for package in (one, one, other)]
    assert serials[0] == serials[1] != serials[2]


def test_the_script_writes_the_same_bill_each_time(tmp_path):
    for name in ("a.json", "b.json"):
        command = [sys.executable, str(ROOT / "scripts" / "sbom.py"), "--out", str(tmp_path / name)]
        subprocess.run(command, check=True, capture_output=True, env={"PYTHONPATH": str(ROOT)})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    found = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert SERIAL.fullmatch(found["serialNumber"])
    references = [part["bom-ref"] for part in found["components"]]
    assert len(set(references)) == len(references)
    assert all(PURL.fullmatch(reference) for reference in references)
    assert f"pkg:pypi/lxml@{metadata.version('lxml')}" in references
    edges = {edge["ref"]: edge["dependsOn"] for edge in found["dependencies"]}
    assert set(edges) == {*references, found["metadata"]["component"]["bom-ref"]}
    assert {target for targets in edges.values() for target in targets} == set(references)  # all are reached
    assert any(target.startswith("pkg:pypi/courlan@") for target in edges[f"pkg:pypi/trafilatura@{version()}"])


def version():
    return metadata.version("trafilatura")
