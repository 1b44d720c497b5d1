"""The rule editor on a whole desk: saved, tried, and saved by somebody else meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from agent_desk.ports.routing_book import Rulebook
from tests.e2e.stage import ScriptedStage
from tests.unit.services.routing_house import NORD, SUED, a_rule, furnish, hold
from ui.routing.routing_page import RoutingPage

BOTH = a_rule("both", NORD, SUED)
NIGHT = a_rule("night", SUED)


def stored(stage: ScriptedStage) -> Rulebook:
    return stage.on_loop(stage.storage.read(lambda unit: unit.routing.rulebook()))


@pytest.fixture
def house(stage: ScriptedStage) -> ScriptedStage:
    """A desk in a house with two dealers and one rule."""
    stage.on_loop(stage.storage.write(furnish))
    stage.on_loop(hold(stage.storage, BOTH))
    return stage


def opened(stage: ScriptedStage, *roles: Role) -> RoutingPage:
    """Return the editor as somebody with ``roles`` sees it, the rules in it."""
    if roles:
        person = Person(login=AgentId("wei"), name="Wei", roles=frozenset(roles))
        stage.do(stage.desk.access.change, person)
    stage.view.window.show_page("routing")
    page = stage.view.window.page("routing")
    assert isinstance(page, RoutingPage)
    stage.wait(lambda: bool(page.rules()))
    return page


def test_what_is_saved_holds_from_now_on(house: ScriptedStage) -> None:
    page = opened(house, Role.ADMINISTRATOR)

    page.form.enabled.click()
    page.save.click()

    house.wait(lambda: stored(house).version == 2)
    assert stored(house).saved_by == "wei"
    assert stored(house).rules == (replace(BOTH, is_enabled=False),)
    house.wait(lambda: not page.is_dirty())


def test_a_save_that_comes_too_late_says_who_was_first_and_can_follow_it(
    house: ScriptedStage,
) -> None:
    page = opened(house, Role.ADMINISTRATOR)
    page.form.enabled.click()
    house.on_loop(hold(house.storage, BOTH, NIGHT))

    page.save.click()

    house.wait(lambda: "admin saved version 2" in page.stale.text())
    assert "Rule night" in page.stale.text()
    assert stored(house).rules == (BOTH, NIGHT)
    page.stale.mine.click()
    house.wait(lambda: stored(house).version == 3)
    assert stored(house).rules == (replace(BOTH, is_enabled=False),)
    house.wait(lambda: page.stale.text() == "")


def test_theirs_can_be_taken_instead(house: ScriptedStage) -> None:
    page = opened(house, Role.ADMINISTRATOR)
    page.form.enabled.click()
    house.on_loop(hold(house.storage, NIGHT))
    page.save.click()
    house.wait(lambda: page.stale.text() != "")

    page.stale.theirs.click()

    house.wait(lambda: page.rules() == (NIGHT,))
    assert not page.is_dirty()


def test_a_supervisor_looks_and_tries_but_changes_nothing(house: ScriptedStage) -> None:
    page = opened(house, Role.SUPERVISOR)

    assert not page.save.isVisible()
    assert not page.form.isEnabled()
    page.tabs.choose("trial")
    page.trial.try_out.click()
    house.wait(lambda: "0 orders of the last 30 days" in page.trial._head.text())
