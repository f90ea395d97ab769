"""The page Train and validation, part by part; the pair itself comes from :mod:`augviz.ui.pairing.work`."""
