"""What each figure shows in one plain sentence with its numbers: for those who do not see it, and for all others.

A sentence has the name of its figure and takes the same values. Names that visitors gave stand in it as they are; who
shows it as Markdown has to escape it.
"""

from augviz.charts.sentences.epoch import meeting_bars, stacked_bars, step_bars
from augviz.charts.sentences.labels import aspects, class_counts, mask_shares, objects_per_image, positions, sizes
from augviz.charts.sentences.pixels import channel_curves, hue_wheel, outside_rates, range_scatter, scalar_boxes
from augviz.charts.sentences.steps import contribution_bars

__all__ = [
    "aspects",
    "channel_curves",
    "class_counts",
    "contribution_bars",
    "hue_wheel",
    "mask_shares",
    "meeting_bars",
    "objects_per_image",
    "outside_rates",
    "positions",
    "range_scatter",
    "scalar_boxes",
    "sizes",
    "stacked_bars",
    "step_bars",
]
