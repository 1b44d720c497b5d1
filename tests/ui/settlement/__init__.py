"""Tests of the settlement page."""
