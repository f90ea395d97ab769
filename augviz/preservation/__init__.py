"""Does the label survive the pipeline, which step broke it, and how far may one go."""
