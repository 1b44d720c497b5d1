"""What the window does when an administrator changes what the person here may do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.rights import Person, Role
from agent_desk.services.rights_watch import RightsChangedEvent
from tests.contracts.storage_samples import NOW
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_contact import texts
from ui.language import Language, set_language, tr


def change(stage: ScriptedStage, after: Person) -> None:
    """Let the desk learn that the person may do what ``after`` may."""
    before = stage.desk.access.person
    stage.do(stage.desk.access.change, after)
    stage.do(stage.desk.bus.publish, RightsChangedEvent(before=before, after=after))


def with_roles(stage: ScriptedStage, *roles: Role) -> Person:
    return replace(stage.desk.access.person, roles=frozenset(roles))


@pytest.mark.parametrize("language", Language)
def test_a_page_that_is_not_theirs_any_more_closes_and_one_line_says_why(
    stage: ScriptedStage, language: Language
) -> None:
    set_language(language)
    window = stage.view.window
    window.show_page("review")

    change(stage, with_roles(stage, Role.AGENT))

    stage.wait(lambda: window.current_page() != "review")
    assert tr("rights.changed") in texts(window)
    assert not window.rail.button("review").isVisible()
    assert window.rail.button("tickets").isVisible()
    window.show_page("review")
    assert window.current_page() != "review"


def test_who_is_disabled_sees_nothing_any_more(stage: ScriptedStage) -> None:
    window = stage.view.window

    change(stage, replace(stage.desk.access.person, disabled_at=NOW))

    stage.wait(lambda: tr("rights.barred") in texts(window))
    assert window.current_page() == "barred"
    stage.press(Qt.Key.Key_B, CONTROL)
    assert window.current_page() == "barred"
    assert tr("rights.barred_title") in texts(window)


def test_further_rights_wait_for_the_next_sign_in(stage: ScriptedStage) -> None:
    window = stage.view.window
    page = window.current_page()
    roles = (*stage.desk.access.person.roles, Role.DISPATCHER)

    change(stage, with_roles(stage, *roles))

    stage.wait(lambda: tr("rights.more") in texts(window))
    assert window.current_page() == page
