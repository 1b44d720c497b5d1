"""Every button of the call bar is enabled exactly while the domain allows its service."""

from collections.abc import Iterator
from itertools import product

import pytest
from pytestqt.qtbot import QtBot

from agent_desk.domain.call import Call, CallService, LocalConnectionState, allowed_services
from tests.ui.calls.samples import SetClock, a_call, validate
from ui.calls.actions import DECLINE, MUTE, UNMUTE, ActionButton
from ui.calls.call_bar import CallBar

STATES = tuple(LocalConnectionState)


def situations() -> Iterator[tuple[Call, tuple[Call, ...]]]:
    """Yield every state of one call beside none or one other call in every state."""
    for state, answered in product(STATES, (False, True)):
        call = a_call("c1", state, answered=answered)
        yield call, (call,)
        for other_state, other_answered in product(STATES, (False, True)):
            yield call, (call, a_call("c2", other_state, answered=other_answered, ago=90))


@pytest.fixture
def bar(qtbot: QtBot) -> CallBar:
    bar = CallBar(now=SetClock(), validate=validate)
    qtbot.addWidget(bar)
    bar.resize(1600, 200)
    bar.show()
    return bar


def every_button(bar: CallBar) -> list[ActionButton]:
    return [*bar.row().buttons().values(), *bar.joint_row().findChildren(ActionButton)]


def test_actions_are_enabled_exactly_as_the_domain_allows(bar: CallBar) -> None:
    on_calls = set(CallService) - {CallService.MAKE_CALL}
    for call, calls in situations():
        bar.show_calls(calls, call.call_id)
        enabled = {service for service in on_calls if bar.action(service.value).isEnabled()}
        assert enabled == allowed_services(call, calls), (call.state, calls)


def test_buttons_follow_their_actions_and_reach_every_possible_one(bar: CallBar) -> None:
    for call, calls in situations():
        bar.show_calls(calls, call.call_id)
        shown = {b.shown_action().objectName(): b for b in every_button(bar) if not b.isHidden()}
        for name, button in shown.items():
            assert button.isEnabled() == bar.action(name).isEnabled(), (name, call.state)
        shown |= {CallService.CLEAR_CONNECTION.value: shown[DECLINE]} if DECLINE in shown else {}
        reachable = {name for name, button in shown.items() if button.isEnabled()}
        assert allowed_services(call, calls) <= reachable, (call.state, calls)


def test_decline_stands_for_hanging_up_while_it_rings(bar: CallBar) -> None:
    for call, calls in situations():
        bar.show_calls(calls, call.call_id)
        rings = call.state is LocalConnectionState.ALERTING
        assert bar.action(DECLINE).isEnabled() == rings
        name = bar.row().buttons()["hang_up"].shown_action().objectName()
        assert name == (DECLINE if rings else CallService.CLEAR_CONNECTION.value)


def test_the_microphone_can_be_switched_while_connected_only(bar: CallBar) -> None:
    for call, calls in situations():
        connected = call.state is LocalConnectionState.CONNECTED
        bar.show_calls(calls, call.call_id)
        assert (bar.action(MUTE).isEnabled(), bar.action(UNMUTE).isEnabled()) == (connected, False)
        bar.show_calls(calls, call.call_id, frozenset({call.call_id}))
        assert (bar.action(MUTE).isEnabled(), bar.action(UNMUTE).isEnabled()) == (False, connected)


def test_without_a_call_only_a_new_one_can_be_made(bar: CallBar) -> None:
    enabled = {s for s in CallService if bar.action(s.value).isEnabled()}
    assert enabled == {CallService.MAKE_CALL}
