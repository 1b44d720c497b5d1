"""Signing in: who sits here, proved by a password."""
