"""Seeded randomness: one stream per purpose, distributions and arrival rates."""
