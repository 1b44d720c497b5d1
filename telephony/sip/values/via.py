"""The way a request came, hop by hop (RFC 3261 s. 20.42, RFC 3581); pure, any thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.grammar import TOKEN_CHARACTERS, split_list
from telephony.sip.values.parameters import NO_PARAMETERS, Parameters, parse_parameters

MAGIC_COOKIE = "z9hG4bK"
"""RFC 3261 s. 8.1.1.7: a branch that begins so names its transaction."""

_FIELD = "Via"
_MOST_PORT = 65535
_VIA = re.compile(
    rf"""[ \t]*+([{TOKEN_CHARACTERS}]++)[ \t]*+/[ \t]*+([{TOKEN_CHARACTERS}]++)[ \t]*+/
    [ \t]*+([{TOKEN_CHARACTERS}]++)[ \t]++
    ([A-Za-z0-9_.\-]++|\[[0-9A-Fa-f:.]++\])
    (?:[ \t]*+:[ \t]*+([0-9]{{1,5}}+))?
    ((?:[ \t]*+;.*+)?+)[ \t]*+""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """One hop (RFC 3261 s. 20.42).

    transport: ``UDP``, ``TCP``, ``TLS``, ``WS``, ``WSS`` or another token, in upper case.
    host, port: where this hop wants its answers. parameters: as written.
    protocol: ``SIP/2.0``, or what the hop claims instead.
    """

    transport: str
    host: str
    port: int | None = None
    parameters: Parameters = NO_PARAMETERS
    protocol: str = "SIP/2.0"

    def __str__(self) -> str:
        """Return the hop as it stands in a message."""
        return f"{self.protocol}/{self.transport} {self.sent_by}{self.parameters}"

    @property
    def sent_by(self) -> str:
        """Host and port as the hop named itself."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def branch(self) -> str | None:
        """The transaction's id at this hop, None from RFC 2543 clients."""
        return self.parameters.raw("branch")

    @property
    def has_transaction_id(self) -> bool:
        """Whether the branch is unique by itself (RFC 3261 s. 17.2.3).

        The bare cookie is none: RFC 4475 s. 3.2.1.
        """
        branch = self.branch
        return bool(branch and branch.startswith(MAGIC_COOKIE) and branch != MAGIC_COOKIE)

    def seen_from(self, host: str, port: int) -> Via:
        """Return the hop with its packet's source noted (RFC 3261 s. 18.2.1, RFC 3581 s. 4)."""
        if "rport" in self.parameters:
            noted = self.parameters.with_("received", host).with_("rport", str(port))
        elif self.host != host:
            noted = self.parameters.with_("received", host)
        else:
            return self
        return Via(
            transport=self.transport,
            host=self.host,
            port=self.port,
            parameters=noted,
            protocol=self.protocol,
        )


def parse_via(text: str) -> Via:
    """Read one hop; raises SipSyntaxError."""
    match = _VIA.fullmatch(text)
    if match is None:
        raise SipSyntaxError(field=_FIELD, value=text, accepted="SIP/2.0/UDP host:port;branch=...")
    name, version, transport, host, port_text, parameters = match.groups()
    port = int(port_text) if port_text else None
    if port is not None and port > _MOST_PORT:
        raise SipSyntaxError(field=_FIELD, value=text, accepted="a port up to 65535")
    return Via(
        transport=transport.upper(),
        host=host,
        port=port,
        parameters=parse_parameters(parameters, _FIELD) if parameters else NO_PARAMETERS,
        protocol=f"{name.upper()}/{version}",
    )


def parse_vias(values: tuple[str, ...]) -> tuple[Via, ...]:
    """Read every hop of the field's ``values``, topmost first; raises SipSyntaxError."""
    return tuple([parse_via(element) for value in values for element in split_list(value, _FIELD)])
