"""The SIP telephone at an exchange of ours: what no simulated call can show."""
