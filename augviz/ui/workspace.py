"""The one place that knows what is in Streamlit's session state.

A visitor's work is one frozen value. Widgets come and go with pages and fragments, and what they hold dies with them;
the workspace holds domain values and outlives them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal, TypeAlias, cast

import streamlit as st

from augviz import sample_library
from augviz.batch.loading import Loading
from augviz.drawing import Drawing
from augviz.errors import Problem
from augviz.mixing.methods import MethodId
from augviz.mixing.mixed_sample import MIN_VISIBLE
from augviz.overlay import ClassColours
from augviz.pipeline.materials import Materials, names_used, registry
from augviz.pipeline.spec import Node, PipelineSpec
from augviz.pipeline.verify import Verification
from augviz.policies.starting_points import STARTING_POINTS, StartingPoint
from augviz.preservation.facts import Answer
from augviz.sample import Labels, Sample
from augviz.sharing.opening import Awaited
from augviz.tta.merging import How
from augviz.ui.edit_history import History
from augviz.ui.test_time.own_model import OwnModel

DRAWS = (1, 2, 4, 8, 16, 32)
"""How many draws of each image can be checked."""

COUNTS = (6, 9, 12, 16, 24)
"""How many augmented samples the gallery can show."""

MAX_SEED = 2**31 - 1
_KEY = "workspace"
_INSPECT = "inspect.py"
VISIT = "visit"
"""Key of the visit (:mod:`augviz.ui.visits`) that outlives the session, once there is one."""


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


Swept: TypeAlias = Literal["pipeline", "step", "number", "randaugment"]


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


@dataclass(frozen=True)
class Workspace:
    """Everything a visitor has in hand.

    Attributes:
        uploads: The visitor's own images, in the order they came.
        problems: What was left out or changed on the last upload.
        unmatched: Label files of the last upload that fit no image.
        unlabelled: Images of the last upload without labels.
        image: The image in view: the name of an upload, or the id of a sample image.
        spec: The pipeline.
        start: Id of the starting point it began with; empty when it came from a file.
        seed: Seed of the draw in view.
        count: How many samples the gallery shows.
        place: Which sample of the draw is open on the Inspect page, from 0.
        inspected: A pinned or checked sample that is open there in place of one of the draw, or None.
        inspected_step: Id of the step whose frame is to be opened first there, or empty.
        inspected_with: The pipeline that ``inspected`` goes through there, where it is not the one in hand.
        inspected_from: File of the page that was open before Inspect, which the way back there leads to.
        open_step: Id of the step whose controls are open, or empty.
        revision: Goes up when something else than a control changes the pipeline, so that controls are made anew.
        drawn: The pipeline that was drawn last; only the difference is computed.
        failing: Sentence by step id, for the steps that could not run in the last draw.
        frame: Which frame of the filmstrip is open on the Inspect page; 0 is the original, which has nothing to tell.
        proof: The last proof, and what it was about; it counts for nothing else.
        opened: What is to be said about the pipeline file that was opened last.
        pins: Samples that stay in view, drawn first after every edit.
        kept: Pipelines that were put aside to be compared with.
        validation: Name of the kept version that validation images go through, or empty.
        compare_a, compare_b: Which versions the Compare page shows, by their key there; empty for the usual ones.
        mixing: What is chosen on the page Mixing.
        compare_open: Name and seed of the sample under the curtain there; empty for the one that differs most.
        profile: Id of the kind of images this is about; empty for the one that the images suggest.
        facts: What the visitor answered about the labels, by question; the others are as profile and names suggest.
        draws: How many draws of each image are checked; 0 for as many as fit the number of images.
        checks_all: Whether all own images are checked, or only the one in view.
        swept: What the page Strength makes stronger.
        looking: What is chosen on the page Test time.
        policy: Id of the policy or starting point that is looked at on the page Policies; empty for the first.
        policy_numbers: The numbers it is made with there, by name (N and M of RandAugment); the others are the usual
            ones.
        worst_by: By which check the worst samples are shown; empty for the usual one.
        thresholds: Limits that were moved away from their defaults, by id.
        loading: How the Batch page puts images together.
        drawings: The images that were drawn on, the last one last.
        class_colours: Class name and place in the palette, for classes whose colour was chosen.
        awaited: Labels of a project whose pictures are not open yet.
        arrival: What is to be said about the link or project that was opened, until the visitor closes it.
        review: Id of the review that is open on the page Results, or empty.
        project: What reviews are about; an expert's word against a rule holds within it only.
        judging: Who judges on the page Judge, or None.
        history: Every version of the pipeline, so that each edit can be taken back.
    """

    uploads: tuple[Sample, ...] = ()
    problems: tuple[Problem, ...] = ()
    unmatched: tuple[str, ...] = ()
    unlabelled: tuple[str, ...] = ()
    image: str = ""
    spec: PipelineSpec = field(default_factory=PipelineSpec)
    start: str = ""
    seed: int = 7
    count: int = 9
    place: int = 0
    inspected: Pin | None = None
    inspected_step: str = ""
    inspected_with: OtherPipeline | None = None
    inspected_from: str = "workbench.py"
    open_step: str = ""
    revision: int = 0
    drawn: PipelineSpec | None = None
    failing: Mapping[str, str] = field(default_factory=dict)
    frame: int = 0
    proof: Proof | None = None
    opened: OpenedFile | None = None
    pins: tuple[Pin, ...] = ()
    kept: tuple[KeptVersion, ...] = ()
    validation: str = ""
    compare_a: str = ""
    compare_b: str = ""
    compare_open: str = ""
    mixing: Mixing = field(default_factory=Mixing)
    profile: str = ""
    facts: Mapping[str, Answer] = field(default_factory=dict)
    draws: int = 0
    checks_all: bool = True
    swept: SweepChoice = field(default_factory=SweepChoice)
    looking: Looking = field(default_factory=Looking)
    policy: str = ""
    policy_numbers: Mapping[str, int] = field(default_factory=dict)
    worst_by: str = ""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    loading: Loading = field(default_factory=Loading)
    drawings: tuple[OpenDrawing, ...] = ()
    class_colours: tuple[tuple[str, int], ...] = ()
    awaited: tuple[Awaited, ...] = ()
    arrival: Arrival | None = None
    review: str = ""
    project: str = ""
    judging: Judging | None = None
    history: History = field(default_factory=History)

    @property
    def sample(self) -> Sample:
        """The image in view with its labels."""
        own = next((sample for sample in self.uploads if sample.name == self.image), None)
        return own if own is not None else library_sample(self.image)

    @property
    def shows_own_image(self) -> bool:
        """Whether the image in view is one of the visitor's own."""
        return any(sample.name == self.image for sample in self.uploads)

    @property
    def colours(self) -> ClassColours:
        """Colours of the classes of all images that are open."""
        others = [sample.labels for sample in self.materials.values()]
        found = ClassColours.of([*(sample.labels for sample in self.uploads), self.sample.labels, *others])
        return found.recoloured(self.class_colours)

    @property
    def file_notes(self) -> tuple[Problem, ...]:
        """What was said about the file that the pipeline came from; nothing once the pipeline has been edited."""
        return self.opened.notes if self.opened is not None and self.opened.digest == self.spec.digest else ()

    @property
    def own_validation(self) -> KeptVersion | None:
        """What validation images go through, if a version was chosen and is still kept."""
        return next((kept for kept in self.kept if kept.name == self.validation), None)

    @property
    def validation_spec(self) -> PipelineSpec | None:
        """The pipeline of it."""
        return None if self.own_validation is None else self.own_validation.spec

    @property
    def materials(self) -> Materials:
        """The other images that the steps of the pipeline name, as far as they are open."""
        return self.materials_of(self.spec)

    def materials_of(self, *specs: PipelineSpec) -> Materials:
        """The same for other versions of the pipeline."""
        names = dict.fromkeys(name for spec in specs for name in names_used(spec))
        return registry(sample for name in names if (sample := self.image_named(name)) is not None)

    def image_named(self, name: str) -> Sample | None:
        """An own image, or else a sample image, by the name of its file."""
        own = next((sample for sample in self.uploads if sample.name == name), None)
        sample_id = library_files().get(name)
        return own if own is not None or sample_id is None else library_sample(sample_id)


