import sys

import numpy as np
import pytest

from align.encoders.training import TrainingConfig, batches, same_text
from align.errors import InputError


def test_batches_hold_every_row_once_and_keep_neighbors():
    config = TrainingConfig(batch=16, run=4)
    rows = np.concatenate(list(batches(100, config, np.random.default_rng(0))))
    assert sorted(rows.tolist()) == list(range(100))
    together = int((np.diff(rows) == 1).sum())
    assert together >= 70


def test_equal_texts_are_no_negatives():
    same = same_text(np.array([0, 1, 0]), np.array([5, 6, 6]))
    assert same.tolist() == [[False, False, True], [False, False, True], [True, True, False]]


def write_pairs(path, n):
    rng = np.random.default_rng(1)
    letters = np.array(list("abcdeghiklmnopqrstuvxy"))
    words = [
        ("núi", "mountain"),
        ("trời", "sky"),
        *(("".join(rng.choice(letters, 5)), "".join(rng.choice(letters, 6))) for _ in range(98)),
    ]
    lines = ["vi\ten"]
    for _ in range(n):
        picked = [words[k] for k in rng.integers(len(words), size=6)]
        lines.append(" ".join(w[0] for w in picked) + "\t" + " ".join(w[1] for w in picked))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_too_few_pairs_is_an_error(align, tmp_path):
    write_pairs(tmp_path / "few.tsv", 20)
    code, _, error = align("encoder", "train", tmp_path / "few.tsv", "--out", tmp_path / "out")
    assert code == 1
    assert "too few to train on" in error


def test_without_torch_the_error_names_the_extra(align, tmp_path, monkeypatch):
    write_pairs(tmp_path / "p.tsv", 300)
    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, error = align("encoder", "train", tmp_path / "p.tsv", "--base", "embedded", "--out", tmp_path / "out")
    assert code == 1
    assert "pip install 'align-vien[train]'" in error
    assert not (tmp_path / "out" / "card.json").exists()


def test_a_trained_encoder_has_learned_and_works_by_its_folder(align, tmp_path):
    pytest.importorskip("torch", reason="training needs the extra align-vien[train]")
    write_pairs(tmp_path / "p.tsv", 600)
    arguments = ("encoder", "train", tmp_path / "p.tsv", "--dim", 64, "--epochs", 30, "--out")
    code, _, told = align(*arguments, tmp_path / "one")
    assert code == 0
    assert "epoch 30/30" in told
    code, printed, _ = align("encoder", "test", tmp_path / "p.tsv", "--encoder", tmp_path / "one")
    assert code == 0
    assert float(printed.split("P@1")[1].split()[0]) > 0.5
    assert align(*arguments, tmp_path / "two")[0] == 0
    for name in ("pieces.model", "words.txt", "vectors.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_base_keeps_the_vocabulary_and_moves_the_vectors(align, tmp_path):
    pytest.importorskip("torch", reason="training needs the extra align-vien[train]")
    from align.encoders import static_encoder

    write_pairs(tmp_path / "p.tsv", 300)
    arguments = ("encoder", "train", tmp_path / "p.tsv", "--base", "embedded", "--epochs", 1)
    assert align(*arguments, "--out", tmp_path / "out")[0] == 0
    own, base = static_encoder(str(tmp_path / "out")), static_encoder()
    assert own.featurizer.words == base.featurizer.words
    sky, far = ["trời núi"], ["Quốc hội thông qua nghị quyết"]
    assert float((own.encode(far) @ base.encode(far).T)[0, 0]) > float((own.encode(sky) @ base.encode(sky).T)[0, 0])


def test_unusable_folder_is_an_error():
    from align.pipeline.training import _split

    with pytest.raises(InputError, match="0 different pairs"):
        _split([])
