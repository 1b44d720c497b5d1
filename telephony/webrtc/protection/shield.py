"""Packets protected and laid open again; runs on the engine's loop."""

from __future__ import annotations

from typing import Protocol


class ShieldError(Exception):
    """A datagram with a wrong key, seen before, or cut short: it is counted and dropped."""


class Shield(Protocol):
    """Both directions of one call. is_authentic: whether what passes `open` is the peer's."""

    @property
    def is_authentic(self) -> bool:
        """Return whether others cannot have made what is laid open."""
        ...

    def close_sound(self, packet: bytes) -> bytes:
        """Return the datagram of an RTP packet."""
        ...

    def close_control(self, packet: bytes) -> bytes:
        """Return the datagram of an RTCP compound."""
        ...

    def open_sound(self, datagram: bytes) -> bytes:
        """Return the RTP packet; raises ShieldError."""
        ...

    def open_control(self, datagram: bytes) -> bytes:
        """Return the RTCP compound; raises ShieldError."""
        ...


class NoShield:
    """Plain RTP."""

    is_authentic = False

    def close_sound(self, packet: bytes) -> bytes:
        """Return it as it is."""
        return packet

    def close_control(self, packet: bytes) -> bytes:
        """Return it as it is."""
        return packet

    def open_sound(self, datagram: bytes) -> bytes:
        """Return it as it is."""
        return datagram

    def open_control(self, datagram: bytes) -> bytes:
        """Return it as it is."""
        return datagram