def is_new() -> bool:
    """Whether this visitor has no workspace yet: the first run of his session."""
    return _KEY not in st.session_state


def current() -> Workspace:
    """The visitor's workspace; a new visitor gets the first sample image and the guide's pipeline."""
    if _KEY not in st.session_state:
        first, guide = sample_library.entries()[0], STARTING_POINTS[0]
        keep(Workspace(image=first.id, spec=guide.spec, start=guide.id), title=f"Began with “{guide.title}”")
    return cast(Workspace, st.session_state[_KEY])


def keep(workspace: Workspace, *, title: str = "") -> None:
    """Make this the visitor's workspace; another pipeline is noted in its history.

    Args:
        workspace: What is in hand from now on.
        title: What to call the edit in the history; by default what differs is said.
    """
    history = workspace.history
    if not history.entries or history.now.spec != workspace.spec:
        history = history.noted(workspace.spec, workspace.start, time.monotonic(), title)
        workspace = replace(workspace, history=history)
    st.session_state[_KEY] = workspace
    if VISIT in st.session_state:
        st.session_state[VISIT].workspace = workspace


def go_on_with(workspace: Workspace) -> None:
    """Take over the workspace of an earlier session; all controls are made anew."""
    keep(replace(workspace, revision=workspace.revision + 1))


