"""Tests of the import of products."""
