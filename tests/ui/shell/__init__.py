"""Tests of the main window and its own parts."""
