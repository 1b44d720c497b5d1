"""Tests of the invented call centre."""
