"""Implementations of the ports for tests; each passes its port's contract suite."""
