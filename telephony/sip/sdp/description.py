"""A session description as values (RFC 8866 s. 5); pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.sdp.direction import Direction


@dataclass(frozen=True, slots=True)
class Attribute:
    """One ``a=`` line (RFC 8866 s. 5.13): value is None for a property without a colon."""

    name: str
    value: str | None = None

    def __str__(self) -> str:
        """Return the line's text after ``a=``."""
        return self.name if self.value is None else f"{self.name}:{self.value}"


@dataclass(frozen=True, slots=True)
class Connection:
    """A ``c=`` line (RFC 8866 s. 5.7): ``IP4`` or ``IP6`` and an address without its TTL."""

    family: str
    address: str

    def __str__(self) -> str:
        """Return the line's text after ``c=``."""
        return f"IN {self.family} {self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The ``o=`` line (RFC 8866 s. 5.2); a changed description has a higher version."""

    user: str = "-"
    session_id: str
    version: int
    family: str = "IP4"
    address: str

    def __str__(self) -> str:
        """Return the line's text after ``o=``."""
        return f"{self.user} {self.session_id} {self.version} IN {self.family} {self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDescription:
    """One ``m=`` line and what belongs to it (RFC 8866 s. 5.14).

    kind: ``audio``, ``video``, ``image`` or another. port: 0 for a stream that is refused.
    protocol: as written. formats: payload types, or what else the protocol has there.
    connection: None when the session's holds.
    """

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    connection: Connection | None = None
    attributes: tuple[Attribute, ...] = ()

    def get(self, name: str) -> str | None:
        """Return the first value of an attribute, ``""`` for a property, None when absent."""
        return _get(self.attributes, name)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of an attribute."""
        return tuple(a.value or "" for a in self.attributes if a.name == name)

    def lines(self) -> list[str]:
        """Return the lines of this stream."""
        lines = [f"m={self.kind} {self.port} {self.protocol} {' '.join(self.formats)}"]
        lines += [f"c={self.connection}"] if self.connection else []
        return lines + [f"a={attribute}" for attribute in self.attributes]

    def refused(self) -> MediaDescription:
        """Return the answer to a stream that is not wanted (RFC 3264 s. 6): port 0."""
        mid = self.get("mid")
        kept = () if mid is None else (Attribute("mid", mid),)
        return MediaDescription(
            kind=self.kind,
            port=0,
            protocol=self.protocol,
            formats=self.formats,
            attributes=kept,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDescription:
    """A whole description; lines that are of no use to a telephone are not kept."""

    origin: Origin
    name: str = "-"
    connection: Connection | None = None
    attributes: tuple[Attribute, ...] = ()
    media: tuple[MediaDescription, ...] = ()

    def __str__(self) -> str:
        """Return the description as it stands in a body."""
        lines = ["v=0", f"o={self.origin}", f"s={self.name or '-'}"]
        lines += [f"c={self.connection}"] if self.connection else []
        lines += ["t=0 0", *(f"a={attribute}" for attribute in self.attributes)]
        lines += [line for stream in self.media for line in stream.lines()]
        return "\r\n".join(lines) + "\r\n"

    def encode(self) -> bytes:
        """Return the octets of the body."""
        return str(self).encode("utf-8", "surrogateescape")

    def get(self, stream: MediaDescription, name: str) -> str | None:
        """Return a stream's attribute, or the session's where the stream has none."""
        value = stream.get(name)
        return _get(self.attributes, name) if value is None else value

    def connection_of(self, stream: MediaDescription) -> Connection | None:
        """Return where a stream is to be sent, None when the description does not say."""
        return stream.connection or self.connection

    def direction_of(self, stream: MediaDescription) -> Direction:
        """Return the stream's direction, as its sender sees it (RFC 3264 s. 5.1).

        An address of zeros is the hold of RFC 2543 (RFC 3264 s. 8.4): nothing is to be sent
        there. A session's direction holds where the stream has none.
        """
        for attributes in (stream.attributes, self.attributes):
            for attribute in attributes:
                if attribute.name in _DIRECTIONS:
                    return self._held_by_address(stream, Direction(attribute.name))
        return self._held_by_address(stream, Direction.SENDRECV)

    def _held_by_address(self, stream: MediaDescription, said: Direction) -> Direction:
        connection = self.connection_of(stream)
        if connection is None or connection.address not in ("0.0.0.0", "::"):
            return said
        return said.without_receiving()


_DIRECTIONS = frozenset(direction.value for direction in Direction)


def _get(attributes: tuple[Attribute, ...], name: str) -> str | None:
    for attribute in attributes:
        if attribute.name == name:
            return attribute.value or ""
    return None
