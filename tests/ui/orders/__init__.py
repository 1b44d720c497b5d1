"""Tests of the pages of work orders."""
