"""Tests of the kept entries."""
