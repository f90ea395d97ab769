"""The page Batch, part by part; the batch itself is made in :mod:`augviz.ui.batch.work`."""
