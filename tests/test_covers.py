"""Features of summaries against a plain computation of one row at a time."""

from pathlib import Path

import numpy as np

from align.beads import align, covers, make_side
from align.beads.coverage import Coverage
from align.encoders import static_encoder
from align.formats.gold import read_gold_folder

GOLD = Path(__file__).parents[1] / "corpus" / "gold" / "beads"
LENGTH = 0.914  # English characters for one Vietnamese one


def best_three(values, left_out):
    kept = sorted((value for place, value in enumerate(values) if place not in left_out), reverse=True)[:3]
    return sum(kept) / len(kept) if kept else 0.0


def plain(own, other, weights, best, covered, summary, parts, partnered):
    total = max(float(weights[summary].sum()), 1e-9)
    each = [float(best[part] @ weights[summary]) / total for part in parts]
    both = float(np.maximum(best[parts[0]], best[parts[1]]) @ weights[summary]) / total
    inner = [float(covered[part, summary]) for part in parts]
    similarity = own.vectors @ other.vectors.T
    sizes = [float(other.lengths[part]) * other.scale for part in parts]
    together = sum(other.vectors[part] * size for part, size in zip(parts, sizes, strict=True))
    cosine = float(own.vectors[summary] @ together) / float(np.linalg.norm(together))
    row = best_three(similarity[summary].tolist(), parts)
    leads = [
        float(similarity[summary, part]) - (row + best_three(similarity[:, part].tolist(), [summary])) / 2
        for part in parts
    ]
    length = float(own.lengths[summary]) * own.scale
    ratio = float(np.log((sum(sizes) + 15) / (length + 15)))
    single = max(float(similarity[summary, part]) for part in parts)
    gains = both - max(each), min(inner), sum(inner) / 2, cosine, cosine - single, min(leads)
    return [both, *gains, ratio, abs(ratio), float(np.log(max(length, 1))), float(partnered)]


class Plain:
    def __init__(self, side, scale):
        self.vectors, self.lengths, self.scale = side.vectors, side.lengths, scale


def test_features_of_all_candidates_of_the_sample():
    encoder, seen = static_encoder(), 0
    for document in list(read_gold_folder(GOLD))[:6]:
        vi = make_side(document.vi, encoder.encode(document.vi), "vi", encoder.featurizer)
        en = make_side(document.en, encoder.encode(document.en), "en", encoder.featurizer)
        coverage, beads = Coverage(vi, en, encoder), align(vi, en, encoder).beads
        single = {bead.vi + bead.en for bead in beads if bead.shape == "1-1"}
        for vi_summaries in (True, False):
            found = covers.candidates(vi, en, coverage, beads, vi_summaries=vi_summaries)
            sides = (Plain(vi, LENGTH), Plain(en, 1.0))
            tables = (coverage.vi.weights, coverage.en.weights), (coverage.vi_best, coverage.en_best)
            own, other = (0, 1) if vi_summaries else (1, 0)
            weights, parts_weights = tables[0][own], tables[0][other]
            inner = parts_weights @ tables[1][other].T / np.maximum(parts_weights.sum(axis=1), 1e-9)[:, None]
            for row in range(len(found.features)):
                summary, parts = int(found.summary[row]), found.parts[row].tolist()
                links = {(summary, part) if vi_summaries else (part, summary) for part in parts}
                expected = plain(
                    sides[own], sides[other], weights, tables[1][own], inner, summary, parts, bool(links & single)
                )
                np.testing.assert_allclose(found.features[row], expected, rtol=1e-4, atol=1e-5)
                seen += 1
    assert seen > 100


def test_none_where_all_segments_have_partners():
    encoder, texts = static_encoder(), ["Hà Nội đón đoàn Nhật Bản.", "Hai bên ký ba văn kiện."]
    others = ["Hanoi receives a Japanese delegation.", "The two sides sign three documents."]
    vi = make_side(texts, encoder.encode(texts), "vi", encoder.featurizer)
    en = make_side(others, encoder.encode(others), "en", encoder.featurizer)
    beads = [bead for bead in align(vi, en, encoder).beads if not bead.is_null]
    found = covers.candidates(vi, en, Coverage(vi, en, encoder), beads, vi_summaries=True)
    assert found.features.shape == (0, len(covers.FEATURES))
    assert covers.find(vi, en, Coverage(vi, en, encoder), beads, covers_model()) == ()


def covers_model():
    from align.beads.exact import shipped_models

    model = shipped_models().covers
    assert model is not None
    return model
