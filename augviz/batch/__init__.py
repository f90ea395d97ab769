"""Samples as a training loader puts them together: one size, normalised, stacked; drawn back, and what went wrong.

:mod:`augviz.batch.loading` what one chooses · :mod:`augviz.batch.assembling` which images, run through the pipeline ·
:mod:`augviz.batch.normalising` values in and out · :mod:`augviz.batch.measuring` mean and standard deviation of the
user's own images · :mod:`augviz.batch.collating` the batch · :mod:`augviz.batch.remarks` what is wrong with it ·
:mod:`augviz.batch.code` the same without augviz · :mod:`augviz.batch.drawing` pictures of it ·
:mod:`augviz.batch.mistakes` what is often done wrong · :mod:`augviz.batch.arriving` in which form images come to the
model · :mod:`augviz.batch.matching` whether those of validation come in the same form.
"""
