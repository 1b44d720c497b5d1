"""Where a NAT makes our requests come from, as their answers tell it; pure, any thread.

Sources: RFC 3581 s. 4 (``received`` and ``rport``), RFC 4787 s. 4.1 (mappings). A server notes in
the topmost Via where a request came from. What differs from what we wrote there is the address
under which the server reaches us, which belongs into Contact.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from telephony.sip.values.host import bare
from telephony.sip.values.via import Via

_LOG = logging.getLogger(__name__)
_MOST_PORT = 65_535

Place = tuple[str, int]
"""A numeric host without brackets, and a port."""


class MappingState(StrEnum):
    """How far what is seen of us can be believed."""

    UNKNOWN = "unknown"
    TAKEN = "taken"
    TAKEN_AGAIN = "taken again"
    STEADY = "steady"
    WAVERING = "wavering"


class Sight(StrEnum):
    """How an answer saw us."""

    SAME = "where the last one saw us"
    OTHER = "elsewhere"


_S, _E = MappingState, Sight
_MOVES: Mapping[tuple[MappingState, Sight], MappingState] = MappingProxyType(
    {
        (_S.UNKNOWN, _E.OTHER): _S.TAKEN,
        (_S.TAKEN, _E.SAME): _S.STEADY,
        # One answer may be older than the other: its request left before the NAT had changed.
        (_S.TAKEN, _E.OTHER): _S.TAKEN_AGAIN,
        (_S.TAKEN_AGAIN, _E.SAME): _S.STEADY,
        (_S.TAKEN_AGAIN, _E.OTHER): _S.WAVERING,
        (_S.STEADY, _E.SAME): _S.STEADY,
        (_S.STEADY, _E.OTHER): _S.TAKEN,
        # Another place for each request: no Contact of ours would hold until it is used.
        (_S.WAVERING, _E.SAME): _S.WAVERING,
        (_S.WAVERING, _E.OTHER): _S.WAVERING,
    }
)


class MappedAddress:
    """The address that a NAT made of ours, as far as it lasts.

    confirmed: where two answers in a row have seen us last, our own address without a NAT; None
    before.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.confirmed: Place | None = None
        self._state = MappingState.UNKNOWN
        self._seen: Place | None = None
        self._is_own = True

    @property
    def state(self) -> MappingState:
        """How far what is seen of us can be believed."""
        return self._state

    @property
    def place(self) -> Place | None:
        """What belongs into Contact in place of our own address; None where that does."""
        is_usable = self._state is not MappingState.WAVERING and not self._is_own
        return self._seen if is_usable else None

    def forget(self) -> None:
        """Know nothing any more: the network is another one."""
        self._state, self._seen, self._is_own, self.confirmed = _S.UNKNOWN, None, True, None

    def try_again(self) -> None:
        """Believe answers again although each of the last ones had seen us elsewhere."""
        if self._state is MappingState.WAVERING:
            self._state, self._seen, self._is_own = _S.UNKNOWN, None, True

    def take(self, via: Via) -> None:
        """Take in the Via of ours that an answer brings back.

        One without ``rport`` is of a server that tells nothing (RFC 3581 s. 4).
        """
        seen = seen_by(via)
        if seen is None:
            return
        state = _MOVES[self._state, _E.SAME if seen == self._seen else _E.OTHER]
        if state is not self._state:
            _LOG.info("seen at %s port %d: this mapping is %s", *seen, state)
        self._state, self._seen = state, seen
        self._is_own = seen == (_same_text(bare(via.host)), via.port)
        if state is MappingState.STEADY:
            self.confirmed = seen


def seen_by(via: Via) -> Place | None:
    """Return where the server saw the request come from, None when it does not tell that well."""
    port = via.parameters.get("rport") or ""
    if re.fullmatch(r"[0-9]{1,5}", port) is None or not 0 < int(port) <= _MOST_PORT:
        return None
    try:
        address = ipaddress.ip_address(bare(via.parameters.get("received") or via.host))
    except ValueError:
        return None
    if address.is_unspecified or address.is_multicast:
        return None
    return str(address), int(port)


def _same_text(host: str) -> str:
    """Return a numeric address as `seen_by` writes it, any other host as it is."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host
