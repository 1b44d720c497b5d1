"""Tests of the wiring between panels and services."""
