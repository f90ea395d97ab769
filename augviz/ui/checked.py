"""What the parts of the Check page share: names of steps, and the way from a sample to its filmstrip."""

from __future__ import annotations

import streamlit as st

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preservation.assess import Blamed
from augviz.ui import workspace
from augviz.ui.page_table import page
from augviz.ui.workspace import Pin

WHOLE = "All steps together"


def leaf_ids(spec: PipelineSpec) -> list[str]:
    """Ids of the steps that can fire, in the order of the pipeline."""
    shares = firing_shares(spec)
    return [node.id for node in spec.walk() if isinstance(node, Step) and shares.get(node.id, 0) > 0]


def title_of(step_id: str | None) -> str:
    """What a step is called: by the visitor, or else by the library; None is all of them together."""
    spec = workspace.current().spec
    if step_id is None or not spec.has(step_id):
        return WHOLE
    node = spec.find(step_id)
    return node.title or node.name


def show_sample(one: Blamed) -> None:
    """Open a failing sample with its filmstrip; the step to blame is the open frame."""
    open_sample(one.row.image, one.row.seed, one.blame.step_id)


def open_sample(image: str, seed: int, step_id: str | None = None) -> None:
    """Open one sample on the Inspect page, at the frame of a step.

    Args:
        image: Name of the image's file.
        seed: Seed of the sample.
        step_id: The step, or None for the first frame.
    """
    workspace.change(inspected=pin_of(image, seed), inspected_step=step_id or "", frame=0)
    st.switch_page(page("inspect.py"))


def pin_of(image: str, seed: int) -> Pin:
    """How a sample is named outside this page: an own image by its file, a sample image by its id."""
    state = workspace.current()
    return Pin(image if any(own.name == image for own in state.uploads) else state.image, seed)
