"""The values that SIP header fields are made of (RFC 3261 s. 25); pure, any thread."""
