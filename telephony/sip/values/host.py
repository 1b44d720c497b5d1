"""How a host is written: an IPv6 address in brackets (RFC 3261 s. 25.1); pure, any thread."""

from __future__ import annotations


def bracketed(host: str) -> str:
    """Return ``host`` as a URI or ``host:port`` has it. host: a name or a bare address."""
    return f"[{host}]" if ":" in host else host


def bare(host: str) -> str:
    """Return an address without the brackets that an IPv6 address has in a URI."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host
