"""How fast the preview follows a slider: ``make bench``."""
