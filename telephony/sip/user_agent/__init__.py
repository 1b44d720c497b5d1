"""One SIP telephone: everything below it bound together; any one thread."""
