"""What pictures and labels look like in numbers: original against augmented."""
