"""The whole program, started as a process of its own."""
