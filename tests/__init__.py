"""Behaviour of Agent Desk, shown on real parts and on fakes that pass the ports' contracts."""
