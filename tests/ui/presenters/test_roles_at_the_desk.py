"""What each role finds on the window: its pages, its buttons, and no complaint about the rest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agent_desk.domain.agent import AgentState
from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.rights import SCOPED_ROLES, Person, Role
from agent_desk.services.desk import Desk, DeskPorts
from db.journal import FileJournal
from tests.e2e.folders import places_of
from tests.e2e.stage import Stage, profile_of, storage_in
from tests.fakes.manual_clock import START, ManualClock
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.ui.presenters.conftest import SETTINGS
from ui.offers import first_page
from ui.orders.department_page import DepartmentPage

StageOf = Callable[[Role], Stage]


@pytest.fixture
def stage_of(qtbot: QtBot, empty_base: Path, tmp_path: Path) -> Iterator[StageOf]:
    """Return how to open a desk at which somebody with one role has signed in."""
    folder = tmp_path / "desk"
    shutil.copytree(empty_base, folder, ignore=shutil.ignore_patterns("*.lock"))
    made: list[Stage] = []

    def open_for(role: Role) -> Stage:
        async def opened(prepare: Callable[[Desk], None]) -> Desk:
            storage = storage_in(folder, SETTINGS)
            await storage.open()
            departments = await storage.read(lambda uow: uow.catalogue.departments())
            await storage.close()
            own = departments[0].id if role in SCOPED_ROLES else None
            desk = Desk(ports=ports(), profile=replace(profile_of(SETTINGS), person=of(role, own)))
            prepare(desk)
            await desk.start()
            return desk

        stage = Stage(qtbot, folder=folder, settings=SETTINGS, open_desk=opened)
        made.append(stage)
        stage.begin()
        return stage

    def ports() -> DeskPorts:
        clock = ManualClock(START)
        switch = ScriptedSwitch(clock=clock)
        return DeskPorts(
            switch=switch,
            media=switch.media,
            clock=clock,
            storage=storage_in(folder, SETTINGS),
            journal=FileJournal(path=places_of(folder).journal),
        )

    yield open_for
    for stage in made:
        stage.close()


def of(role: Role, department: DepartmentId | None) -> Person:
    login = AgentId(SETTINGS.agent_id)
    return Person(login=login, name="Li", roles=frozenset({role}), department_id=department)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_finds_what_it_can_use_and_no_complaint(stage_of: StageOf, role: Role) -> None:
    stage = stage_of(role)
    view, takes_calls = stage.view, role is Role.AGENT

    assert view.window.current_page() == first_page(of(role, None).may)
    assert view.call_bar.isVisible() == takes_calls
    assert view.state.isVisible() == takes_calls
    state = AgentState.NOT_READY if takes_calls else AgentState.LOGGED_OFF
    stage.wait(lambda: stage.desk.agent.status().state is state)
    for page in (
        "agent",
        "tickets",
        "department",
        "dispatch",
        "review",
        "settlement",
        "routing",
        "floor",
        "settings",
    ):
        if view.window.rail.button(page).isVisible():
            view.window.show_page(page)
            stage.on_loop(answered())
    stage.wait(lambda: view.window.current_page() == "settings")
    assert stage.notices() == ""


async def answered() -> None:
    """Come after everything that the window has asked for."""


def test_a_department_sees_its_own_name_and_chooses_no_other(stage_of: StageOf) -> None:
    stage = stage_of(Role.DEPARTMENT)
    page = stage.view.window.page("department")
    assert isinstance(page, DepartmentPage)

    stage.wait(lambda: page.department_id() == stage.desk.access.own_department)
    assert not page.can_choose()
