"""Categories and departments together, as a desk keeps them for the time without a server."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.ticket import Category, Department


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a ticket can be about, parents before children, and who works off orders."""

    categories: tuple[Category, ...] = ()
    departments: tuple[Department, ...] = ()