def change(**changes: object) -> None:
    """Change fields of the workspace; controls keep what they show."""
    keep(replace(current(), **changes))  # type: ignore[arg-type]


def look_with(**changes: object) -> None:
    """Change what is chosen on the page Test time."""
    change(looking=replace(current().looking, **changes))  # type: ignore[arg-type]


def set_spec(spec: PipelineSpec, **changes: object) -> None:
    """Change the pipeline from outside its controls, which are made anew."""
    change(spec=spec, revision=current().revision + 1, **changes)


def came_by(file: str) -> None:
    """Note the page in view, so that Inspect can lead back to the one before it, whichever that was."""
    if file not in (_INSPECT, current().inspected_from):
        change(inspected_from=file)


def edit_node(node_id: str, edit: Callable[[Node], Node | None]) -> None:
    """Change one node from outside its controls; nothing happens when it is gone (a second click on Remove)."""
    spec = current().spec
    if spec.has(node_id):
        set_spec(spec.edit(node_id, edit))


def begin_with(start: StartingPoint) -> None:
    """Take over a starting point; names that change places in a mirror image are about the labels, and stay."""
    begin_from(replace(start.spec, swaps=current().spec.swaps), start.title, start=start.id)


def begin_from(spec: PipelineSpec, title: str, *, start: str = "") -> None:
    """Take over a pipeline that was made elsewhere; the history says where it came from.

    Args:
        spec: The pipeline.
        title: What it is called ("RandAugment, trimmed").
        start: Id of the starting point that it is, or empty.
    """
    state = current()
    fresh = replace(state, spec=spec, start=start, open_step="", revision=state.revision + 1)
    keep(fresh, title=f"Began with “{title}”")


def mend(title: str, spec: PipelineSpec) -> None:
    """Take over a pipeline in which something was mended; the history calls the edit by the mend's own words."""
    state = current()
    open_step = state.open_step if spec.has(state.open_step) else ""
    keep(replace(state, spec=spec, open_step=open_step, revision=state.revision + 1), title=title)


def go_to_version(place: int) -> None:
    """Take a version of the history in hand; the history stays as it is."""
    state = current()
    history = state.history.at(place)
    spec, start = history.now.spec, history.now.start
    open_step = state.open_step if spec.has(state.open_step) else ""
    keep(replace(state, spec=spec, start=start, open_step=open_step, revision=state.revision + 1, history=history))


def library_files() -> Mapping[str, str]:
    """Ids of the sample images by the names of their files."""
    return {PurePosixPath(entry.files[0]).name: entry.id for entry in sample_library.entries()}


@st.cache_resource(show_spinner=False, max_entries=32)
def library_sample(sample_id: str) -> Sample:
    """A sample image by its id; frozen, so that all visitors share it."""
    return sample_library.load(sample_id)
