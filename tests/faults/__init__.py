"""Whole desks on a PostgreSQL that is cut off, stopped or killed: nothing is lost or doubled."""
