"""What a desk has at every switch: its agent's state and its events; on the `desk-loop` thread."""
