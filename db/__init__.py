"""Adapters of the storage ports: everything that desks share."""
