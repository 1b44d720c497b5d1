"""Adapters of the switch port: everything that is a call."""
