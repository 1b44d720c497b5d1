"""How long until the next report (RFC 3550 s. 6.2, 6.3.1 and A.7); pure, any one thread."""

from __future__ import annotations

from math import e

LEAST_SECONDS = 5.0
"""RFC 3550 s. 6.2: recommended; half of it before the first report."""

CONTROL_SHARE = 0.05
SENDERS_SHARE = 0.25
"""RFC 3550 s. 6.2: of the session's bandwidth, and of that for those who send."""

_COMPENSATION = e - 1.5
"""RFC 3550 s. 6.3.1: reconsideration lets the mean fall short of what was meant."""


def report_interval(
    *,
    members: int,
    senders: int,
    bandwidth: float,
    we_sent: bool,
    average_octets: float,
    is_first: bool,
    chance: float,
) -> float:
    """Return seconds until the next report.

    members, senders: of the session, this side among them. bandwidth: octets a second that RTCP
    may use. average_octets: of compounds with their UDP and IP headers. chance: drawn evenly from
    0.0 to 1.0, so that the two ends do not fall into step.
    """
    least = LEAST_SECONDS / 2 if is_first else LEAST_SECONDS
    sharers = members
    if senders <= members * SENDERS_SHARE:
        bandwidth *= SENDERS_SHARE if we_sent else 1 - SENDERS_SHARE
        sharers = senders if we_sent else members - senders
    meant = max(average_octets * sharers / bandwidth, least) if bandwidth > 0 else least
    return meant * (0.5 + chance) / _COMPENSATION
