"""Samples as a training loader puts them together: one size, normalised, stacked; drawn back, and what went wrong.

:mod:`augviz.batch.normalising` values in and out · :mod:`augviz.batch.measuring` mean and standard deviation of the
user's own images · :mod:`augviz.batch.collating` the batch · :mod:`augviz.batch.drawing` pictures of it.
"""
