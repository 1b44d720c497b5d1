"""What is shown when two people changed the same record; main thread."""
