"""People and rights: what a database server grants to whom, and how people are kept."""
