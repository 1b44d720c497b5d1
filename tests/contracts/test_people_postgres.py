"""The people of a server: login roles, proved by the server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from psycopg import sql

from agent_desk.domain.errors import DatabaseUnavailableError, RightsError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from db.access.keeper import PeopleKeeper
from db.access.server_people import ServerPeople
from db.access.users import open_people
from db.postgres_database import PostgresDatabase
from tests.contracts.people_contract import PASSWORD, LogIn, PeopleContract
from tests.servers.fixtures import Floor
from tests.servers.postgres import OWNER

_floors = count(1)


@pytest.fixture
def keeper(floor: Floor) -> Iterator[PeopleKeeper]:
    with open_people(floor.url, password=floor.password) as people:
        yield people


class TestServerPeople(PeopleContract):
    @pytest.fixture(autouse=True)
    def _own_names(self) -> None:
        # Login roles belong to the whole server and outlive the test's database.
        self.prefix = f"floor{next(_floors)}."

    @pytest.fixture
    def sign_in(self, floor: Floor) -> LogIn:
        def log_in(login: str, password: str) -> Person:
            url = floor.server.url(floor.name, user=login)
            with PostgresDatabase(url=url, password=password) as database:
                return database.read(lambda u: u.people.sign_in(AgentId(login), password))

        return log_in

    def logged(self, keeper: PeopleKeeper, login: str) -> list[tuple[str, dict[str, object]]]:
        assert isinstance(keeper, ServerPeople)
        question = "SELECT kind, payload FROM event_log WHERE stream_id = %s ORDER BY seq"
        return list(keeper._connection.execute(question, (login,)).fetchall())

    def test_no_password_is_on_the_wire_or_in_the_servers_log(
        self, floor: Floor, keeper: PeopleKeeper
    ) -> None:
        with floor.server.connect(floor.name) as connection:
            who = (sql.Identifier(OWNER), sql.Identifier(floor.name))
            connection.execute(
                sql.SQL("ALTER ROLE {} IN DATABASE {} SET log_statement = 'all'").format(*who)
            )
        with open_people(floor.url, password=floor.password) as people:
            login = self.add(people).login
            people.change_password(login, "battery staple")

        log = floor.server.data_folder.with_name("log").read_text(errors="replace")
        assert "access.add_person" in log
        assert "SCRAM-SHA-256$4096" in log
        assert PASSWORD not in log
        assert "battery staple" not in log

    def test_people_of_a_restored_backup_get_their_roles_with_a_password(
        self, floor: Floor, keeper: PeopleKeeper, sign_in: LogIn
    ) -> None:
        login = self.add(keeper, "li", Role.AUDITOR).login
        with floor.server.connect(floor.name) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(login)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))

        keeper.change_password(login, "battery staple")

        assert sign_in(login, "battery staple").roles == {Role.AUDITOR}

    def test_a_role_without_a_grant_is_told_so(self, floor: Floor, sign_in: LogIn) -> None:
        login = f"{self.prefix}stranger"
        floor.server.create_role(login)

        with pytest.raises(RightsError) as caught:
            sign_in(login, floor.password)
        assert login in str(caught.value)

    def test_a_floor_is_closed_to_people_of_other_floors(
        self, floor: Floor, keeper: PeopleKeeper, sign_in: LogIn
    ) -> None:
        assert isinstance(keeper, ServerPeople)
        login = self.add(keeper).login
        keeper._connection.execute("SELECT access.confine()")
        floor.server.create_role(f"{self.prefix}other")

        assert sign_in(login, PASSWORD).login == login
        with pytest.raises((RightsError, DatabaseUnavailableError)):
            sign_in(f"{self.prefix}other", floor.password)
