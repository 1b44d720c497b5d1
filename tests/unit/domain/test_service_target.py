from datetime import timedelta
from pathlib import Path

import pytest

from agent_desk.domain.errors import ConfigurationError, InputError
from agent_desk.domain.rights import Role
from agent_desk.domain.service_policy_file import read_service_policy
from agent_desk.domain.service_target import (
    Mark,
    ServicePolicy,
    ServiceStep,
    ServiceTarget,
    marks_of,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId
from tests.unit.domain.service_cases import ALWAYS, CALENDARS, MARKS, NIGHT, OFFICE

POLICY = """
house = "office"
warn_percent = 75

[[escalations]]
percent = 100
role = "SUPERVISOR"

[[targets]]
step = "ACCEPT"
priority = "P1"
minutes = 30
calendar = "always"

[[targets]]
step = "VERIFY"
priority = "P1"
minutes = 480
[[targets.escalations]]
percent = 150
role = "ADMINISTRATOR"
"""


def read(folder: Path, text: str = POLICY) -> ServicePolicy:
    path = folder / "service.toml"
    path.write_text(text, encoding="utf-8")
    return read_service_policy(path, CALENDARS)


def target(policy: ServicePolicy, step: ServiceStep) -> ServiceTarget:
    found = policy.target(step, Priority.P1)
    assert found is not None
    return found


def test_a_policy_has_its_targets(tmp_path: Path) -> None:
    policy = read(tmp_path)
    accept = target(policy, ServiceStep.ACCEPT)
    assert accept.within == timedelta(minutes=30)
    assert accept.marks == (Mark(75), Mark(100, Role.SUPERVISOR))
    assert policy.target(ServiceStep.ACCEPT, Priority.P2) is None


def test_a_target_may_have_escalations_of_its_own(tmp_path: Path) -> None:
    verify = target(read(tmp_path), ServiceStep.VERIFY)
    assert verify.marks == (Mark(75), Mark(100), Mark(150, Role.ADMINISTRATOR))


def test_a_target_runs_by_its_calendar_else_the_assignees_else_the_houses(tmp_path: Path) -> None:
    policy = read(tmp_path)
    accept, verify = target(policy, ServiceStep.ACCEPT), target(policy, ServiceStep.VERIFY)
    assert policy.calendar(accept, NIGHT.id) is ALWAYS
    assert policy.calendar(verify, NIGHT.id) is NIGHT
    assert policy.calendar(verify, CalendarId("gone")) is OFFICE
    assert policy.calendar(verify, None) is OFFICE


@pytest.mark.parametrize(
    ("old", "new", "field", "accepted"),
    [
        ('"office"', '"offise"', "house", "did you mean 'office'"),
        ("warn_percent = 75", "warn_percent = 100", "warn_percent", "from 1 to 99"),
        ('"ACCEPT"', '"ACCEPTED"', "targets[0].step", "DISPATCH, ACCEPT, ARRIVE"),
        ("= 30", "= 0", "targets[0].minutes", "from 1 to 527040"),
        ('"always"', '"never"', "targets[0].calendar", "office, night, always"),
        ('"VERIFY"', '"ACCEPT"', "targets[1].priority", "no target for ACCEPT already"),
        ('"SUPERVISOR"', '"BOSS"', "escalations[0].role", "SUPERVISOR"),
        ("percent = 150", "percent = 1001", "targets[1].escalations[0].percent", "1 to 1000"),
        ("minutes = 30", "minuts = 30", "targets[0].minutes", "whole number"),
        ("[[targets.escalations]]", "[[targets.escalation]]", "targets[1].escalation", "mean"),
        (
            "[[targets]]\nstep",
            '[[escalations]]\npercent = 100\nrole = "DISPATCHER"\n[[targets]]\nstep',
            "escalations",
            "each percent once",
        ),
    ],
)
def test_a_mistake_is_named_at_its_field(
    tmp_path: Path, old: str, new: str, field: str, accepted: str
) -> None:
    assert old in POLICY
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, POLICY.replace(old, new, 1))
    assert (caught.value.details["file"], caught.value.details["field"]) == ("service.toml", field)
    assert accepted in caught.value.details["accepted"]


@pytest.mark.parametrize("within", [timedelta(0), timedelta(minutes=-1), timedelta(days=367)])
def test_a_target_has_some_time_and_not_for_ever(within: timedelta) -> None:
    with pytest.raises(InputError, match=r"within: .* at most 366 days"):
        ServiceTarget(step=ServiceStep.ACCEPT, priority=Priority.P1, within=within, marks=MARKS)


@pytest.mark.parametrize(
    "marks",
    [(), (Mark(80),), (Mark(100), Mark(80)), (Mark(80), Mark(80), Mark(100)), (Mark(0), Mark(100))],
)
def test_the_marks_of_a_target_ascend_and_have_its_breach(marks: tuple[Mark, ...]) -> None:
    with pytest.raises(InputError, match="marks"):
        ServiceTarget(
            step=ServiceStep.ACCEPT,
            priority=Priority.P1,
            within=timedelta(hours=1),
            marks=marks,
        )


def test_marks_always_have_the_warning_and_the_breach() -> None:
    assert marks_of([]) == (Mark(80), Mark(100))
    assert marks_of([(80, Role.DISPATCHER)]) == (Mark(80, Role.DISPATCHER), Mark(100))


def test_a_target_is_set_once() -> None:
    twice = ServiceTarget(
        step=ServiceStep.ACCEPT, priority=Priority.P1, within=timedelta(hours=1), marks=MARKS
    )
    with pytest.raises(InputError, match="targets: 'ACCEPT P1'"):
        ServicePolicy(targets=[twice, twice], house=OFFICE)
