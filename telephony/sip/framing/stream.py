"""Messages out of a byte stream by Content-Length: TCP and TLS; pure, any one thread.

Sources: RFC 3261 s. 18.3 and 20.14, RFC 5626 s. 3.5.1 (CRLF keep-alive).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from telephony.sip.errors import FramingError, SipSyntaxError
from telephony.sip.message.limits import DEFAULT_LIMITS, Limits
from telephony.sip.message.parser import head_lines, read_fields
from telephony.sip.values.grammar import parse_number

PING = b"\r\n\r\n"
"""RFC 5626 s. 3.5.1: what the side that opened the connection sends."""

PONG = b"\r\n"
"""RFC 5626 s. 3.5.1: what the other side answers with."""

_LINE_END = b"\r\n"
_END_OF_HEAD = b"\r\n\r\n"


class KeepAlive(StrEnum):
    """A sign of life between messages."""

    PING = "ping"
    PONG = "pong"


@dataclass(frozen=True, slots=True)
class Frame:
    """data: one message, from its start line to the end of its body."""

    data: bytes


class StreamFramer:
    """Cuts a stream into messages; one for each connection.

    ``dialled`` tells whether this side opened the connection: then each line end between messages
    is a pong, else each pair of them is a ping. After FramingError the stream cannot be read on.
    Each octet is looked at a bounded number of times, however small the pieces are.
    """

    def __init__(self, *, dialled: bool, limits: Limits = DEFAULT_LIMITS) -> None:
        """Begin with an empty stream."""
        self._dialled = dialled
        self._limits = limits
        self._buffer = bytearray()
        self._searched = 0
        self._needed = 0
        self._line_ends = 0

    def feed(self, data: bytes) -> Iterator[Frame | KeepAlive]:
        """Take ``data`` and yield what it completed, in order; to be read to its end.

        Raises FramingError, after everything that was whole.
        """
        self._buffer += data
        while True:
            yield from self._keep_alives()
            if not self._has_message():
                return
            frame = Frame(bytes(self._buffer[: self._needed]))
            self._drop(self._needed)
            self._needed = self._line_ends = 0
            yield frame

    @property
    def is_idle(self) -> bool:
        """Whether no part of a message is waiting for its rest."""
        return not self._buffer

    def _keep_alives(self) -> Iterator[KeepAlive]:
        while self._needed == 0 and self._buffer.startswith(_LINE_END):
            self._drop(len(_LINE_END))
            self._line_ends += 1
            if self._dialled:
                yield KeepAlive.PONG
            elif self._line_ends % 2 == 0:
                yield KeepAlive.PING

    def _has_message(self) -> bool:
        """Return whether a whole message stands at the front; note its length in ``_needed``."""
        if self._needed == 0:
            end = self._buffer.find(_END_OF_HEAD, max(0, self._searched - len(_END_OF_HEAD) + 1))
            self._searched = len(self._buffer)
            if (len(self._buffer) if end < 0 else end) > self._limits.head_octets:
                raise FramingError(f"a head of more than {self._limits.head_octets} octets")
            if end < 0:
                return False
            length = self._content_length(bytes(self._buffer[:end]))
            self._needed = end + len(_END_OF_HEAD) + length
        return len(self._buffer) >= self._needed

    def _drop(self, octets: int) -> None:
        """Forget the front; a bytearray moves its start instead of its content."""
        del self._buffer[:octets]
        self._searched = 0

    def _content_length(self, head: bytes) -> int:
        """Return the length that a head tells; a stream must tell it (RFC 3261 s. 20.14)."""
        try:
            fields, _ = read_fields(head_lines(head), self._limits)
            told = {value for name, value in fields if name == "Content-Length"}
            if len(told) != 1:
                raise FramingError(f"{len(told)} different Content-Lengths")
            return parse_number(told.pop(), "Content-Length", most=self._limits.body_octets)
        except SipSyntaxError as error:
            raise FramingError(str(error)) from error
