"""How much attention a customer has bought; pure, any thread."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """How much attention a customer has bought; higher ones wait less."""

    STANDARD = "STANDARD"
    SILVER = "SILVER"
    GOLD = "GOLD"
    VIP = "VIP"
