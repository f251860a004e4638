import pytest

from align.config import FILTERS, FILTERS_ON, BuildConfig, read_config
from align.errors import ConfigError


def test_options_win_over_the_file_and_the_file_over_defaults(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('[build]\nmin_quality = 0.7\nwindow_days = 5\nformats = ["tsv"]\n', encoding="utf-8")
    config = read_config(path, {"window_days": 2, "jobs": None})
    assert config == BuildConfig(min_quality=0.7, window_days=2, formats=("tsv",))


def test_whole_numbers_serve_as_fractions(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("[build]\nmin_quality = 1\n", encoding="utf-8")
    assert read_config(path, {}).min_quality == 1.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[build]\nwindow = 3\n", "unknown setting 'window'"),
        ('[build]\nwindow_days = "3"\n', "expected int"),
        ("[build]\nmin_quality = 2.0\n", "from 0 to 1"),
        ('[build]\nformats = ["docx"]\n', "'docx', expected one of tsv"),
        ("[other]\n", r"one table \[build\], found other"),
        ("build = [", "not TOML"),
        ("[build]\nwindow_days = true\n", "expected int"),
        ('[build]\nfilters = ["no_words"]\n', "table of switches"),
        ("[build.filters]\nno_words = 1\n", "table of switches"),
        ("[build.filters]\nnumbers = true\n", "filter 'numbers' is unknown"),
    ],
)
def test_mistakes_are_named(tmp_path, text, message):
    path = tmp_path / "c.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_config(path, {})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read"):
        read_config(tmp_path / "none.toml", {})


def test_filters_are_switches_and_options_come_on_top(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("[build.filters]\nnumber_mismatch = true\nnear_duplicate = false\nduplicate = false\n", "utf-8")
    found = read_config(path, {"filters": {"duplicate": True, "no_words": False}}).filters
    assert set(found) == {*FILTERS_ON, "number_mismatch"} - {"near_duplicate", "no_words"}
    assert list(found) == [name for name in FILTERS if name in found]
    assert read_config(None, {}).filters == FILTERS_ON
    assert read_config(None, {"filters": ("duplicate", "no_words")}).filters == ("no_words", "duplicate")


@pytest.mark.parametrize("switches", [{"numbers": True}, {"numbers": False}, ("no_words", "numbers")])
def test_an_unknown_filter_is_named_with_those_there_are(switches):
    with pytest.raises(ConfigError, match="filter 'numbers' is unknown, expected one of no_words, untranslated"):
        read_config(None, {"filters": switches})
