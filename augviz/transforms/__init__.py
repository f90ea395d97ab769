"""What Albumentations offers, read from the classes themselves."""
