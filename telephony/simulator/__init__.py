"""A call centre that only exists in memory: for demo, training and tests."""
