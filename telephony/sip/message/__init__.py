"""SIP messages: reading, checking, writing (RFC 3261 s. 7); pure, any thread."""
