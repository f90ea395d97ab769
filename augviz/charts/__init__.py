"""Figures from values: pure functions from what was measured to plotly figures; no page, no Streamlit.

Colours that carry a meaning are set here and tell apart with common colour vision deficiencies; everything else
(background, text, grid) is left to the theme of the page. Samples that can be opened carry ``customdata``
``(image, seed)``.
"""

from augviz.charts import sentences
from augviz.charts.contributions import contribution_bars
from augviz.charts.epoch import meeting_bars, stacked_bars, step_bars
from augviz.charts.labels import aspects, class_counts, mask_shares, objects_per_image, positions, sizes
from augviz.charts.mixing import (
    beta_curve,
    class_pairs,
    entropy_distribution,
    hidden_shares,
    lambda_distribution,
    noise_curve,
    soft_label_bars,
)
from augviz.charts.pixels import channel_curves, hue_wheel, outside_rates, range_scatter, scalar_boxes
from augviz.charts.survival import survival_curve
from augviz.charts.sweeps import sweep_curves, sweep_scalar
from augviz.charts.test_time import answer_bars, change_bars, gain_curve, latency_curve, view_times

__all__ = [
    "answer_bars",
    "aspects",
    "beta_curve",
    "change_bars",
    "channel_curves",
    "class_counts",
    "class_pairs",
    "contribution_bars",
    "entropy_distribution",
    "gain_curve",
    "hidden_shares",
    "hue_wheel",
    "lambda_distribution",
    "latency_curve",
    "mask_shares",
    "meeting_bars",
    "noise_curve",
    "objects_per_image",
    "outside_rates",
    "positions",
    "range_scatter",
    "scalar_boxes",
    "sentences",
    "sizes",
    "soft_label_bars",
    "stacked_bars",
    "step_bars",
    "survival_curve",
    "sweep_curves",
    "sweep_scalar",
    "view_times",
]
