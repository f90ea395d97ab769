"""The page of strength, section by section; the sweep comes from :mod:`augviz.ui.strength.work`."""
