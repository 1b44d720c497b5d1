"""Rules of one module at a time, without Qt, database or network."""
