"""How the database came to its form; each step is a file in ``versions`` that is never changed once it was released."""
