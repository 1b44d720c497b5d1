"""The floor: who is there, what they do, and who is gone."""
