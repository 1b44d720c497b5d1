"""Composition root: every import of an adapter is in here, inside the function that needs it."""
