"""Drafts: what a person was typing, kept on this machine until it is saved; pure, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from agent_desk.domain.identifiers import CallId, CustomerId

MAX_PAUSE_MS = 300
"""Longest pause of typing, in milliseconds, after which a draft is on the disk."""


class DraftKind(StrEnum):
    """Which form the draft belongs to."""

    TICKET = "TICKET"
    CUSTOMER = "CUSTOMER"
    NOTE = "NOTE"
    DISPOSITION = "DISPOSITION"
    REPORT = "REPORT"
    ORDER_STEP = "ORDER_STEP"
    ATTACHMENTS = "ATTACHMENTS"
    PRODUCT = "PRODUCT"


ORDER_DRAFTS = frozenset({DraftKind.REPORT, DraftKind.ORDER_STEP, DraftKind.ATTACHMENTS})
"""Forms of a work order at its department's desk; the key ends in the order's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One form as it was typed so far.

    key: unique per form instance, such as "ticket:<call id>". call_id, number, customer_id,
    customer_name: what it was about, shown when it is recovered. fields: field name to text.
    """

    key: str
    kind: DraftKind
    saved_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    call_id: CallId | None = None
    number: str = ""
    customer_id: CustomerId | None = None
    customer_name: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing worth keeping was typed."""
        return not any(text.strip() for text in self.fields.values())
