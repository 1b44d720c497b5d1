"""The floor's page."""
