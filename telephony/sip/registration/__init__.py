"""Where this telephone can be reached, kept known to its registrar (RFC 3261 s. 10); any thread."""
