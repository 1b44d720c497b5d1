"""The media engine in a process of its own, and the desk's stand-in for it."""
