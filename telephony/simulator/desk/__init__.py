"""The one real desk on the simulated floor: its telephone, its agent and its far ends."""
