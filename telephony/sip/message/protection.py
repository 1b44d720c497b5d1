"""What a request hears that keeps not to sips; pure, any thread.

Sources: RFC 3261 s. 26.2.2; the warnings that RFC 5630 adds to those of RFC 3261 s. 20.43.
"""

from __future__ import annotations

from telephony.sip.errors import RequestRefusedError

_STATUS, _REASON = 480, "Temporarily Unavailable"


def sips_not_allowed(agent: str) -> RequestRefusedError:
    """Return the refusal of a sips URI that cannot be served. agent: the host that warns."""
    return _refusal(agent, '380 {} "SIPS Not Allowed"')


def sips_required(agent: str) -> RequestRefusedError:
    """Return the refusal of what leaves sips where it must not. agent: the host that warns."""
    return _refusal(agent, '381 {} "SIPS Required"')


def _refusal(agent: str, warning: str) -> RequestRefusedError:
    return RequestRefusedError(_STATUS, _REASON, headers=(("Warning", warning.format(agent)),))
