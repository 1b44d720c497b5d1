"""Commands of the loop come back from a journal's words, and wait for what they are about."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from agent_desk.domain.call import CallDirection
from agent_desk.domain.command import Command, StartOrder, command_payload
from agent_desk.domain.command_kinds import command_from
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    ClaimId,
    CommandId,
    InteractionId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.kept_command import depends
from agent_desk.domain.loop_command import HoldOrder, LogAttempt, ResubmitClaim, SettleClaim
from agent_desk.domain.money import Money
from agent_desk.domain.settlement import ClaimAmounts

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def stamp(**more: object) -> dict[str, Any]:
    return {
        "id": CommandId(new_uuid7(NOW)),
        "at": NOW,
        "actor": AgentId("1001"),
        "order_id": WorkOrderId("o"),
        "version": 3,
        **more,
    }


PRICE = Money(amount=Decimal("0.10"), currency="CNY")
CALL = Interaction(
    id=InteractionId("i"),
    call_id=CallId("c"),
    agent_id=AgentId("1001"),
    direction=CallDirection.OUTBOUND,
    number="+8613800138000",
    began_at=NOW,
)
COMMANDS: tuple[Command, ...] = (
    StartOrder(**stamp(), technician="Chen", technician_phone="119", arrived_at=NOW),
    HoldOrder(**stamp(), reason="parts"),
    LogAttempt(**stamp(), call=CALL, day=date(2026, 3, 2), note="engaged"),
    ResubmitClaim(
        **stamp(),
        claim_id=ClaimId("k"),
        amounts=ClaimAmounts(labour=PRICE, parts=PRICE, travel=PRICE),
    ),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.kind)
def test_a_command_comes_back_from_its_words(command: Command) -> None:
    words = json.loads(json.dumps(command_payload(command)))

    assert command_from(command.kind, words) == command


def test_a_step_that_an_older_program_kept_is_still_understood() -> None:
    words = {key: value for key, value in stamp().items() if key != "at"}

    command = command_from("StartOrder", {**words, "at": NOW.isoformat(), "after": None})

    assert isinstance(command, StartOrder)
    assert (command.technician, command.arrived_at) == ("", None)


def test_a_claims_step_waits_for_its_claim_and_not_for_its_order() -> None:
    hold = HoldOrder(**stamp(), reason="parts")
    settle = SettleClaim(**stamp(), claim_id=ClaimId("k"))

    assert settle.about == (Stream.WORK_ORDER, "o")
    assert (settle.edits, settle.subjects) == ("k", frozenset({"k"}))
    assert not depends(settle, hold)
