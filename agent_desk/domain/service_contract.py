"""Service contracts: what a customer has agreed on for some of their products; pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import ContractId, CustomerId

MAX_CONTRACT_NUMBER = 60
"""Longest number of a contract, in characters."""

MAX_LEVEL = 60
"""Longest name of a service level, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContract:
    """A contract with a customer; the products that name it are the ones that it covers.

    number: as on the paper. level: name of the service level that it promises, "" for the usual
    one. valid_from, valid_until: its first and last day, None for no limit. covers_costs: work on
    the products is paid by it; else it only promises the level.
    """

    id: ContractId
    customer_id: CustomerId
    number: str
    level: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    covers_costs: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractForm:
    """What was typed about a contract. id: None for a new one. version: the one it was made on."""

    id: ContractId | None = None
    version: int = 0
    number: str
    level: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    covers_costs: bool = True


def require_contract(form: ContractForm) -> None:
    """Raise InputError for the first field that cannot be taken."""
    for field, text, longest in (
        ("contract_number", form.number, MAX_CONTRACT_NUMBER),
        ("contract_level", form.level or "-", MAX_LEVEL),
    ):
        if not text.strip() or len(text.strip()) > longest:
            raise InputError(field=field, value=text[:40], accepted=f"1 to {longest} characters")
    if form.valid_from and form.valid_until and form.valid_until < form.valid_from:
        accepted = f"a day not before {form.valid_from.isoformat()}"
        value = form.valid_until.isoformat()
        raise InputError(field="contract_until", value=value, accepted=accepted)
