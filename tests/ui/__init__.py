"""The windows, driven by real keys and signals."""
