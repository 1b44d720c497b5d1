"""What the window offers to whom."""

from __future__ import annotations

from functools import partial

import pytest

from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role, local_person
from agent_desk.domain.work_order import WorkOrderState
from ui.offers import May, first_page, may_take, offered_keys, offered_pages
from ui.shortcuts import SHORTCUTS

_W = WorkOrderState


def may(*roles: Role) -> May:
    return Person(login=AgentId("li"), name="Li", roles=frozenset(roles)).may


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.AGENT, ("agent", "tickets", "knowledge", "floor", "settings")),
        (
            Role.SUPERVISOR,
            (
                "agent",
                "tickets",
                "department",
                "dispatch",
                "review",
                "settlement",
                "routing",
                "escalations",
                "knowledge",
                "floor",
                "settings",
            ),
        ),
        (Role.CAMPAIGN_MANAGER, ("agent", "knowledge", "floor", "settings")),
        (Role.DEPARTMENT, ("department", "review", "settlement", "knowledge", "settings")),
        (Role.DEALER, ("department", "settlement", "settings")),
        (
            Role.DISPATCHER,
            (
                "agent",
                "department",
                "dispatch",
                "review",
                "settlement",
                "routing",
                "escalations",
                "knowledge",
                "floor",
                "settings",
            ),
        ),
        (Role.ADMINISTRATOR, ("agent", "routing", "knowledge", "floor", "settings")),
        (Role.AUDITOR, ("agent", "knowledge", "floor", "settings")),
    ],
)
def test_each_role_begins_where_it_works(role: Role, pages: tuple[str, ...]) -> None:
    assert offered_pages(may(role)) == pages


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        ((Role.AGENT,), "agent"),
        ((Role.SUPERVISOR,), "agent"),
        ((Role.DISPATCHER,), "dispatch"),
        ((Role.DISPATCHER, Role.AGENT), "agent"),
        ((Role.DEALER,), "department"),
    ],
)
def test_the_page_to_begin_with_is_that_of_the_work(roles: tuple[Role, ...], page: str) -> None:
    assert first_page(may(*roles)) == page


def test_a_desk_without_sign_in_offers_everything() -> None:
    everything = local_person(AgentId("li"), "Li").may

    assert len(offered_pages(everything)) == 11
    handlers = {shortcut.action: None for shortcut in SHORTCUTS}
    assert offered_keys(handlers, everything) == handlers


def test_a_department_has_no_keys_for_calls_tickets_and_customers() -> None:
    handlers = {shortcut.action: None for shortcut in SHORTCUTS}

    left = offered_keys(handlers, may(Role.DEPARTMENT))

    assert {action.partition(".")[0] for action in left} == {"desk", "page"}
    assert {action for action in left if action.startswith("page.")} == {
        "page.department",
        "page.knowledge",
        "page.review",
        "page.settlement",
        "page.settings",
        # Its page appears with the first escalation that a policy tells this role of.
        "page.escalations",
    }
    assert "desk.search" not in left


def test_two_roles_have_the_keys_of_both() -> None:
    handlers = dict.fromkeys(("call.answer", "page.department"))

    assert offered_keys(handlers, may(Role.AGENT, Role.DEALER)) == handlers


def test_a_dealer_is_not_offered_to_hand_a_report_back_unreviewed() -> None:
    of_dealer, of_department = (partial(may_take, may(r)) for r in (Role.DEALER, Role.DEPARTMENT))

    assert of_dealer(_W.ASSIGNED, _W.ACCEPTED)
    assert not of_dealer(_W.REPORTED, _W.VERIFYING)
    assert of_department(_W.REPORTED, _W.VERIFYING)
