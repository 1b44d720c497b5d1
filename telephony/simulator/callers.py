"""Who calls: directory entries and the ways in which networks mangle their numbers; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from random import Random

from agent_desk.domain.customer import Tier
from telephony.simulator.chance.streams import weighted_draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who may call.

    number: as the network signals it, ``""`` when withheld. name: display name the network
    sends, ``""`` when it sends none. language: BCP 47 tag.
    """

    number: str
    name: str = ""
    tier: Tier = Tier.STANDARD
    language: str = ""


ANONYMOUS = Caller(number="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerMix:
    """How often which kind of caller calls, as weights.

    known: out of the directory, as written there. oddly_written: out of the directory, in one of
    the forms that carriers make of a number. unknown: a number in nobody's directory.
    anonymous: withheld. unknown_prefix: first digits of unknown numbers; eight random ones follow.
    """

    known: float = 0.0
    oddly_written: float = 0.0
    unknown: float = 0.0
    anonymous: float = 1.0
    unknown_prefix: str = "+86139"

    @property
    def weights(self) -> tuple[float, float, float, float]:
        """The weights in the order known, oddly written, unknown, anonymous."""
        return (self.known, self.oddly_written, self.unknown, self.anonymous)


def caller_draws(random: Random, mix: CallerMix, directory: Sequence[Caller]) -> Iterator[Caller]:
    """Return an endless iterator over callers; without a directory known ones are unknown ones."""
    if mix.weights[:3] == (0.0, 0.0, 0.0):
        return repeat(ANONYMOUS)
    makers: tuple[Callable[[], Caller], ...] = (
        lambda: random.choice(directory),
        lambda: _oddly_written(random, random.choice(directory)),
        lambda: Caller(number=_unknown_number(random, mix.unknown_prefix)),
        lambda: ANONYMOUS,
    )
    if not directory:
        makers = (makers[2], makers[2], *makers[2:])
    return (make() for make in weighted_draws(random, makers, mix.weights))


def matching_callers(
    directory: Sequence[Caller], *, tiers: frozenset[Tier], languages: tuple[str, ...]
) -> list[Caller]:
    """Return those of these tiers and languages; an empty filter lets everybody through."""
    return [
        caller
        for caller in directory
        if (not tiers or caller.tier in tiers)
        and (not languages or caller.language.startswith(languages))
    ]


def _unknown_number(random: Random, prefix: str) -> str:
    return f"{prefix}{random.randrange(10**8):08d}"


def _oddly_written(random: Random, caller: Caller) -> Caller:
    """Return ``caller`` with the number as some carrier would signal it."""
    number = caller.number
    if not number.startswith("+") or len(number) < 8:
        return caller
    forms = (
        "00" + number[1:],
        f"{number[:3]} {number[3:6]} {number[6:]}",
        f"{number[:3]}(0){number[3:]}",
        f"{number[:6]}/{number[6:]}",
        number[1:],
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        number[-9:],
    )
    return replace(caller, number=random.choice(forms))
