"""Where a message goes to or came from, as the transports name it; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

UNRELIABLE = frozenset({"UDP"})
"""RFC 3261 s. 18: every other transport delivers in order or says that it cannot."""

_SECURE = frozenset({"TLS", "WSS"})
"""RFC 3261 s. 26.2.2, RFC 7118 s. 5.2: what a sips URI may travel by."""

_USUAL_PORTS = {"TLS": 5061, "WS": 80, "WSS": 443}
_USUAL_PORT = 5060


def usual_port(transport: str) -> int:
    """Return where ``transport`` is served without a port (RFC 3261 s. 19.1.2, RFC 7118 s. 8)."""
    return _USUAL_PORTS.get(transport, _USUAL_PORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """transport: in upper case. address, port: of the far side. flow: the connection's number."""

    transport: str
    address: str
    port: int
    flow: int = 0

    @property
    def is_reliable(self) -> bool:
        """Whether nothing has to be sent twice."""
        return self.transport not in UNRELIABLE

    @property
    def is_secure(self) -> bool:
        """Whether nobody on the way to the far side can read or change what is sent."""
        return self.transport in _SECURE
