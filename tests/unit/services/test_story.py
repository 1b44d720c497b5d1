"""The story of each call, as the demo prints it."""

from __future__ import annotations

import pytest

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import CustomerId, parse_caller_id
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.matching import (
    MatchCandidate,
    MatchLevel,
    MatchReason,
    MatchReasonCode,
    MatchResult,
)
from agent_desk.domain.ticket import Resolution
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.services.story import REASONS, Story, describe_match
from tests.unit.services.bench import WANG_NUMBER, Bench


@pytest.fixture
def lines(bench: Bench) -> list[str]:
    """What the story has told so far."""
    told: list[str] = []
    Story(bus=bench.desk.bus, clock=bench.clock, tell=told.append)
    return told


def words(lines: list[str]) -> list[str]:
    """Return chapter and word of each line, such as "#1 rang"."""
    return [" ".join(line[8:].split()[:2]) for line in lines]


async def test_a_call_is_told_from_the_ring_to_its_disposition(
    bench: Bench, lines: list[str]
) -> None:
    customer = await bench.customer()
    await bench.sign_on()
    call = await bench.talk()
    form = await bench.form(customer.id, resolution=Resolution.RESOLVED_NOW)
    ticket = await bench.desk.tickets.log(form, bench.record(call))
    bench.clock.advance(42)
    bench.switch.far_hangs_up(call)
    bench.desk.interactions.dispose(call, Disposition.RESOLVED)

    told = words(lines)
    assert told[:3] == ["#1 rang", "#1 popped", "#1 answered"]
    assert told[-2:] == ["#1 ended", "#1 closed"]
    story = "\n".join(lines)
    assert "王伟 (exact number" in story
    assert f"T-{ticket.number} resolved, first contact: Refund of order 88" in story
    assert "answered, 42 s of talk" in story
    assert "disposition resolved" in story


async def test_each_call_is_a_chapter_of_its_own(bench: Bench, lines: list[str]) -> None:
    await bench.customer()
    await bench.sign_on()
    first = bench.switch.ring("c-1", WANG_NUMBER)
    second = bench.switch.ring("c-2", "")
    bench.switch.caller_gives_up(first)
    bench.switch.caller_gives_up(second)
    await bench.matched(2)

    told = words(lines)
    assert told.count("#1 rang") == told.count("#2 rang") == 1
    assert told.count("#1 ended") == told.count("#2 ended") == 1
    assert any("number withheld" in line for line in lines if "#2" in line)


async def test_a_call_from_the_desk_is_dialled(bench: Bench, lines: list[str]) -> None:
    await bench.sign_on()
    await bench.desk.calls.make_call(WANG_NUMBER)

    assert words(lines)[0] == "#1 dialled"


async def test_a_work_order_is_told_step_by_step(bench: Bench, lines: list[str]) -> None:
    customer = await bench.customer()
    form = await bench.form(
        customer.id, category="Line fault on site", resolution=Resolution.WORK_ORDER
    )
    await bench.desk.tickets.log(form, None)

    orders = [line.split() for line in lines if line.split()[1] == "order"]
    assert [told[3].rstrip(":") for told in orders] == ["draft", "pending", "assigned"]


async def test_only_what_a_listener_wants_is_a_line(bench: Bench, lines: list[str]) -> None:
    await bench.customer()
    await bench.sign_on()
    await bench.talk()

    kinds = [event.kind for event in bench.seen.all(InteractionChangedEvent)]
    assert "Opened" in kinds
    assert not any("opened" in word.lower() for word in words(lines))


def result(*candidates: MatchCandidate, number: str = WANG_NUMBER) -> MatchResult:
    """Return what the pop would say when nobody opens by itself."""
    level = MatchLevel.MAYBE if candidates else MatchLevel.UNKNOWN
    caller = parse_caller_id(number, region="CN")
    return MatchResult(caller=caller, level=level, candidates=candidates)


def candidate(name: str, *reasons: MatchReason) -> MatchCandidate:
    return MatchCandidate(
        customer_id=CustomerId(name),
        name=name,
        company_name="",
        city="",
        tier=Tier.STANDARD,
        level=MatchLevel.MAYBE,
        reasons=reasons,
        score=1,
    )


def test_several_candidates_are_named_and_the_rest_counted() -> None:
    shared = MatchReason(MatchReasonCode.SHARED_NUMBER, "5")
    household = [candidate(name, shared) for name in ("Ann", "Ben", "Cem", "Dai", "Eva")]

    assert describe_match(result(*household)) == "Ann, Ben, Cem and 2 more (shared by 5)"
    assert describe_match(result(*household[:2])) == "Ann, Ben (shared by 5)"


def test_an_unknown_caller_gets_the_form_for_a_new_customer() -> None:
    assert "new-customer form" in describe_match(result())


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(MatchReasonCode)
