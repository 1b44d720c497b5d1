from __future__ import annotations

import pytest

from agent_desk.domain.errors import StorageError
from agent_desk.domain.identifiers import AgentId
from agent_desk.services.colleagues import Colleagues
from tests.contracts.presence_contract import a_report
from tests.unit.services.bench import Bench


async def test_somebody_who_sits_on_the_floor_is_called_by_name(bench: Bench) -> None:
    report = a_report("Li Ming 李明", agent_id=AgentId("agent042"))
    await bench.storage.write(lambda uow: uow.presence.report(report))
    colleagues = Colleagues(storage=bench.storage)

    assert await colleagues.name_of("agent042") == "Li Ming 李明"


async def test_somebody_whom_nobody_knows_is_called_by_login(bench: Bench) -> None:
    assert await Colleagues(storage=bench.storage).name_of("agent043") == "agent043"


async def test_without_a_database_there_is_the_login_or_the_name_of_before(bench: Bench) -> None:
    report = a_report("Li Ming 李明", agent_id=AgentId("agent042"))
    await bench.storage.write(lambda uow: uow.presence.report(report))
    colleagues = Colleagues(storage=bench.storage)
    await colleagues.name_of("agent042")
    bench.storage.die()

    assert await colleagues.name_of("agent042") == "Li Ming 李明"
    assert await colleagues.name_of("agent043") == "agent043"


async def test_several_are_named_at_once_and_whoever_has_no_name_is_left_out(bench: Bench) -> None:
    report = a_report("Li Ming 李明", agent_id=AgentId("agent042"))
    await bench.storage.write(lambda uow: uow.presence.report(report))
    colleagues = Colleagues(storage=bench.storage)

    assert await colleagues.names_of(["agent042", "agent043", ""]) == {"agent042": "Li Ming 李明"}
    bench.storage.die()
    assert await colleagues.names_of(["agent042"]) == {"agent042": "Li Ming 李明"}
    with pytest.raises(StorageError):
        await colleagues.names_of(["agent043"])


async def test_oneself_is_known_without_a_database(bench: Bench) -> None:
    bench.storage.die()
    known = {"agent017": "Li Ming 李明", "agent018": ""}
    colleagues = Colleagues(storage=bench.storage, known=known)

    assert await colleagues.names_of(["agent017"]) == {"agent017": "Li Ming 李明"}
    assert await colleagues.name_of("agent018") == "agent018"
