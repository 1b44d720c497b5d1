"""How long to wait before trying a registrar again (RFC 5626 s. 4.5); pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOff:
    """base: seconds after the first failure. most: seconds that are never exceeded.

    The defaults are those of RFC 5626 s. 4.5 for a telephone that has no other flow left.
    """

    base: float = 30.0
    most: float = 1800.0

    def wait(self, failures: int, chance: float) -> float:
        """Return seconds after ``failures`` in a row, at least one.

        Between half of the doubled time and the whole, by ``chance`` from 0.0 to 1.0, so that
        desks that lost their server together do not come back together.
        """
        upper = min(self.most, self.base * 2.0 ** min(failures - 1, 20))
        return upper * (0.5 + 0.5 * chance)
