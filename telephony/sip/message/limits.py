"""How much of a peer's message this side is willing to read; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one message; a UDP datagram cannot be larger than 65,535 octets anyway.

    head_octets: start line and fields. body_octets: the body. fields: number of header fields.
    elements: values of one list field, such as Via.
    """

    head_octets: int = 65_535
    body_octets: int = 262_144
    fields: int = 512
    elements: int = 128


DEFAULT_LIMITS = Limits()
