"""What pages that judge many samples share: names of steps, and the way from a sample to its filmstrip."""

from __future__ import annotations

import streamlit as st

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preservation.assess import Blamed
from augviz.sample import Sample
from augviz.ui import label_facts, workspace
from augviz.ui.in_hand import OtherPipeline, Pin
from augviz.ui.page_table import page

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
    sample = label_facts.images_of(workspace.current())[one.row.place]
    open_sample(pin_of(sample, one.row.seed), one.blame.step_id)


def open_sample(pin: Pin, step_id: str | None = None, through: OtherPipeline | None = None) -> None:
    """Open one sample on the Inspect page, at the frame of a step.

    Args:
        pin: The sample.
        step_id: The step, or None for the first frame.
        through: The pipeline that it goes through; None is the one in hand.
    """
    workspace.change(inspected=pin, inspected_step=step_id or "", inspected_with=through, frame=0)
    st.switch_page(page("inspect.py"))


def pin_of(sample: Sample, seed: int) -> Pin:
    """How a sample of the images that are checked is named elsewhere: an own image by its file, the sample image in
    view by its id.
    """
    state = workspace.current()
    return Pin(sample.name if any(own is sample for own in state.uploads) else state.image, seed)
