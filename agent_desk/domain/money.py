"""Money: an exact decimal amount with its currency; pure, any thread.

Never a float: totals add up to the cent. A database keeps whole minor units (ISO 4217), which both
engines add up exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Self

from agent_desk.domain.errors import InputError

MOST_DIGITS = 12
"""Most digits before the decimal point of an amount."""

_MINOR_DIGITS: Mapping[str, int] = MappingProxyType(
    {"BHD": 3, "CLP": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "VND": 0}
)
"""Digits after the point where they are not two (ISO 4217, table A.1)."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_TYPED = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", re.ASCII)


def minor_digits(currency: str) -> int:
    """Return how many digits after the point amounts in ``currency`` have."""
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """amount: written with all digits of its currency. currency: ISO 4217, such as "CNY"."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Write the same amount in the same way; one that is not exact stays as it is."""
        if _is_in_range(self.amount):
            exact = self.amount.quantize(_unit(self.currency))
            if exact == self.amount:
                object.__setattr__(self, "amount", exact)

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Self:
        """Return ``minor`` cents, fen or whatever ``currency`` is divided into."""
        return cls(amount=Decimal(minor).scaleb(-minor_digits(currency)), currency=currency)

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return int(self.amount.scaleb(minor_digits(self.currency)))

    def times(self, quantity: Decimal) -> Money:
        """Return ``quantity`` of it, rounded half up to the minor unit."""
        exact = (self.amount * quantity).quantize(_unit(self.currency), rounding=ROUND_HALF_UP)
        return Money(amount=exact, currency=self.currency)

    def __add__(self, other: Money) -> Money:
        """Return the sum; raises InputError for another currency."""
        require_currency("currency", other.currency, accepted=self.currency)
        return Money(amount=self.amount + other.amount, currency=self.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum, zero for none; raises InputError for an amount in another currency."""
    return sum(amounts, start=Money(amount=Decimal(0), currency=currency))


def require_money(field: str, money: Money) -> None:
    """Raise InputError, naming ``field``, unless it can be paid: not negative, no split cents."""
    if not _CURRENCY.fullmatch(money.currency):
        accepted = "three capital letters of ISO 4217, such as CNY"
        raise InputError(field=f"{field}.currency", value=money.currency, accepted=accepted)
    digits = minor_digits(money.currency)
    if (
        not _is_in_range(money.amount)
        or money.amount < 0
        or money.amount != money.amount.quantize(_unit(money.currency))
    ):
        accepted = f"an amount from 0, at most {digits} digits after the point"
        raise InputError(field=field, value=str(money.amount), accepted=accepted)


def read_money(field: str, text: str, currency: str) -> Money:
    """Return what a person typed as an amount; raises InputError, naming ``field``.

    Thousands may be parted by commas or spaces; only a point parts the cents, so that nothing that
    is written another way is taken for a hundred times as much.
    """
    typed = text.strip()
    if not _TYPED.fullmatch(typed):
        raise InputError(field=field, value=typed, accepted="an amount such as 1,234.50")
    money = Money(amount=Decimal(typed.replace(",", "").replace(" ", "")), currency=currency)
    require_money(field, money)
    return money


def require_currency(field: str, currency: str, *, accepted: str) -> None:
    """Raise InputError unless ``currency`` is the ``accepted`` one."""
    if currency != accepted:
        raise InputError(field=field, value=currency, accepted=accepted)


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_digits(currency))


def _is_in_range(amount: Decimal) -> bool:
    return (
        amount.is_finite() and amount.adjusted() < MOST_DIGITS and _exponent(amount) >= -MOST_DIGITS
    )


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent
