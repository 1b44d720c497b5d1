"""The panels of calls and queues."""
