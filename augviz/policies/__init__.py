"""What makes a pipeline: starting points today."""
