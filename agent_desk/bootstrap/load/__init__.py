"""A floor under load: many desks with the real services on one PostgreSQL, and what came of it."""
