"""Tests of the shared parts of the screen."""
