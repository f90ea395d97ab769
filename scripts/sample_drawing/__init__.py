"""How the sample images are made: photographs with labels by hand, and drawings with labels by construction."""
