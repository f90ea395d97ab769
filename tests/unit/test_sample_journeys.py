"""Each sample goes the whole way: load, pipeline, preview, export, and A.load in a fresh process."""

from __future__ import annotations

import pytest

from augviz import sample_library
from augviz.overlay import ClassColours
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.export import options_for, to_yaml
from augviz.pipeline.verify import verify_text
from augviz.policies.starting_points import starting_point
from augviz.preview import preview

SEED = 7


@pytest.mark.parametrize("entry", sample_library.entries(), ids=lambda entry: entry.id)
def test_a_sample_goes_from_load_to_a_proven_file(entry: sample_library.SampleEntry) -> None:
    sample = sample_library.load(entry.id)
    spec = starting_point(entry.starting_point).spec
    tiles = preview(spec, sample, SEED, 4, ClassColours.of([sample.labels]))
    assert [tile.errors for tile in tiles] == [()] * 4
    assert len({tile.jpeg for tile in tiles}) > 1
    labels = sample.labels
    options = options_for(spec, has_boxes=len(labels.boxes) > 0, has_keypoints=len(labels.keypoints) > 0, seed=SEED)
    seeds = [sample_seed(SEED, place) for place in range(4)]
    result = verify_text(to_yaml(spec, options), "yaml", sample, seeds, shown=spec)
    assert [item for item in result.comparisons if not item.same] == []
    assert result.lost == ()
    assert result.proven
    compared = {item.what for item in result.comparisons}
    assert ("boxes" in compared) == (len(labels.boxes) > 0)
    assert ("semantic mask" in compared) == (labels.semantic is not None)
    assert ("instance masks" in compared) == (labels.masks is not None)
