"""Digits as named events, both ways (RFC 4733); pure, any one thread."""
