"""The simulated floor: queues, the distributor, colleagues and the people who call."""
