"""SIP requests and responses with their header fields as values (RFC 3261 s. 7); any thread.

A field is read when it is asked for and kept, so a message costs what is used of it. A field that
cannot be read raises SipSyntaxError; after `telephony.sip.message.syntax` has looked at a message,
those that every element needs cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar, overload

from telephony.sip.errors import SipSyntaxError
from telephony.sip.message.headers import Headers
from telephony.sip.values.address import Address, parse_address, parse_addresses
from telephony.sip.values.challenge import AuthValue, parse_auth_values
from telephony.sip.values.cseq import CSeq, RAck, parse_cseq, parse_rack
from telephony.sip.values.grammar import parse_delta_seconds, parse_number
from telephony.sip.values.media_type import MediaType, parse_media_type, parse_media_types
from telephony.sip.values.uri import Uri, parse_uri
from telephony.sip.values.via import Via, parse_vias

SIP_VERSION = "SIP/2.0"
_MOST_OCTETS = 2**31 - 1
_MOST_FORWARDS = 255
_MOST_RSEQ = 2**32 - 1

_Value = TypeVar("_Value")


class _ReadOnce(Generic[_Value]):
    """A field that is read when it is first asked for, and kept in the message.

    `functools.cached_property` before Python 3.12 takes a lock each time, for longer than most
    fields take to be read.
    """

    def __init__(self, read: Callable[[Any], _Value]) -> None:
        self._read = read
        self._name = read.__name__
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, message: None, kind: type) -> Self: ...

    @overload
    def __get__(self, message: object, kind: type) -> _Value: ...

    def __get__(self, message: object | None, kind: type) -> Self | _Value:
        if message is None:
            return self
        value = message.__dict__[self._name] = self._read(message)
        return value


@dataclass(frozen=True, kw_only=True)
class Message:
    """What requests and responses share.

    headers: the fields; Content-Length is what the sender said and is written anew.
    body: octets. defects: lines of the head that are no header fields. version: as written.
    """

    headers: Headers
    body: bytes = b""
    defects: tuple[str, ...] = field(default=(), repr=False)
    version: str = SIP_VERSION

    @property
    def start_line(self) -> str:
        """The first line, without its end."""
        raise NotImplementedError

    @_ReadOnce
    def vias(self) -> tuple[Via, ...]:
        """Every hop, topmost first."""
        return parse_vias(self.headers.all("Via"))

    @property
    def top_via(self) -> Via:
        """The topmost hop; raises SipSyntaxError when there is none."""
        if not self.vias:
            raise SipSyntaxError(field="Via", value="", accepted="at least one")
        return self.vias[0]

    @_ReadOnce
    def from_address(self) -> Address:
        """The initiator of the request (RFC 3261 s. 20.20)."""
        return parse_address(self._required("From"), "From")

    @_ReadOnce
    def to_address(self) -> Address:
        """The logical recipient (RFC 3261 s. 20.39)."""
        return parse_address(self._required("To"), "To")

    @property
    def call_id(self) -> str:
        """The id that all messages of a dialog share; case matters (RFC 3261 s. 20.8)."""
        return self._required("Call-ID")

    @_ReadOnce
    def cseq(self) -> CSeq:
        """Number and method (RFC 3261 s. 20.16)."""
        return parse_cseq(self._required("CSeq"))

    @_ReadOnce
    def contacts(self) -> tuple[Address, ...]:
        """Where to reach the sender directly; empty for ``*`` (RFC 3261 s. 20.10)."""
        values = self.headers.all("Contact")
        return () if values == ("*",) else parse_addresses(values, "Contact")

    @property
    def contact_is_star(self) -> bool:
        """Whether a REGISTER means all bindings (RFC 3261 s. 10.2.2)."""
        return self.headers.all("Contact") == ("*",)

    @_ReadOnce
    def routes(self) -> tuple[Address, ...]:
        """The proxies that the request must pass, in order (RFC 3261 s. 20.34)."""
        return parse_addresses(self.headers.all("Route"), "Route")

    @_ReadOnce
    def record_routes(self) -> tuple[Address, ...]:
        """The proxies that want to stay in the path (RFC 3261 s. 20.30)."""
        return parse_addresses(self.headers.all("Record-Route"), "Record-Route")

    @_ReadOnce
    def required(self) -> tuple[str, ...]:
        """Option tags that must be understood (RFC 3261 s. 20.32)."""
        return self.headers.elements("Require")

    @_ReadOnce
    def supported(self) -> tuple[str, ...]:
        """Option tags that the sender understands (RFC 3261 s. 20.37)."""
        return self.headers.elements("Supported")

    @_ReadOnce
    def allowed(self) -> tuple[str, ...]:
        """Methods that the sender takes; empty when it does not say well (RFC 3261 s. 20.5)."""
        try:
            return self.headers.elements("Allow")
        except SipSyntaxError:
            return ()

    @_ReadOnce
    def content_type(self) -> MediaType | None:
        """The body's type, None when it is not told."""
        value = self.headers.get("Content-Type")
        return None if value is None else parse_media_type(value)

    @_ReadOnce
    def accepted(self) -> tuple[MediaType, ...] | None:
        """The types that an answer's body may have, None when it does not say."""
        values = self.headers.all("Accept")
        return parse_media_types(values) if values else None

    @_ReadOnce
    def content_length(self) -> int | None:
        """The length that the sender told, None when it did not (RFC 3261 s. 20.14)."""
        value = self.headers.get("Content-Length")
        return None if value is None else parse_number(value, "Content-Length", most=_MOST_OCTETS)

    @property
    def expires(self) -> int | None:
        """Seconds; one that cannot be read is 3600 (RFC 3261 s. 20.19), None when absent."""
        value = self.headers.get("Expires")
        if value is None:
            return None
        try:
            return parse_delta_seconds(value, "Expires")
        except SipSyntaxError:
            return 3600

    @_ReadOnce
    def rseq(self) -> int | None:
        """The number of a reliable provisional response (RFC 3262 s. 7.1), None without."""
        value = self.headers.get("RSeq")
        try:
            return None if value is None else parse_number(value, "RSeq", most=_MOST_RSEQ)
        except SipSyntaxError:
            return None

    @_ReadOnce
    def rack(self) -> RAck:
        """What a PRACK acknowledges (RFC 3262 s. 7.2)."""
        return parse_rack(self._required("RAck"))

    def auth_values(self, name: str) -> tuple[AuthValue, ...]:
        """Return every challenge or set of credentials of the fields ``name``."""
        return tuple(
            found for value in self.headers.all(name) for found in parse_auth_values(value, name)
        )

    def with_vias(self, vias: tuple[Via, ...]) -> Self:
        """Return a copy that came by ``vias``; what was read of the other fields stays read."""
        headers = self.headers.replaced("Via", *map(str, vias))
        return self._copied({**self.__dict__, "headers": headers, "vias": vias})

    def with_headers(self, headers: Headers) -> Self:
        """Return a copy with other fields, of which nothing is read yet."""
        kept = {name: value for name, value in self.__dict__.items() if name not in _CACHED}
        return self._copied({**kept, "headers": headers})

    def drop_caches(self) -> None:
        """Forget the values that were read; a message that only waits then costs little memory.

        They are read again when they are asked for.
        """
        for name in [name for name in self.__dict__ if name in _CACHED]:
            del self.__dict__[name]
        self.headers.drop_index()

    def encode(self) -> bytes:
        """Return the message as octets, with the Content-Length that the body has.

        What came in by the parser leaves with the same octets in every value.
        """
        lines = [self.start_line]
        lines += [f"{name}: {value}" for name, value in self.headers if name != "Content-Length"]
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body

    def _copied(self, values: dict[str, Any]) -> Self:
        """Return another message of this kind; `dataclasses.replace` takes four times as long."""
        copy = object.__new__(type(self))
        copy.__dict__.update(values)
        return copy

    def _required(self, name: str) -> str:
        value = self.headers.get(name)
        if not value:
            raise SipSyntaxError(field=name, value="", accepted="a value")
        return value


