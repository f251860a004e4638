"""What several tests share: one build of the sample, and the command line in this process."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from align import pipeline
from align.cli.app import main
from align.config import BuildConfig

# No deadline: the first call of a rule reads its tables, and a busy machine may take a second over it. Equal examples
# on every run: a failure is found where it was made, not some day in CI.
settings.register_profile("align", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("align")

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory):
    """Folder of a build of the sample in every format."""
    out = tmp_path_factory.mktemp("sample")
    pipeline.build([CORPUS / "sample"], out, BuildConfig(formats=("tsv", "tmx", "jsonl", "parquet", "moses")))
    return out


@pytest.fixture(scope="session")
def sample_pairs(sample_run):
    """Lines of alignments.jsonl."""
    return [json.loads(line) for line in (sample_run / "alignments.jsonl").read_text("utf-8").split("\n") if line]


@pytest.fixture
def align(monkeypatch, capfd):
    """Run a command as the console script does: exit code, stdout, stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["align", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return run
