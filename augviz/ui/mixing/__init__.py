"""The page Mixing, part by part: what is chosen, the pictures of it, and what many draws do to labels."""
