"""Batches that are mixed: what every pixel and every weight is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from augviz.errors import InputError
from augviz.mixing import cutmix, mixup
from augviz.mixing.collate_code import collate_code
from augviz.mixing.cutting import cut_box

MIXERS = (mixup, cutmix)
DRAWS = 5000


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def flat(count: int, side: int = 20, dtype: str = "uint8") -> np.ndarray:
    """Image k has the value k everywhere, so that a pixel tells where it came from."""
    return np.broadcast_to(np.arange(count, dtype=dtype)[:, None, None, None], (count, side, side + 3, 3)).copy()


def photos(count: int = 6, dtype: str = "uint8") -> np.ndarray:
    values = rng(1).integers(0, 256, (count, 17, 23, 3), dtype=np.uint8)
    return values if dtype == "uint8" else (values / 255 * 3 - 1).astype(np.float32)


@pytest.mark.parametrize("mixer", MIXERS)
def test_the_first_two_fields_are_images_and_labels_and_what_went_in_stays(mixer) -> None:
    images, labels = photos(), np.eye(6)
    before = images.tobytes(), labels.tobytes()
    mixed = mixer(images, labels, alpha=1.0, rng=rng())
    assert mixed[0] is mixed.images
    assert mixed[1] is mixed.labels
    assert (mixed.images.shape, mixed.images.dtype, mixed.labels.shape) == (images.shape, images.dtype, (6, 6))
    assert mixed.images.flags.c_contiguous
    assert (images.tobytes(), labels.tobytes()) == before
    assert mixed.labels.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_mixup_is_its_equation_rounded_once(dtype: str) -> None:
    images = photos(dtype=dtype)
    mixed = mixup(images, np.eye(6), alpha=1.0, rng=rng())
    lam = mixed.lambdas[:, None, None, None]
    exact = lam * images.astype(np.float64) + (1 - lam) * images[mixed.partners].astype(np.float64)
    wanted = np.rint(exact).astype(np.uint8) if dtype == "uint8" else exact.astype(np.float32)
    assert mixed.images.dtype == dtype
    assert mixed.images.tobytes() == wanted.tobytes()
    rows = np.arange(6)
    own = np.where(mixed.partners == rows, 1.0, mixed.lambdas)
    assert mixed.labels[rows, rows] == pytest.approx(own)


def test_the_labels_of_cutmix_are_the_shares_of_pixels_also_where_a_box_is_cut_off() -> None:
    count = 200
    images = flat(count)
    mixed = cutmix(images, np.eye(count), alpha=1.0, rng=rng())
    for k in range(count):
        values, pixels = np.unique(mixed.images[k, :, :, 0], return_counts=True)
        shares = np.zeros(count)
        shares[values] = pixels / pixels.sum()
        assert mixed.labels[k] == pytest.approx(shares, abs=1e-12)
    x1, y1, x2, y2 = mixed.boxes.T
    at_edge = (x1 == 0) | (y1 == 0) | (x2 == 23) | (y2 == 20)
    assert 0 < at_edge.sum() < count
    assert (mixed.lambdas >= mixed.drawn - 1e-9).all()  # a box that is cut off leaves more of the image
    assert (mixed.lambdas[at_edge] > mixed.drawn[at_edge] + 0.05).any()


def test_a_box_has_the_area_that_lambda_says_and_lies_around_its_middle() -> None:
    assert cut_box((100, 200), 0.75, (100, 50)) == (50, 25, 150, 75)
    assert cut_box((100, 200), 0.0, (100, 50)) == (0, 0, 200, 100)
    assert cut_box((100, 200), 1.0, (7, 9)) == (7, 9, 7, 9)
    assert cut_box((9, 9), 0.0, (4, 4)) == (0, 0, 9, 9)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
@pytest.mark.parametrize("mixer", MIXERS)
def test_lambda_follows_beta(mixer, alpha: float) -> None:
    images, labels = np.zeros((DRAWS, 4, 4, 1), np.uint8), np.ones((DRAWS, 1))
    mixed = mixer(images, labels, alpha=alpha, rng=rng())
    drawn = mixed.lambdas if mixer is mixup else mixed.drawn
    assert stats.kstest(drawn, "beta", args=(alpha, alpha)).pvalue > 0.01
    assert stats.kstest(drawn, "beta", args=(alpha * 1.3, alpha * 1.3)).pvalue < 0.01


@pytest.mark.parametrize("mixer", MIXERS)
def test_alpha_zero_mixes_nothing_and_a_tiny_alpha_hardly_anything(mixer) -> None:
    images, labels = photos(), np.eye(6)
    nothing = mixer(images, labels, alpha=0, rng=rng())
    assert nothing.images.tobytes() == images.tobytes()
    assert np.array_equal(nothing.labels, labels)
    assert (nothing.lambdas == 1).all()
    for alpha in (1e-6, 1e-300, 5e-324):
        hardly = mixer(images, labels, alpha=alpha, rng=rng())
        drawn = hardly.lambdas if mixer is mixup else hardly.drawn
        assert set(drawn.round(4)) == {0.0, 1.0}
        if mixer is mixup:  # a box of CutMix as large as the image is cut off at the edge all the same
            assert all(any(np.array_equal(one, other) for other in images) for one in hardly.images)
            assert set(np.unique(hardly.labels.round(4))) == {0.0, 1.0}


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("mixer", MIXERS)
def test_a_batch_of_one_image_stays_as_it_is(mixer, dtype: str) -> None:
    images, labels = photos(1, dtype), np.array([[0.1, 0.9]])
    for seed in range(20):
        mixed = mixer(images, labels, alpha=1.0, rng=rng(seed))
        assert mixed.images.tobytes() == images.tobytes()
        assert mixed.labels == pytest.approx(labels, abs=1e-15)
        assert mixed.partners.tolist() == [0]


@pytest.mark.parametrize("mixer", MIXERS)
def test_the_same_generator_gives_the_same_batch(mixer) -> None:
    one, two, other = (mixer(photos(), np.eye(6), rng=rng(seed)) for seed in (3, 3, 4))
    assert [a.tobytes() for a in one] == [b.tobytes() for b in two]
    assert one.images.tobytes() != other.images.tobytes()


def test_labels_of_any_number_type_become_floats() -> None:
    for labels in (np.eye(6, dtype=int), np.eye(6, dtype=bool), np.eye(6, dtype=np.float16), np.eye(6).tolist()):
        dtype = np.float64 if isinstance(labels, list) else np.float32
        assert mixup(photos(), labels, rng=rng()).labels.dtype == dtype


@pytest.mark.parametrize("mixer", MIXERS)
@pytest.mark.parametrize(
    ("images", "labels", "alpha", "said"),
    [
        (photos().astype(np.int64), np.eye(6), 1.0, "uint8 or float32"),
        (photos().astype(np.float64), np.eye(6), 1.0, "uint8 or float32"),
        (photos()[0], np.eye(6), 1.0, r"\(N, H, W, C\)"),
        (photos()[:0], np.eye(6)[:0], 1.0, "at least one image"),
        (np.zeros((6, 3, 32, 32), np.uint8), np.eye(6), 1.0, "transpose"),
        (np.zeros((6, 1, 480, 640), np.uint8), np.eye(6), 1.0, "transpose"),
        (photos(), np.eye(5), 1.0, "6 images and 5 rows"),
        (photos(), np.arange(6), 1.0, r"numpy\.eye"),
        (photos(), np.eye(6) * 3, 1.0, "0 to 1"),
        (photos(), np.full((6, 6), np.nan), 1.0, "0 to 1"),
        (photos(), np.full((6, 6), "cat"), 1.0, "0 to 1"),
        (photos(), np.eye(6), -0.1, "alpha must be 0 or more"),
        (photos(), np.eye(6), float("nan"), "alpha must be 0 or more"),
        (photos(), np.eye(6), float("inf"), "alpha must be 0 or more"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(mixer, images, labels, alpha: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        mixer(images, labels, alpha=alpha, rng=rng())


@pytest.mark.parametrize("wrong", [None, 7, np.random.RandomState(7)])
def test_only_numpys_generator_is_taken(wrong: object) -> None:
    with pytest.raises(InputError, match="default_rng"):
        mixup(photos(), np.eye(6), rng=wrong)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("alpha", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("mixer", MIXERS)
def test_the_exported_code_gives_the_same_bytes_without_augviz(mixer, alpha: float, dtype: str) -> None:
    hostile = ["cat", '"""\nraise SystemExit', "'; import os #", "\u202eright to left"]
    source = collate_code(mixer.__name__, alpha, hostile)
    assert "augviz" not in source
    module: dict[str, object] = {"__name__": "collating"}
    exec(compile(source, "collating.py", "exec"), module)
    assert module["CLASSES"] == hostile
    images, labels = photos(4, dtype), np.eye(4, dtype=np.float32)
    theirs = module["Collate"](3)(list(zip(images, labels, strict=True)))
    ours = mixer(images, labels, alpha=alpha, rng=rng(3))
    assert [part.tobytes() for part in theirs] == [ours.images.tobytes(), ours.labels.tobytes()]
    assert module["one_hot"]("'; import os #").tolist() == [0, 0, 1, 0]


def test_the_exported_code_runs_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for method in ("mixup", "cutmix"):
        exec(compile(collate_code(method, 0.4, ["cat", "dog"]), "collating.py", "exec"), {"__name__": "__main__"})
        assert "(4, 64, 64, 3) uint8" in capsys.readouterr().out


def test_no_collate_function_is_offered_for_other_methods() -> None:
    with pytest.raises(InputError, match="no collate function"):
        collate_code("gridmask", 1.0, ["cat"])
