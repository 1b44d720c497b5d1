"""The strip of the desk's queues. Main thread."""
