"""Where else a call can be tried: 3xx responses (RFC 3261 s. 8.1.3.4 and 21.3); any thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telephony.sip.message.message import Response
from telephony.sip.values.address import Address
from telephony.sip.values.uri import SipUri, Uri, is_secure

MOST_TARGETS = 10
"""A redirection cannot make us try for ever."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The places that are left to try, best first, and those that were tried."""

    waiting: tuple[Uri, ...] = ()
    tried: tuple[Uri, ...] = ()

    def with_response(self, response: Response, *, secure: bool = False) -> Targets:
        """Return the targets with the Contacts of a 3xx, by falling q; none is tried twice.

        secure: sips was called, so that others are passed over. RFC 3261 s. 8.1.3.4 would let us
        follow them after asking the person; nobody is asked, so nothing is given away.
        """
        new: list[Uri] = []
        for contact in sorted(response.contacts, key=_quality, reverse=True):
            if secure and not is_secure(contact.uri):
                continue
            known = (*self.tried, *self.waiting, *new)
            if isinstance(contact.uri, SipUri) and not any(contact.uri.same_as(u) for u in known):
                new.append(contact.uri)
        room = MOST_TARGETS - len(self.tried) - len(self.waiting)
        return replace(self, waiting=(*self.waiting, *new[: max(0, room)]))

    def next(self) -> tuple[Uri | None, Targets]:
        """Return the next place to try, None when there is none, and what is left after it."""
        if not self.waiting:
            return None, self
        first = self.waiting[0]
        return first, Targets(self.waiting[1:], (*self.tried, first))


def _quality(contact: Address) -> float:
    """Return q between 0 and 1; 1 when it is absent or unreadable (RFC 3261 s. 20.10)."""
    text = contact.parameters.get("q") or "1"
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 1.0
