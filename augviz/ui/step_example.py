"""One picture a step: a sample that the step broke, or the draw in which it went farthest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from augviz.preservation.finding import Finding
from augviz.preview import preview_each
from augviz.sample import Sample
from augviz.ui import alt_texts, checked, label_facts, workspace
from augviz.ui.assessing import Answer
from augviz.ui.gallery import Tile, gallery


def example(answer: Answer, step_id: str | None, told: Sequence[Finding]) -> None:
    """The picture of one card; a click opens it step by step. Nothing where the step fired in no draw.

    Args:
        answer: What is known about the pipeline.
        step_id: The step of the card, or None for all steps together.
        told: Its findings.
    """
    state = workspace.current()
    images = label_facts.images_of(state)
    samples = (one for broken in answer.found.broken for finding in told if (one := broken.sample_of(finding)))
    failing = next(samples, None)
    if failing is not None:
        sample, seed, caption = images[failing.row.place], failing.row.seed, "The worst sample"
    elif (shown := answer.shown.get(step_id or "")) is not None:
        sample, seed, caption = images[shown.place], shown.seed, "A sample in which it fired"
    else:
        return
    tile = _tile(sample, seed, caption)
    if gallery([tile], key=f"example-{step_id}", columns=1, switches=False) is not None:
        checked.open_sample(checked.pin_of(sample, seed), step_id)


def _tile(sample: Sample, seed: int, caption: str) -> Tile:
    state = workspace.current()
    drawn = preview_each(state.spec, [(sample, seed)], state.colours, materials=state.materials)[0]
    alt = alt_texts.of_tile(f"{caption}: {sample.name}", drawn, alt_texts.titles_of(state.spec))
    plain = Tile(drawn.jpeg, drawn.width, drawn.height, drawn.overlay, caption, alt)
    return replace(plain, badge="error" if drawn.errors else "")
