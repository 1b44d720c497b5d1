"""The window around the panels: rail, top bar, pages, notices, search, settings. Main thread."""
