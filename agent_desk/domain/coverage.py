"""Who pays for work on a product and which service level holds, with reasons; pure, any thread.

The warranty is the manufacturer's and pays first; after it a contract that covers costs; else the
customer. The service level is the contract's while it holds, whoever pays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.service_contract import ServiceContract


class Payer(StrEnum):
    """Who pays for the work."""

    MANUFACTURER = "MANUFACTURER"
    CONTRACT = "CONTRACT"
    CUSTOMER = "CUSTOMER"


class CoverageReason(StrEnum):
    """What warranty and contract say on a day."""

    WARRANTY_HOLDS = "WARRANTY_HOLDS"
    WARRANTY_EXPIRED = "WARRANTY_EXPIRED"
    WARRANTY_UNKNOWN = "WARRANTY_UNKNOWN"
    CONTRACT_HOLDS = "CONTRACT_HOLDS"
    CONTRACT_LEVEL_ONLY = "CONTRACT_LEVEL_ONLY"
    CONTRACT_EXPIRED = "CONTRACT_EXPIRED"
    CONTRACT_NOT_YET = "CONTRACT_NOT_YET"


_R = CoverageReason

EXPIRED: frozenset[CoverageReason] = frozenset({_R.WARRANTY_EXPIRED, _R.CONTRACT_EXPIRED})
"""Reasons that say that something was there and is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGround:
    """One reason. day: when it ends, ended or begins, None for no limit. days: since it ended.

    contract: number and level of the contract that it is about.
    """

    reason: CoverageReason
    day: date | None = None
    days: int = 0
    contract: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who pays on a day, by which service level ("" for the usual one), and why."""

    payer: Payer
    service_level: str
    grounds: tuple[CoverageGround, ...]

    @property
    def is_expired(self) -> bool:
        """Whether the customer pays although there was a warranty or a contract once."""
        over = any(ground.reason in EXPIRED for ground in self.grounds)
        return self.payer is Payer.CUSTOMER and over


def coverage_of(product: OwnedProduct, day: date) -> Coverage:
    """Return who pays for work on ``product`` on ``day``, and which service level holds."""
    warranty = _warranty(product, day)
    contract = _contract(product.contract, day) if product.contract is not None else None
    reason = contract.reason if contract is not None else None
    if warranty.reason is _R.WARRANTY_HOLDS:
        payer = Payer.MANUFACTURER
    else:
        payer = Payer.CONTRACT if reason is _R.CONTRACT_HOLDS else Payer.CUSTOMER
    holds = reason in (_R.CONTRACT_HOLDS, _R.CONTRACT_LEVEL_ONLY)
    return Coverage(
        payer=payer,
        service_level=contract.level if contract is not None and holds else "",
        grounds=(warranty,) if contract is None else (warranty, contract),
    )


def _warranty(product: OwnedProduct, day: date) -> CoverageGround:
    until = product.warranty_until
    if until is None:
        return CoverageGround(reason=_R.WARRANTY_UNKNOWN)
    if day <= until:
        return CoverageGround(reason=_R.WARRANTY_HOLDS, day=until)
    return CoverageGround(reason=_R.WARRANTY_EXPIRED, day=until, days=(day - until).days)


def _contract(contract: ServiceContract, day: date) -> CoverageGround:
    begins, until = contract.valid_from, contract.valid_until
    reason, limit, days = _R.CONTRACT_HOLDS, until, 0
    if begins is not None and day < begins:
        reason, limit = _R.CONTRACT_NOT_YET, begins
    elif until is not None and day > until:
        reason, days = _R.CONTRACT_EXPIRED, (day - until).days
    elif not contract.covers_costs:
        reason = _R.CONTRACT_LEVEL_ONLY
    return CoverageGround(
        reason=reason, day=limit, days=days, contract=contract.number, level=contract.level
    )
