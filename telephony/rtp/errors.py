"""What can be wrong with what a peer sent over RTP; pure, any thread.

::

    RtpError
    ├── PacketError          octets that are no packet of the protocol
    │   └── SizeLimitError   longer, or more of it, than this side is willing to read or write
    └── PayloadError         a payload that its format does not allow

Such packets are dropped and counted; nobody is told of a single one.
"""

from __future__ import annotations


class RtpError(Exception):
    """Root of everything that the RTP core raises.

    field: the part that is wrong. value: what was there. accepted: what would have been.
    """

    def __init__(self, *, field: str, value: int | str, accepted: str) -> None:
        """Keep what a log line needs."""
        self.field = field
        self.value = value
        self.accepted = accepted
        super().__init__(f"{field}: {value!r} is not accepted; accepted is {accepted}")


class PacketError(RtpError):
    """Octets that are no RTP or RTCP packet (RFC 3550 s. 5.1, 6.4 and A.1)."""


class SizeLimitError(PacketError):
    """More octets or elements than one packet may have here."""


class PayloadError(RtpError):
    """A payload that is none of its format (RFC 3389, RFC 4733)."""
