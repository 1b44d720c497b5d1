"""The customer's timeline. Main thread."""
