"""The agent's own state and after-call work. Main thread."""
