"""The heart: a spec is built, run, traced, exported and imported here."""
