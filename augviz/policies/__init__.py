"""What makes a pipeline: starting points for each kind of image, and published automatic policies."""
