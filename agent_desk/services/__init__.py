"""Use cases of the desk; they own all shared state and run on the `desk-loop` thread."""
