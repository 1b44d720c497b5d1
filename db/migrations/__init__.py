"""Alembic's scripts: the schema's history; run in the thread that opens the database."""
