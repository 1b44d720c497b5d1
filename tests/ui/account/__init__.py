"""Tests of the account's panels."""
