"""The page of statistics, section by section; the numbers come from :mod:`augviz.ui.picture_statistics.work`."""
