"""Addresses with a display name, as in From, To, Contact and Route; pure, any thread.

Source: RFC 3261 s. 20.10 (name-addr and addr-spec) and s. 25.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.grammar import (
    QUOTED_STRING,
    parse_delta_seconds,
    quote,
    readable,
    split_list,
    unquote,
)
from telephony.sip.values.parameters import NO_PARAMETERS, Parameters, parse_parameters
from telephony.sip.values.uri import Uri, parse_uri

# A display name without quotes is more than tokens in practice: UTF-8, "@", "(", "/".
_ADDRESS = re.compile(
    rf"""[ \t]*+(?:
    ({QUOTED_STRING}|[^"<>,;\\\x00-\x08\x0a-\x1f\x7f]*+)[ \t]*+<([^<>\x00-\x20\x7f]++)>
    |([^<>"?;,\s]++)
    )((?:[ \t]*+;.*+)?+)[ \t]*+""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A name-addr with the parameters of its header field (RFC 3261 s. 20.10).

    display: the display name as written, quotes and all, ``""`` when absent. uri: the address.
    parameters: those of the field, not of the URI.
    """

    uri: Uri
    display: str = ""
    parameters: Parameters = NO_PARAMETERS

    def __str__(self) -> str:
        """Return the address as it stands in a message, always in angle brackets."""
        display = f"{self.display} " if self.display else ""
        return f"{display}<{self.uri}>{self.parameters}"

    @property
    def display_name(self) -> str:
        """The name for people to read, without quotes and escapes."""
        return readable(unquote(self.display))

    @property
    def tag(self) -> str | None:
        """The ``tag`` parameter of From and To (RFC 3261 s. 19.3)."""
        return self.parameters.raw("tag")

    @property
    def expires(self) -> int | None:
        """Seconds for which a Contact is bound, None when it does not say."""
        value = self.parameters.get("expires")
        return None if value is None else parse_delta_seconds(value, "Contact expires")

    def with_tag(self, tag: str) -> Address:
        """Return a copy with the given tag."""
        parameters = self.parameters.with_("tag", tag)
        return Address(uri=self.uri, display=self.display, parameters=parameters)


def make_address(uri: Uri, *, name: str = "", parameters: Parameters = NO_PARAMETERS) -> Address:
    """Return an address with ``name`` quoted as the grammar wants it."""
    display = quote(name) if name else ""
    return Address(uri=uri, display=display, parameters=parameters)


def parse_address(text: str, field: str) -> Address:
    """Read one name-addr or addr-spec; raises SipSyntaxError.

    Without angle brackets every parameter is the field's own, and a URI with a comma, semicolon
    or question mark is refused (RFC 3261 s. 20.10; RFC 4475 s. 3.1.2.13).
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise SipSyntaxError(field=field, value=text, accepted='"name" <uri>;parameters')
    display, bracketed, bare, parameters = match.groups()
    try:
        uri = parse_uri(bracketed or bare)
    except SipSyntaxError as error:
        raise SipSyntaxError(field=field, value=error.value, accepted=error.accepted) from None
    return Address(
        uri=uri,
        display=display.rstrip(" \t") if display else "",
        parameters=parse_parameters(parameters, field) if parameters else NO_PARAMETERS,
    )


def parse_addresses(values: tuple[str, ...], field: str) -> tuple[Address, ...]:
    """Read every address of the field's ``values``; raises SipSyntaxError."""
    return tuple(
        [parse_address(element, field) for value in values for element in split_list(value, field)]
    )
