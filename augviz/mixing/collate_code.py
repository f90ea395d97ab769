"""Python for a training loop that does the same arithmetic with NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence

from augviz.errors import InputError
from augviz.mixing.checking import check_alpha
from augviz.mixing.methods import METHOD_OF, MethodId

_HEAD = '''"""{title} for a training loop; needs NumPy only.

{source}
{rule}
"""

import numpy as np

ALPHA = {alpha!r}
# One column of the labels a class, in this order; write your own.
CLASSES = {classes}


def one_hot(name):
    """The label of one image, as a row of weights."""
    return np.eye(len(CLASSES))[CLASSES.index(name)]

'''

_MIXUP = '''
def mixup(images, labels, rng, alpha=ALPHA):
    """images (N, H, W, C) uint8 or float32, labels (N, K) one-hot or soft; both are returned mixed."""
    labels = labels if labels.dtype == np.float64 else labels.astype(np.float32)
    partners = rng.permutation(len(images))
    lambdas = rng.beta(alpha, alpha, len(images)) if alpha > 0 else np.ones(len(images))
    mixed = np.empty(images.shape, images.dtype)
    for k, (partner, lam) in enumerate(zip(partners, lambdas)):
        exact = lam * images[k].astype(np.float64) + (1 - lam) * images[partner].astype(np.float64)
        mixed[k] = np.rint(exact) if images.dtype == np.uint8 else exact
    wide, own = labels.astype(np.float64), lambdas[:, None]
    return mixed, (own * wide + (1 - own) * wide[partners]).astype(labels.dtype)
'''

_CUTMIX = '''
def cutmix(images, labels, rng, alpha=ALPHA):
    """images (N, H, W, C) uint8 or float32, labels (N, K) one-hot or soft; both are returned mixed."""
    labels = labels if labels.dtype == np.float64 else labels.astype(np.float32)
    count, height, width = images.shape[:3]
    partners = rng.permutation(count)
    middle_x, middle_y = rng.integers(0, width, count), rng.integers(0, height, count)
    lambdas = rng.beta(alpha, alpha, count) if alpha > 0 else np.ones(count)
    mixed, shares = images.copy(), np.empty(count)
    for k, partner in enumerate(partners):
        ratio = np.sqrt(1 - lambdas[k])
        wide, high = int(width * ratio), int(height * ratio)
        left, top = middle_x[k] - wide // 2, middle_y[k] - high // 2
        x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + wide, width), min(top + high, height)
        mixed[k, y1:y2, x1:x2] = images[partner, y1:y2, x1:x2]
        shares[k] = (x2 - x1) * (y2 - y1) / (height * width)  # what was really filled, also at the edge
    wide, other = labels.astype(np.float64), shares[:, None]
    return mixed, ((1 - other) * wide + other * wide[partners]).astype(labels.dtype)
'''

_COLLATE = '''

class Collate:
    """For torch.utils.data.DataLoader(dataset, batch_size=…, collate_fn=Collate(seed)), or any other loader.

    With several worker processes give each its own seed (worker_init_fn), or all of them mix alike.
    """

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def __call__(self, pairs):
        """pairs: (image, label) each; images of one size, as the end of your pipeline makes them."""
        images = np.stack([image for image, _label in pairs])
        labels = np.stack([label for _image, label in pairs]).astype(np.float32)
        return {name}(images, labels, self.rng)


if __name__ == "__main__":
    images = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    pairs = [(image, one_hot(CLASSES[k % len(CLASSES)])) for k, image in enumerate(images)]
    mixed, labels = Collate(seed={seed})(pairs)
    print(mixed.shape, mixed.dtype)
    print(labels.round(3))
'''

_RULES = {
    "mixup": "Values are computed in float64 and rounded once: to whole numbers for uint8, to float32 otherwise.",
    "cutmix": "The label is shared by the pixels that were really filled, also where a box is cut off at the edge.",
}


def collate_code(method: MethodId, alpha: float, classes: Sequence[str], seed: int = 7) -> str:
    """A module with the method, and a collate function that stacks pairs of image and label and mixes them.

    Given the same generator it gives the same bytes as :func:`augviz.mixing.mixup` and :func:`augviz.mixing.cutmix`.

    Args:
        method: "mixup" or "cutmix".
        alpha: Concentration of λ, 0 or more.
        classes: Names of the classes, in the order of the columns.
        seed: Seed of the example.

    Raises:
        InputError: Another method, or α is no such number.
    """
    if method not in _RULES:
        raise InputError(f"{method} has no collate function", where="method", mend="Take mixup or cutmix.")
    check_alpha(alpha)
    row = METHOD_OF[method]
    head = _HEAD.format(
        title=row.title, source=row.source, rule=_RULES[method], alpha=float(alpha), classes=_names(classes)
    )
    body = _MIXUP if method == "mixup" else _CUTMIX
    return head + body + _COLLATE.format(name=method, seed=int(seed))


def _names(classes: Sequence[str]) -> str:
    """A list of names as Python writes it; whatever a name holds, it stays text."""
    one_line = repr(list(classes))
    return one_line if len(one_line) <= 100 else "[\n" + "".join(f"    {name!r},\n" for name in classes) + "]"
