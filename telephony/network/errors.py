"""What keeps a message from its destination, in kinds that a person can be told in words."""

from __future__ import annotations

import socket
import ssl
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


def network_error(error: BaseException, where: str) -> NetworkError:
    """Return what the system said about ``where`` as an error of this package."""
    if isinstance(error, NetworkError):
        return error
    detail = getattr(error, "verify_message", "") or getattr(error, "strerror", None) or str(error)
    return NetworkError(_kind(error), where, str(detail))


def _kind(error: BaseException) -> NetworkErrorKind:
    kinds: tuple[tuple[type[BaseException], NetworkErrorKind], ...] = (
        (ssl.SSLCertVerificationError, NetworkErrorKind.CERTIFICATE),
        (ssl.SSLError, NetworkErrorKind.TLS),
        (socket.gaierror, NetworkErrorKind.NAME_NOT_FOUND),
        # A name that cannot be a host's: a label of more than 63 characters, an empty one.
        (ValueError, NetworkErrorKind.NAME_NOT_FOUND),
        (ConnectionRefusedError, NetworkErrorKind.REFUSED),
        (TimeoutError, NetworkErrorKind.TIMED_OUT),
        (ConnectionError, NetworkErrorKind.CLOSED),
        (EOFError, NetworkErrorKind.CLOSED),
    )
    return next((kind for of, kind in kinds if isinstance(error, of)), NetworkErrorKind.UNREACHABLE)
