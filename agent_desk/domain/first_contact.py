"""First-contact resolution (FCR), published three ways side by side; pure, any thread.

Denominator of all three: tickets that were opened in a contact. `docs/glossary.md` has the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent_desk.domain.ticket import Ticket


class FcrVariant(StrEnum):
    """What counts as resolved in the first contact.

    CLAIMED: the agent said so. NO_REPEAT: and no call about it within the window. CONFIRMED:
    claimed, and the customer said so when asked.
    """

    CLAIMED = "claimed"
    NO_REPEAT = "no_repeat"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactResolution:
    """contacts: tickets opened in a contact. asked: of the claimed ones, customers who were asked.

    claimed, no_repeat, confirmed: how many of the contacts count by each variant.
    """

    contacts: int = 0
    asked: int = 0
    claimed: int = 0
    no_repeat: int = 0
    confirmed: int = 0

    def share(self, variant: FcrVariant) -> float | None:
        """Return FCR from 0.0 to 1.0 by ``variant``, None without a contact."""
        counted = {
            FcrVariant.CLAIMED: self.claimed,
            FcrVariant.NO_REPEAT: self.no_repeat,
            FcrVariant.CONFIRMED: self.confirmed,
        }[variant]
        return counted / self.contacts if self.contacts else None


def first_contact_resolution(
    tickets: Iterable[Ticket], *, since: datetime, until: datetime
) -> FirstContactResolution:
    """Return FCR of the tickets opened from ``since`` up to, not including, ``until``.

    No-repeat is final only once the repeat window after ``until`` is over; confirmed is low where
    few were asked, so ``asked`` belongs beside it.
    """
    contacts = [t for t in tickets if t.opened_in is not None and since <= t.opened_at < until]
    claimed = [ticket for ticket in contacts if ticket.fcr_claimed]
    return FirstContactResolution(
        contacts=len(contacts),
        asked=sum(ticket.fcr_confirmed is not None for ticket in claimed),
        claimed=len(claimed),
        no_repeat=sum(ticket.fcr_no_repeat for ticket in claimed),
        confirmed=sum(ticket.fcr_confirmed is True for ticket in claimed),
    )
