"""Recordings, read back by other programs' code."""
