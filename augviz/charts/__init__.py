"""Figures from values."""
from augviz.charts.survival import survival_curve
__all__ = ["survival_curve"]
