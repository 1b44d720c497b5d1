"""Media types of bodies, as in Content-Type and Accept (RFC 3261 s. 20.1, 20.15); any thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.grammar import TOKEN_CHARACTERS, split_list
from telephony.sip.values.parameters import NO_PARAMETERS, Parameters, parse_parameters

_MEDIA_TYPE = re.compile(
    rf"([{TOKEN_CHARACTERS}]++)[ \t]*+/[ \t]*+([{TOKEN_CHARACTERS}]++)((?:[ \t]*+;.*+)?+)[ \t]*+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """name: ``type/subtype`` in lower case, ``*`` for any. parameters: as written."""

    name: str
    parameters: Parameters = NO_PARAMETERS

    def __str__(self) -> str:
        """Return the media type as it stands in a message."""
        return f"{self.name}{self.parameters}"

    def covers(self, name: str) -> bool:
        """Return whether a range such as ``application/*`` includes the type ``name``."""
        kind, _, subtype = self.name.partition("/")
        return self.name == name or kind == "*" or (subtype == "*" and name.startswith(f"{kind}/"))


def parse_media_type(text: str, field: str = "Content-Type") -> MediaType:
    """Read one media type; raises SipSyntaxError."""
    match = _MEDIA_TYPE.fullmatch(text)
    if match is None:
        raise SipSyntaxError(field=field, value=text, accepted="type/subtype;parameters")
    kind, subtype, parameters = match.groups()
    return MediaType(
        name=f"{kind}/{subtype}".lower(), parameters=parse_parameters(parameters, field)
    )


def parse_media_types(values: tuple[str, ...], field: str = "Accept") -> tuple[MediaType, ...]:
    """Read every media type of the field's ``values``; an empty field accepts nothing."""
    return tuple(
        parse_media_type(element, field)
        for value in values
        if value
        for element in split_list(value, field)
    )
