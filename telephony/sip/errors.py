"""What can be wrong with what a SIP peer sent or with what it was asked for; pure, any thread.

::

    SipError
    ├── SipSyntaxError            a text that the grammar does not allow
    │   └── SizeLimitError        longer than this side is willing to read
    ├── FramingError              the stream's next message cannot be found: close the connection
    ├── RequestRefusedError       a request that is to be answered with a status of its own
    ├── SdpError                  a session description that cannot be used
    ├── OfferRefusedError         an offer that no stream of ours can answer (488)
    ├── DialogError               the dialog's state does not allow it now
    ├── UnprotectedWayError       what is meant for sips would leave without TLS
    └── AuthenticationError       a challenge that cannot be answered

These are words between machines. What a person is told is an error of `agent_desk.domain.errors`,
into which the switch adapter translates them.
"""

from __future__ import annotations

_SHOWN_CHARACTERS = 60


class SipError(Exception):
    """Root of everything that the SIP core raises."""


class SipSyntaxError(SipError):
    """A text that does not follow the grammar.

    field: the header field or part. value: what was read, cut to 60 characters. accepted: what
    would have been.
    """

    def __init__(self, *, field: str, value: str, accepted: str) -> None:
        """Keep what is needed for a log line and for the reason of a 400."""
        self.field = field
        self.value = value[:_SHOWN_CHARACTERS]
        self.accepted = accepted
        super().__init__(f"{field}: {self.value!r} is not accepted; accepted is {accepted}")


class SizeLimitError(SipSyntaxError):
    """More octets, fields or elements than this side is willing to read."""


class FramingError(SipError):
    """A stream whose next message cannot be found any more: its connection must be closed.

    RFC 3261 s. 18.3; RFC 4475 s. 3.1.2.2, 3.1.2.3 and 3.3.9 have the examples.
    """


class RequestRefusedError(SipError):
    """A request that must be answered with ``status``.

    status: 400 to 699. reason: the reason phrase. headers: further fields that the answer must
    carry, as pairs of name and value.
    """

    def __init__(
        self, status: int, reason: str, *, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Keep what the answer needs."""
        self.status = status
        self.reason = reason
        self.headers = headers
        super().__init__(f"{status} {reason}")


class SdpError(SipError):
    """A session description that cannot be used at all (RFC 8866 s. 5).

    line: the line as it was read, cut to 60 characters.
    """

    def __init__(self, reason: str, *, line: str = "") -> None:
        """Keep the line that is wrong."""
        self.line = line[:_SHOWN_CHARACTERS]
        super().__init__(f"{reason}: {self.line!r}" if line else reason)


class OfferRefusedError(SipError):
    """No stream of an offer can be used: 488 Not Acceptable Here (RFC 3261 s. 21.4.26)."""


class DialogError(SipError):
    """The dialog's state does not allow the request now (RFC 3261 s. 12 and 14)."""


class UnprotectedWayError(SipError):
    """A sips URI would be reached by a hop without TLS (RFC 3261 s. 26.2.2).

    uri: as it was given. accepted: by what it can be reached.
    """

    def __init__(self, uri: str, *, accepted: str = "TLS or WSS, and a sips URI") -> None:
        """Keep what a person is told."""
        self.uri = uri
        self.accepted = accepted
        super().__init__(f"{uri} is not reached safely; accepted is {accepted}")


class AuthenticationError(SipError):
    """A challenge that this side cannot or must not answer (RFC 8760 s. 2)."""
