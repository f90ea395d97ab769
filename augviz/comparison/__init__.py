"""Two pipelines on the same draws: which pictures differ, by how much, and what it means for the labels.

Both run on the same samples with the same seeds, and every step has a random stream of its own, so whatever differs
comes from the pipelines and not from chance.
"""

from augviz.comparison.label_changes import LabelChange, label_changes
from augviz.comparison.pairs import Comparison, Drawing, Pair, compare, outcomes
from augviz.comparison.picture_difference import PictureDifference, picture_difference
from augviz.comparison.summary import pair_lines, summary

__all__ = [
    "Comparison",
    "Drawing",
    "LabelChange",
    "Pair",
    "PictureDifference",
    "compare",
    "label_changes",
    "outcomes",
    "pair_lines",
    "picture_difference",
    "summary",
]
