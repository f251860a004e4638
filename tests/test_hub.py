"""Hub encoders with a tiny real model that the test builds and saves; the cache before them with a counting encoder."""

import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.encoders import hub, load_encoder, vector_cache
from align.encoders.vector_cache import CachedEncoder
from align.errors import EncoderError

SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "sample"


class Counting:
    """An encoder that notes what it was asked for."""

    dim = 3

    def __init__(self, signature="counting/1"):
        self.signature = signature
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        rows = [[len(text), sum(map(ord, text)) % 97, 1.0] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(-1, 3)


def test_each_text_is_encoded_once_over_runs(tmp_path):
    encoder = Counting()
    first = CachedEncoder(encoder, tmp_path / "c" / "v.sqlite").encode(["a", "b", "a", ""])
    again = CachedEncoder(encoder, tmp_path / "c" / "v.sqlite").encode(["b", "c", "a", ""])
    assert encoder.asked == ["a", "b", "", "c"]
    assert np.array_equal(first, Counting().encode(["a", "b", "a", ""]))
    assert np.array_equal(again, Counting().encode(["b", "c", "a", ""]))


def test_another_signature_is_another_vector(tmp_path):
    one, other = Counting("one"), Counting("other")
    CachedEncoder(one, tmp_path / "v").encode(["a"])
    CachedEncoder(other, tmp_path / "v").encode(["a"])
    assert (one.asked, other.asked) == (["a"], ["a"])


@settings(max_examples=20, deadline=None)
@given(texts=st.lists(st.text(max_size=8), max_size=12))
def test_the_cache_changes_no_vector(texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("cache") / "v"
    for _ in range(2):
        assert np.array_equal(CachedEncoder(Counting(), path).encode(texts), Counting().encode(texts))


def test_many_texts_go_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(vector_cache, "_BATCH", 7)
    monkeypatch.setattr(vector_cache, "_ASKED", 11)
    texts = [str(k) for k in range(100)]
    encoder = Counting()
    cached = CachedEncoder(encoder, tmp_path / "v")
    assert np.array_equal(cached.encode(texts), cached.encode(texts))
    assert encoder.asked == texts


def test_an_interrupted_run_keeps_what_it_encoded(tmp_path, monkeypatch):
    monkeypatch.setattr(vector_cache, "_BATCH", 2)

    class Failing(Counting):
        def encode(self, texts):
            if "c" in texts:
                raise RuntimeError("interrupted")
            return super().encode(texts)

    with pytest.raises(RuntimeError):
        CachedEncoder(Failing(), tmp_path / "v").encode(["a", "b", "c"])
    encoder = Counting()
    CachedEncoder(encoder, tmp_path / "v").encode(["a", "b", "c"])
    assert encoder.asked == ["c"]


def test_damaged_rows_and_files_are_worked_around(tmp_path):
    CachedEncoder(Counting(), tmp_path / "v").encode(["a"])
    with sqlite3.connect(tmp_path / "v") as database:
        database.execute("UPDATE vectors SET row = x'00'")
    database.close()
    encoder = Counting()
    assert np.array_equal(CachedEncoder(encoder, tmp_path / "v").encode(["a"]), Counting().encode(["a"]))
    assert encoder.asked == ["a"]
    (tmp_path / "broken").write_bytes(b"this is no database" * 100)
    assert CachedEncoder(Counting(), tmp_path / "broken").encode(["a"]).shape == (1, 3)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert CachedEncoder(Counting(), tmp_path / "file" / "below").encode(["a"]).shape == (1, 3)


def test_the_place_of_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "x"))
    assert vector_cache.default_path() == tmp_path / "x"
    monkeypatch.delenv("ALIGN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert vector_cache.default_path() == tmp_path / "align" / "vectors.sqlite"


def test_a_missing_extra_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EncoderError, match=r"pip install 'align-vien\[hub\]'"):
        hub.HubEncoder("labse").encode(["a"])


def test_sonar_says_what_to_do():
    with pytest.raises(EncoderError, match="not made for sentence-transformers"):
        hub.HubEncoder("sonar")


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    """A BERT of one layer with random weights, saved as sentence-transformers saves."""
    pytest.importorskip("sentence_transformers", reason="needs the extra align-vien[hub]")
    import torch
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    letters = [chr(code) for code in range(97, 123)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    pieces = WordPiece({piece: number for number, piece in enumerate(vocabulary)}, unk_token="[UNK]")
    tokenizer = Tokenizer(pieces)
    tokenizer.pre_tokenizer = Whitespace()
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder / "bert")
    transformer = models.Transformer(str(folder / "bert"), max_seq_length=32)
    SentenceTransformer(modules=[transformer, models.Pooling(16)], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.mark.filterwarnings("ignore")
def test_a_real_model_by_its_folder(tiny_model, monkeypatch, tmp_path):
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "v"))
    encoder = load_encoder(str(tiny_model))
    rows = encoder.encode(["hello there", "", "something else", "hello there"])
    assert rows.shape == (4, 16)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 1, 1], abs=1e-5)
    assert np.array_equal(rows[0], rows[3])
    assert not np.array_equal(rows[0], rows[2])
    assert "dim=16" in encoder.signature
    assert np.array_equal(encoder.encode(["hello there"])[0], rows[0])


@pytest.mark.filterwarnings("ignore")
def test_a_build_with_a_hub_encoder(tiny_model, align, monkeypatch, tmp_path):
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "v"))
    code, printed, _ = align("build", SAMPLE, "--encoder", tiny_model, "--out", tmp_path / "out")
    assert code == 0
    assert "documents  19 en, 19 vi" in printed
    assert (tmp_path / "v").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_is_not_there_says_how_to_get_it(monkeypatch):
    pytest.importorskip("sentence_transformers", reason="needs the extra align-vien[hub]")
    # The variable HF_HUB_OFFLINE is read when the client is imported, which another test may have done.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match="hf download sentence-transformers/no-such-model"):
        hub.HubEncoder("sentence-transformers/no-such-model").encode(["a"])
