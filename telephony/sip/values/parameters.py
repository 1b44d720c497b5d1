"""Parameters behind a semicolon, kept octet by octet (RFC 3261 s. 7.3.1); pure, any thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.grammar import QUOTED_STRING, quote, unquote

_PARAMETER = re.compile(
    rf"""[ \t]*+;[ \t]*+([^\s;=,"<>]++)(?:[ \t]*+=[ \t]*+({QUOTED_STRING}|[^\s;,"<>]*+))?""",
    re.DOTALL,
)
_PLAIN = re.compile(r"""(?:;[^\s;=,"<>]++(?:=[^\s;=,"<>]*+)?)*+""")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Names and values in their order.

    items: pairs of name and raw value; a raw value keeps its quotes and escapes, and is None
    when there is no equals sign.
    """

    items: tuple[tuple[str, str | None], ...] = ()

    def __str__(self) -> str:
        """Return the parameters as they stand in a message, each after its semicolon."""
        return "".join(
            f";{name}" if value is None else f";{name}={value}" for name, value in self.items
        )

    def __contains__(self, name: str) -> bool:
        """Return whether there is a parameter ``name``; case does not matter."""
        return self.raw(name, _ABSENT) is not _ABSENT

    def raw(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of ``name`` as written."""
        for written, value in self.items:
            if written == name or written.lower() == name:
                return value
        return default

    def get(self, name: str) -> str | None:
        """Return the first value of ``name`` without quotes, None when it is not there."""
        value = self.raw(name)
        return value if value is None else unquote(value)

    def with_(self, name: str, value: str | None) -> Parameters:
        """Return a copy in which ``name`` is ``value``, as it is to be written."""
        kept = tuple(item for item in self.items if item[0].lower() != name)
        return Parameters((*kept, (name, value)))

    def with_quoted(self, name: str, text: str) -> Parameters:
        """Return a copy in which ``name`` is the quoted-string of ``text``."""
        return self.with_(name, quote(text))

    def without(self, *names: str) -> Parameters:
        """Return a copy in which none of ``names`` is left."""
        return Parameters(tuple(item for item in self.items if item[0].lower() not in names))


NO_PARAMETERS = Parameters()
_ABSENT = "\0absent"


def parse_parameters(text: str, field: str) -> Parameters:
    """Read ``;name=value;name...``; raises SipSyntaxError.

    A lone semicolon is refused (RFC 4475 s. 3.1.2.1), an empty value is not: ``;lr=`` is in use.
    """
    if not text:
        return NO_PARAMETERS
    if _PLAIN.fullmatch(text):
        return Parameters(tuple([_pair(piece) for piece in text[1:].split(";")]))
    items: list[tuple[str, str | None]] = []
    position, end = 0, len(text.rstrip(" \t"))
    while position < end:
        match = _PARAMETER.match(text, position)
        if match is None:
            raise SipSyntaxError(field=field, value=text[position:], accepted=";name=value")
        items.append((match.group(1), match.group(2)))
        position = match.end()
    return Parameters(tuple(items))


def _pair(piece: str) -> tuple[str, str | None]:
    name, equals, value = piece.partition("=")
    return name, value if equals else None
