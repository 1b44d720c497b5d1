"""The dispatcher's board with made-up orders."""
