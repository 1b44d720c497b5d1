"""Links that ask for a call: tel: (RFC 3966), sip: and sips: (RFC 3261), callto:; pure, any thread.

Anybody can write a link into a page, so it only fills a field: a person's key dials.
"""

from __future__ import annotations

from typing import Final

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import dial_string_of

SCHEMES: Final = ("tel", "sip", "sips", "callto")
"""What the desk offers itself for."""

LONGEST_LINK: Final = 512

_ACCEPTED: Final = "a link such as tel:+8613800138000, sip:600@example.com or callto:600"


def is_call_link(text: str) -> bool:
    """Return whether ``text`` begins as such a link does, whatever follows."""
    scheme, colon, _ = text.strip().partition(":")
    return bool(colon) and scheme.lower() in SCHEMES


def number_of_link(text: str, *, region: str) -> str:
    """Return what a dial box shall hold for the link ``text``: E.164, or an extension.

    A sips link keeps its scheme before it: what is asked for safely is not called otherwise.
    Raises InputError for what is no such link, InvalidNumberError for one without a number.
    """
    link = text.strip()
    if not is_call_link(link) or len(link) > LONGEST_LINK or not link.isprintable():
        raise InputError(field="link", value=link[:60], accepted=_ACCEPTED)
    scheme, _, rest = link.partition(":")
    # Some programs write callto://600 as if it were a web address.
    address = rest.lstrip("/")
    return dial_string_of(f"{scheme.lower()}:{_with_context(address)}", region=region)


def _with_context(address: str) -> str:
    """Return a local number behind the global prefix that its link names (RFC 3966 s. 5.1.5)."""
    number, *parameters = address.split(";")
    context = next((p[14:] for p in parameters if p.lower().startswith("phone-context=")), "")
    is_local = not number.startswith("+") and "@" not in number
    return f"{context}{number}" if is_local and context.startswith("+") else address
