from __future__ import annotations

import pytest

from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import DiskFullError
from agent_desk.domain.identifiers import CallId
from agent_desk.services.drafts import DraftFailedEvent, DraftSavedEvent
from tests.logfail import LogGuard
from tests.unit.services.bench import Bench
from tests.unit.services.conftest import MakeBench

FULL = DiskFullError(path="journal.db")


def draft(bench: Bench, text: str = "line is dead since", key: str = "ticket:c-1") -> Draft:
    return Draft(
        key=key,
        kind=DraftKind.TICKET,
        saved_at=bench.clock.now(),
        fields={"subject": text, "description": ""},
        call_id=CallId("c-1"),
        number="+8613800138000",
        customer_name="王伟",
    )


async def test_a_draft_outlives_the_desk_that_wrote_it(bench: Bench, make_bench: MakeBench) -> None:
    typed = draft(bench)
    await bench.desk.drafts.save(typed)
    assert bench.seen.all(DraftSavedEvent) == [DraftSavedEvent(draft=typed)]
    await bench.desk.stop()

    next_run = make_bench()
    await next_run.desk.start()
    recovered = await next_run.desk.drafts.recover()
    await next_run.desk.stop()

    assert list(recovered) == [typed]


async def test_saving_again_replaces_the_earlier_state(bench: Bench) -> None:
    await bench.desk.drafts.save(draft(bench, "line"))
    bench.clock.advance(0.3)
    newest = draft(bench, "line is dead")

    await bench.desk.drafts.save(newest)

    assert list(await bench.desk.drafts.recover()) == [newest]


async def test_recovered_drafts_come_newest_first(bench: Bench) -> None:
    await bench.desk.drafts.save(draft(bench, "first", "ticket:c-1"))
    bench.clock.advance(1)
    await bench.desk.drafts.save(draft(bench, "second", "ticket:c-2"))

    assert [d.key for d in await bench.desk.drafts.recover()] == ["ticket:c-2", "ticket:c-1"]


async def test_a_discarded_draft_is_forgotten(bench: Bench) -> None:
    await bench.desk.drafts.save(draft(bench))

    await bench.desk.drafts.discard("ticket:c-1")
    await bench.desk.drafts.discard("never was")

    assert list(await bench.desk.drafts.recover()) == []


async def test_a_draft_that_became_empty_is_forgotten(bench: Bench) -> None:
    await bench.desk.drafts.save(draft(bench))

    await bench.desk.drafts.save(draft(bench, "  "))

    assert list(await bench.desk.drafts.recover()) == []
    assert len(bench.seen.all(DraftSavedEvent)) == 1


@pytest.mark.parametrize("text", ["line is dead", ""])
async def test_a_full_disk_is_said_and_the_former_state_stays(
    bench: Bench, text: str, expected_logs: LogGuard
) -> None:
    expected_logs.expect("draft ticket:c-1 is not on the disk")
    former = draft(bench, "line")
    await bench.desk.drafts.save(former)
    bench.journal.failure = FULL
    typed = draft(bench, text)

    await bench.desk.drafts.save(typed)

    bench.journal.failure = None
    assert bench.seen.all(DraftFailedEvent) == [DraftFailedEvent(draft=typed, error=FULL)]
    assert list(await bench.desk.drafts.recover()) == [former]
