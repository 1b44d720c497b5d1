"""The panel that shows both versions of a record."""
