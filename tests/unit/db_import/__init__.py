"""Tests of the import of customers from CSV files."""
