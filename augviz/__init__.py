"""augviz: see what an image-augmentation pipeline really does to labelled images.

The package is laid out in floors (docs/architecture.md); arrows go down only. The heart is
:func:`augviz.pipeline.run.run`: ``run(spec, sample, seed) -> Outcome``, a pure function.
"""

import os

# Albumentations asks a package index for a newer version when it is imported; the question costs two
# seconds without a network and tells nobody anything, because 2.0.8 is the last MIT release.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

__version__ = "0.1.0"
