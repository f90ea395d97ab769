"""The parts of a visitor's work (:mod:`augviz.ui.workspace`): frozen values, without Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from augviz.drawing import Drawing
from augviz.errors import Problem
from augviz.mixing.methods import MethodId
from augviz.mixing.mixed_sample import MIN_VISIBLE
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.verify import Verification
from augviz.sample import Labels
from augviz.tta.merging import How
from augviz.ui.test_time.own_model import OwnModel

Swept: TypeAlias = Literal["pipeline", "step", "number", "randaugment"]


@dataclass(frozen=True)
class Proof:
    """What a proof found.

    Attributes:
        about: Digest of everything that decides it; the proof says nothing about anything else.
        found: The verification, or a sentence why there is none.
    """

    about: str
    found: Verification | str


@dataclass(frozen=True)
class OpenedFile:
    """A pipeline file that was opened.

    Attributes:
        name: File name.
        notes: What was mapped, moved or ignored.
        revision: Revision of the workspace that it made; the notes are shown until the next.
        digest: Digest of the pipeline that it held; an edited one is no longer what stands in the file.
    """

    name: str
    notes: tuple[Problem, ...]
    revision: int
    digest: str = ""


@dataclass(frozen=True)
class Mixing:
    """What is chosen on the page Mixing.

    Attributes:
        method: Which way to mix or to erase.
        partners: The images that the one in view is mixed with: names of uploads and ids of sample images; None for
            the usual ones.
        alphas: α by method; the others as usual.
        lam: λ, where it is fixed; None where it is drawn.
        min_visible: Objects of which less can be seen are dropped, 0..1.
        amounts: How much is erased, by method; the others as usual.
        noise: Share of labels taken to be wrong, 0..1.
        opened: The draw that is shown large: the seed of all of them, and its place from 0.
        imbalance: How many images the largest class has for one of the smallest, where nothing can be counted.
    """

    method: MethodId = "mixup"
    partners: tuple[str, ...] | None = None
    alphas: Mapping[MethodId, float] = field(default_factory=dict)
    lam: float | None = None
    min_visible: float = MIN_VISIBLE
    amounts: Mapping[MethodId, float] = field(default_factory=dict)
    noise: float = 0.1
    opened: tuple[int, int] = (0, 0)
    imbalance: int = 20


@dataclass(frozen=True)
class Pin:
    """A sample that is kept in view, whatever else is drawn.

    Attributes:
        image: The image it was drawn from: the name of an upload, or the id of a sample image.
        seed: Seed of the sample (not of the draw).
    """

    image: str
    seed: int


@dataclass(frozen=True)
class KeptVersion:
    """A pipeline that was put aside to be compared with.

    Attributes:
        name: What the visitor calls it.
        spec: The pipeline.
        notes: What was mapped, moved or ignored, where it came from a file.
    """

    name: str
    spec: PipelineSpec
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class SweepChoice:
    """What the page Strength makes stronger, and how finely it looks.

    Attributes:
        what: The whole pipeline, one step, one number of a step, or RandAugment's magnitude.
        step_id: The step; empty for the first that can be.
        number: The number of that step, by its key there; empty for the first.
        operations: RandAugment's N.
        is_fine: Whether twice as many values are tried.
        draws: Samples a value.
    """

    what: Swept = "pipeline"
    step_id: str = ""
    number: str = ""
    operations: int = 2
    is_fine: bool = False
    draws: int = 24


@dataclass(frozen=True)
class OtherPipeline:
    """Another pipeline than the one in hand, for one sample that is open on the Inspect page.

    Attributes:
        spec: The pipeline.
        title: What it is ("Strength 1.5").
    """

    spec: PipelineSpec
    title: str


@dataclass(frozen=True)
class Arrival:
    """What came with a link or a project file, and how it went.

    Attributes:
        text: One sentence.
        notes: What was left out or changed.
        is_error: Whether nothing could be taken over.
    """

    text: str
    notes: tuple[str, ...] = ()
    is_error: bool = False


@dataclass(frozen=True)
class OpenDrawing:
    """The shapes on one image, and how far they have travelled to the browser and back.

    Attributes:
        id: Unguessable; the browser names it with everything it sends.
        image: The image: the name of an upload, or the id of a sample image.
        labels: The labels that the shapes stand for. An image with other labels gets a new drawing.
        picture: Digest of what lies under the shapes: the image and its class regions.
        shapes: The shapes as they are now.
        seq: The browser's last change that is in them.
        push: Goes up when something else than the browser has changed them.
        pushed: The shapes at that time, which is what the browser was sent.
        pushed_seq: ``seq`` at that time.
        problems: What could not be kept of the last change.
    """

    id: str
    image: str
    labels: Labels
    picture: str
    shapes: Drawing
    seq: int = 0
    push: int = 0
    pushed: Drawing | None = None
    pushed_seq: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Judging:
    """Who judges which review in this tab, and how far the browser was heard.

    Attributes:
        review: Id of the review.
        reviewer: Number of the reviewer in the store.
        name: What he or she is called.
        order_seed: Seed of the reviewer's own order.
        token: What the browser's tab calls itself.
        heard: The last number of that tab which is stored.
        trouble: Why the next one could not be stored, or empty.
    """

    review: str
    reviewer: int
    name: str
    order_seed: int
    token: str = ""
    heard: int = 0
    trouble: str = ""


@dataclass(frozen=True)
class Looking:
    """What is chosen on the page Test time.

    Attributes:
        model: Id of the model; empty for the one that the images suggest.
        own: The visitor's own model, or None.
        views: Id of the set of views; empty for the usual one of the model.
        merge: How views are merged.
        object_id: Which object of the image is looked at, where single objects are; None for the first.
        by_object: Whether the model is shown single objects; None for what suits it.
        draws: Draws of each image that the model is asked about.
    """

    model: str = ""
    own: OwnModel | None = None
    views: str = ""
    merge: How = "probabilities"
    object_id: int | None = None
    by_object: bool | None = None
    draws: int = 8
