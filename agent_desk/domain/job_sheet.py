"""What a technician takes along: where the order is to be done, its story, its files; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_desk.domain.attachment import Attachment
from agent_desk.domain.order_story import StoryStep


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSite:
    """Where a customer is, as whoever works there may know it.

    company: "" for a private person. numbers: E.164 with their labels, the primary one first.
    language: BCP 47 tag, "" when nobody knows.
    """

    name: str
    company: str = ""
    city: str = ""
    address: str = ""
    language: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSheet:
    """What is printed beside the order itself. steps: oldest first."""

    site: CustomerSite
    steps: Sequence[StoryStep] = ()
    attachments: Sequence[Attachment] = ()
