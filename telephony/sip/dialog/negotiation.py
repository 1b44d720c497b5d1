"""Who may offer a session now: offers, answers and glare in one dialog; pure, any thread.

Sources: RFC 3261 s. 14.1 and 14.2, RFC 3264 s. 4, RFC 3311 s. 5.1 and 5.2, RFC 6337 s. 2 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from telephony.sip.errors import DialogError, RequestRefusedError

_OWNER_WAITS = (2.1, 4.0)
_OTHER_WAITS = (0.0, 2.0)
_STEP_SECONDS = 0.01
_MOST_RETRY_SECONDS = 10


class OfferState(StrEnum):
    """RFC 3264 s. 4: at most one offer is open, from one side."""

    STABLE = "stable"
    LOCAL_OFFER = "local offer"
    REMOTE_OFFER = "remote offer"


class OfferEvent(StrEnum):
    """What happens to the session description of a dialog."""

    OFFER_SENT = "offer sent"
    OFFER_RECEIVED = "offer received"
    ANSWER_SENT = "answer sent"
    ANSWER_RECEIVED = "answer received"
    REFUSED = "refused"


_MOVES: Mapping[tuple[OfferState, OfferEvent], OfferState] = MappingProxyType(
    {
        (OfferState.STABLE, OfferEvent.OFFER_SENT): OfferState.LOCAL_OFFER,
        (OfferState.STABLE, OfferEvent.OFFER_RECEIVED): OfferState.REMOTE_OFFER,
        (OfferState.LOCAL_OFFER, OfferEvent.ANSWER_RECEIVED): OfferState.STABLE,
        (OfferState.LOCAL_OFFER, OfferEvent.REFUSED): OfferState.STABLE,
        (OfferState.REMOTE_OFFER, OfferEvent.ANSWER_SENT): OfferState.STABLE,
        (OfferState.REMOTE_OFFER, OfferEvent.REFUSED): OfferState.STABLE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiation:
    """What is open in one dialog.

    offer: whose offer waits for its answer. local_invite, remote_invite: an INVITE of that side
    has no final response yet.
    """

    offer: OfferState = OfferState.STABLE
    local_invite: bool = False
    remote_invite: bool = False

    def after(self, event: OfferEvent) -> Negotiation:
        """Return what is open afterwards; raises DialogError for an event out of place."""
        state = _MOVES.get((self.offer, event))
        if state is None:
            raise DialogError(f"{event} while {self.offer}")
        return Negotiation(
            offer=state, local_invite=self.local_invite, remote_invite=self.remote_invite
        )

    def require_free_to_invite(self) -> None:
        """Raise DialogError unless this side may send a re-INVITE (RFC 3261 s. 14.1)."""
        if self.local_invite or self.remote_invite or self.offer is not OfferState.STABLE:
            raise DialogError("another INVITE or offer is open")

    def require_free_to_update(self) -> None:
        """Raise DialogError unless this side may send an UPDATE with an offer (RFC 3311 s. 5.1)."""
        if self.offer is not OfferState.STABLE:
            raise DialogError("an offer is open")

    def check_invite(self, chance: float) -> None:
        """Raise RequestRefusedError unless the peer's INVITE can be taken (RFC 3261 s. 14.2).

        491 while ours is open, 500 while its own former one is. chance: 0.0 to 1.0, for the time
        after which it may try again.
        """
        if self.local_invite or self.offer is OfferState.LOCAL_OFFER:
            raise RequestRefusedError(491, "Request Pending")
        if self.remote_invite or self.offer is OfferState.REMOTE_OFFER:
            raise _retry(chance)

    def check_update(self, chance: float) -> None:
        """Raise RequestRefusedError unless the peer's UPDATE with an offer can be taken.

        RFC 3311 s. 5.2: 491 while our offer is open, 500 while its own is.
        """
        if self.offer is OfferState.LOCAL_OFFER:
            raise RequestRefusedError(491, "Request Pending")
        if self.offer is OfferState.REMOTE_OFFER:
            raise _retry(chance)


def glare_wait(*, is_caller: bool, chance: float) -> float:
    """Return the seconds after which a 491 is tried again (RFC 3261 s. 14.1).

    2.1 to 4.0 s for the owner of the Call-ID, 0.0 to 2.0 s for the other, in steps of 10 ms, so
    that both do not meet again. chance: 0.0 to 1.0.
    """
    least, most = _OWNER_WAITS if is_caller else _OTHER_WAITS
    steps = round((most - least) / _STEP_SECONDS)
    return round(least + min(steps, int(chance * (steps + 1))) * _STEP_SECONDS, 2)


def _retry(chance: float) -> RequestRefusedError:
    seconds = min(_MOST_RETRY_SECONDS, int(chance * (_MOST_RETRY_SECONDS + 1)))
    headers = (("Retry-After", str(seconds)),)
    return RequestRefusedError(500, "Server Internal Error", headers=headers)
