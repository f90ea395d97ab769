"""The one place that knows what is in Streamlit's session state.

A visitor's work is one frozen value. Widgets come and go with pages and fragments, and what they hold dies with them;
the workspace holds domain values and outlives them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import cast

import streamlit as st

from augviz import sample_library
from augviz.batch.loading import Loading
from augviz.errors import Problem
from augviz.overlay import ClassColours
from augviz.pipeline.materials import Materials, names_used, registry
from augviz.pipeline.spec import Node, PipelineSpec
from augviz.policies.starting_points import STARTING_POINTS, StartingPoint
from augviz.preservation.facts import Answer
from augviz.sample import Sample
from augviz.sharing.opening import Awaited
from augviz.ui.edit_history import History
from augviz.ui.in_hand import (
    Arrival,
    Judging,
    KeptVersion,
    Looking,
    Mixing,
    OpenDrawing,
    OpenedFile,
    OtherPipeline,
    Pin,
    Proof,
    SweepChoice,
)

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