@dataclass(frozen=True, kw_only=True)
class Request(Message):
    """method: case matters. target: the Request-URI as written."""

    method: str
    target: str

    @property
    def start_line(self) -> str:
        """The Request-Line."""
        return f"{self.method} {self.target} {self.version}"

    @_ReadOnce
    def uri(self) -> Uri:
        """The Request-URI; raises SipSyntaxError."""
        return parse_uri(self.target)

    @property
    def max_forwards(self) -> int | None:
        """Hops that are left; more than 255 are 255 (RFC 4475 s. 3.1.2.4), None when absent."""
        value = self.headers.get("Max-Forwards")
        if value is None:
            return None
        return min(parse_delta_seconds(value, "Max-Forwards"), _MOST_FORWARDS)


@dataclass(frozen=True, kw_only=True)
class Response(Message):
    """status: 100 to 699. reason: for people, may be empty."""

    status: int
    reason: str = ""

    @property
    def start_line(self) -> str:
        """The Status-Line."""
        return f"{self.version} {self.status} {self.reason}"

    @property
    def is_provisional(self) -> bool:
        """Whether a final response is still to come."""
        return self.status < 200

    @property
    def is_success(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> int | None:
        """Seconds after which the sender may be asked again (RFC 3261 s. 20.33)."""
        value = self.headers.get("Retry-After")
        return None if value is None else parse_delta_seconds(value, "Retry-After")


_CACHED = frozenset(
    name
    for kind in (Message, Request, Response)
    for name, value in vars(kind).items()
    if isinstance(value, _ReadOnce)
)

AnyMessage = Request | Response
