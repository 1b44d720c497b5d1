import dataclasses
import importlib
import pkgutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from agent_desk import domain
from agent_desk.domain.call import CallDirection
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.identifiers import AgentId, CallId, InteractionId
from agent_desk.domain.interaction import Interaction

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
VALUES = sorted(
    {
        value
        for module in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}.")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value)
    },
    key=lambda value: value.__qualname__,
)


@pytest.mark.parametrize("value", VALUES)
def test_a_value_cannot_be_changed_and_has_no_spare_room(value: type) -> None:
    parameters = value.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert "__slots__" in vars(value)


def interaction(answered_at: datetime | None, ended_at: datetime | None) -> Interaction:
    return Interaction(
        id=InteractionId("i"),
        call_id=CallId("c"),
        agent_id=AgentId("a"),
        direction=CallDirection.INBOUND,
        number="+8613800138000",
        began_at=NOW,
        answered_at=answered_at,
        ended_at=ended_at,
    )


def test_talk_time_runs_from_answer_to_end() -> None:
    assert interaction(NOW, NOW + timedelta(seconds=90.5)).talk_seconds == 90.5


@pytest.mark.parametrize(("answered", "ended"), [(None, NOW), (NOW, None), (None, None)])
def test_a_call_that_was_not_answered_or_not_ended_has_no_talk_time(
    answered: datetime | None, ended: datetime | None
) -> None:
    assert interaction(answered, ended).talk_seconds is None


@pytest.mark.parametrize(
    ("fields", "is_empty"),
    [
        ({}, True),
        ({"subject": "", "description": " \n"}, True),
        ({"subject": "", "description": "Pump"}, False),
    ],
)
def test_a_draft_without_words_is_empty(fields: Mapping[str, str], is_empty: bool) -> None:
    draft = Draft(key="ticket:c", kind=DraftKind.TICKET, saved_at=NOW, fields=fields)
    assert draft.is_empty is is_empty
