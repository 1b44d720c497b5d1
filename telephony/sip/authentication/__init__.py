"""Digest authentication of this telephone to its servers (RFC 3261 s. 22, RFC 8760); any thread."""
