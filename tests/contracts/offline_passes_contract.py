"""What every implementation of ``ports.offline_passes.OfflinePasses`` does.

A subclass named ``Test...`` gives the fixture ``passes``: empty.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from agent_desk.domain.identifiers import AgentId, DepartmentId, new_uuid7
from agent_desk.domain.offline_pass import OfflinePass
from agent_desk.domain.rights import Person, Role
from agent_desk.ports.offline_passes import OfflinePasses

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SERVER = "postgresql://floor.example/desk"
PASSWORD = "correct horse battery"
LI = OfflinePass(
    server=SERVER,
    person=Person(
        login=AgentId("li.ming"),
        name="Li Ming 李明",
        roles=frozenset({Role.AGENT, Role.DEPARTMENT}),
        department_id=DepartmentId(new_uuid7(NOW)),
    ),
    signed_in_at=NOW,
)
WANG = replace(LI, person=Person(login=AgentId("wang"), name="Wang", roles=frozenset({Role.AGENT})))


class OfflinePassesContract:
    """One pass for each person, opened by the password that it was kept under."""

    def test_a_pass_comes_back_as_kept(self, passes: OfflinePasses) -> None:
        passes.keep(LI, PASSWORD)
        passes.keep(WANG, "another horse")

        assert passes.find(SERVER, "li.ming") == LI
        assert passes.find(SERVER, "wang") == WANG

    def test_only_its_password_opens_it(self, passes: OfflinePasses) -> None:
        passes.keep(LI, PASSWORD)

        assert passes.opens(SERVER, "li.ming", PASSWORD)
        assert not passes.opens(SERVER, "li.ming", PASSWORD.upper())
        assert not passes.opens(SERVER, "li.ming", "")
        assert not passes.opens(SERVER, "wang", PASSWORD)

    def test_it_counts_for_its_server_alone(self, passes: OfflinePasses) -> None:
        passes.keep(LI, PASSWORD)

        assert passes.find("postgresql://other.example/desk", "li.ming") is None
        assert not passes.opens("postgresql://other.example/desk", "li.ming", PASSWORD)

    def test_a_newer_pass_replaces_the_former(self, passes: OfflinePasses) -> None:
        passes.keep(LI, PASSWORD)
        newer = replace(LI, server="postgresql://new.example/desk")
        passes.keep(newer, "another horse")

        assert passes.find(SERVER, "li.ming") is None
        assert passes.find(newer.server, "li.ming") == newer
        assert not passes.opens(newer.server, "li.ming", PASSWORD)

    def test_a_forgotten_pass_is_gone_and_the_others_are_not(self, passes: OfflinePasses) -> None:
        passes.keep(LI, PASSWORD)
        passes.keep(WANG, PASSWORD)

        passes.forget(SERVER, "li.ming")
        passes.forget(SERVER, "li.ming")

        assert passes.find(SERVER, "li.ming") is None
        assert passes.find(SERVER, "wang") == WANG
        passes.forget_all()
        assert passes.find(SERVER, "wang") is None

    def test_what_can_be_nobodys_login_has_no_pass(self, passes: OfflinePasses) -> None:
        for login in ("", "../li.ming", "LI", "a/b"):
            assert passes.find(SERVER, login) is None
            assert not passes.opens(SERVER, login, PASSWORD)
            passes.forget(SERVER, login)
