"""What the window offers to whom: pages and keys by right; pure, main thread.

The database refuses by itself what a role may not do; this only keeps a person from asking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from agent_desk.domain.rights import CLAIM_STEPS, ORDER_STEPS, Right
from agent_desk.domain.settlement import ClaimState
from agent_desk.domain.work_order import WorkOrderState
from ui.shell.main_window import AGENT_PAGE

T = TypeVar("T")
May = Callable[..., bool]
"""``services.access.Access.may``: whether any of the given rights is there."""

PAGES: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        AGENT_PAGE: frozenset({Right.SEE_CUSTOMERS}),
        "tickets": frozenset({Right.LOG_TICKETS, Right.VERIFY_ORDERS}),
        "department": frozenset(
            {Right.WORK_ON_ORDERS, Right.DISPATCH_ORDERS, Right.REVIEW_REPORTS}
        ),
        "dispatch": frozenset({Right.DISPATCH_ORDERS}),
        "review": frozenset({Right.REVIEW_REPORTS}),
        "settlement": frozenset(CLAIM_STEPS.values()),
        "routing": frozenset({Right.EDIT_CATALOGUE, Right.DISPATCH_ORDERS}),
        "escalations": frozenset({Right.DISPATCH_ORDERS}),
        "knowledge": frozenset({Right.READ_ARTICLES}),
        "floor": frozenset({Right.SEE_FLOOR}),
        "settings": frozenset(Right),
    }
)
"""The rail's pages in the order in which the first one opens: any of the rights is enough."""

_KEYS: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        **{f"page.{page}": rights for page, rights in PAGES.items()},
        # Whoever a policy tells gets the page with the first escalation.
        "page.escalations": frozenset(Right),
        "call": frozenset({Right.TAKE_CALLS}),
        "state": frozenset({Right.TAKE_CALLS}),
        "wrap_up": frozenset({Right.TAKE_CALLS}),
        "column": frozenset({Right.SEE_CUSTOMERS}),
        "desk.search": frozenset({Right.SEE_CUSTOMERS}),
        "customer": frozenset({Right.EDIT_CUSTOMERS}),
        "note": frozenset({Right.EDIT_CUSTOMERS}),
        "ticket": frozenset({Right.LOG_TICKETS}),
        "verify": frozenset({Right.TAKE_CALLS}),
    }
)
"""Shortcuts, or their first words, that need a right; the others are everybody's."""


def offered_pages(may: May) -> tuple[str, ...]:
    """Return the pages that a person can use, in the order of the rail."""
    return tuple(page for page, rights in PAGES.items() if may(*rights))


def first_page(may: May) -> str:
    """Return the page that a person begins with: dispatchers who log no tickets with the board."""
    if may(*PAGES["dispatch"]) and not may(Right.TAKE_CALLS, Right.LOG_TICKETS):
        return "dispatch"
    return offered_pages(may)[0]


def offered_keys(handlers: Mapping[str, T], may: May) -> dict[str, T]:
    """Return what is left of ``handlers``, by action, without what the person may not do."""
    return {action: handler for action, handler in handlers.items() if _is_offered(action, may)}


def may_take(may: May, state: WorkOrderState, target: WorkOrderState) -> bool:
    """Return whether a person may take an order from ``state`` to ``target``."""
    return may(*ORDER_STEPS[state, target])


def may_take_claim(may: May, target: ClaimState) -> bool:
    """Return whether a person may bring a claim into ``target``."""
    return may(CLAIM_STEPS[target])


def _is_offered(action: str, may: May) -> bool:
    rights = _KEYS.get(action) or _KEYS.get(action.partition(".")[0])
    return rights is None or may(*rights)
