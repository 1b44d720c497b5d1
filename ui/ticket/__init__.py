"""The ticket editor and the agent's list of tickets. Main thread."""
