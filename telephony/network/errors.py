"""What keeps a message from its destination, in kinds that a person can be told in words."""

from __future__ import annotations

from enum import StrEnum


class NetworkErrorKind(StrEnum):
    """Why a server was not reached."""

    NAME_NOT_FOUND = "name not found"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    CERTIFICATE = "certificate not trusted"
    TLS = "tls failed"
    WEB_SOCKET = "web socket refused"
    CLOSED = "closed by the server"


class NetworkError(Exception):
    """One server that was not reached; str() is for the trace, kind for the words of a screen."""

    def __init__(self, kind: NetworkErrorKind, where: str, detail: str = "") -> None:
        """``where``: transport and address; ``detail``: what the system said."""
        self.kind = kind
        self.where = where
        self.detail = detail
        super().__init__(f"{where}: {kind.value}" + (f" ({detail})" if detail else ""))
