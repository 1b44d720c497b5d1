"""Compiles the statements of a screen pop before the first call rings; runs on a `db` reader.

The first card of the day would otherwise take a hundred times as long as the second.
"""

from __future__ import annotations

from contextlib import suppress

from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.identifiers import CustomerId, PhoneNumber
from db.columns import EPOCH
from db.unit_of_work import SqlUnitOfWork

_NOBODY = CustomerId("00000000-0000-0000-0000-000000000000")
_NO_NUMBER = PhoneNumber(e164="+0", suffix="000000000", international="+0", region="")


def warm_up(unit: SqlUnitOfWork) -> None:
    """Ask for a caller, a card and a search that find nothing."""
    unit.customers.find_callers(_NO_NUMBER, _NO_NUMBER.suffix)
    # Refused only after every statement has run.
    with suppress(NotFoundError):
        unit.customers.card(_NOBODY, now=EPOCH, rows=1)
    unit.customers.search("000000000")
    unit.customers.search("\u3007")
