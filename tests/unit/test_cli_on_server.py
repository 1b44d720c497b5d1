"""What the commands on a server answer an administrator who made a mistake."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command as alembic
from psycopg import sql
from sqlalchemy import insert, select, update

from agent_desk.bootstrap import relay
from agent_desk.cli import main, target
from agent_desk.cli.exit_codes import EXIT_ERROR, EXIT_OK
from agent_desk.domain.identifiers import CategoryId
from agent_desk.domain.rights import Role
from agent_desk.settings import usual_places
from db.access.server_people import ServerPeople
from db.access_tables import order_returns
from db.administration import backup
from db.customer_rows import customer_row
from db.migrate import migration_config, upgrade
from db.postgres_engine import writing_engine
from db.postgres_schema import MARK
from db.repositories.tickets import ticket_row
from db.repositories.work_orders import work_order_row
from db.schema import HEAD
from db.server_address import parse_server_address
from db.tables import categories, customers, departments, tickets, work_orders
from tests.contracts.storage_samples import a_customer, a_ticket, an_order
from tests.servers.fixtures import Floor
from tests.servers.postgres import OWNER

Refuse = Callable[..., str]

PEOPLE = (
    ("list",),
    ("add", "new.one", "--role", "agent"),
    ("role", "li.ming", "--role", "agent"),
    ("disable", "li.ming"),
    ("enable", "li.ming"),
    ("password", "li.ming"),
)
"""Every command on people, as it is typed."""

NOBODY = "postgresql://x@127.0.0.1:1/floor"


@pytest.fixture(autouse=True)
def _typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_server: object) -> None:
    """Settings of this test, and a new person's password on standard input."""
    found = usual_places(base=tmp_path / "home")
    monkeypatch.setattr(target, "usual_places", lambda: found)
    monkeypatch.setenv("PGPASSWORD", getattr(postgres_server, "password"))  # noqa: B009
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str]) -> Refuse:
    """Return how a command is refused: in the one line that is returned."""

    def refused(*argv: str) -> str:
        assert main(argv) == EXIT_ERROR
        told = capsys.readouterr()
        assert told.out == ""
        (line,) = told.err.splitlines()
        assert "Traceback" not in line
        return line

    return refused


@pytest.fixture
def agents_url(floor: Floor) -> Iterator[str]:
    """The address for somebody who is no administrator."""
    login = f"t.agent.{floor.name}"
    address = parse_server_address(floor.url)
    with ServerPeople.connected(address, password=floor.password) as people:
        people.add(login, name=login, roles=[Role.AGENT], password=floor.password)
    yield floor.server.url(floor.name, user=login)
    with floor.server.connect(floor.name) as superuser:
        superuser.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(login)))
    floor.server.drop_role(login)


@pytest.mark.parametrize("command", PEOPLE, ids=lambda command: command[0])
def test_people_of_an_empty_database(
    empty_floor: Floor, refuse: Refuse, command: tuple[str, ...]
) -> None:
    assert "agent-desk-cli db upgrade" in refuse("user", *command, "--database", empty_floor.url)


@pytest.mark.parametrize("command", PEOPLE, ids=lambda command: command[0])
def test_people_of_an_older_database(
    empty_floor: Floor, refuse: Refuse, command: tuple[str, ...]
) -> None:
    engine = writing_engine(empty_floor.url, password=empty_floor.password)
    with engine.begin() as connection:
        upgrade(connection, "0004")
        connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{MARK}'")

    line = refuse("user", *command, "--database", empty_floor.url)

    assert "agent-desk-cli db upgrade" in line
    assert "0004" in line


def test_people_of_another_programs_and_of_a_newer_database(
    floor: Floor, empty_floor: Floor, refuse: Refuse
) -> None:
    with floor.server.connect(floor.name) as superuser:
        superuser.execute("UPDATE alembic_version SET version_num = '9999'")
    with empty_floor.server.connect(empty_floor.name) as superuser:
        superuser.execute("CREATE TABLE songs (title text)")

    assert "9999" in refuse("user", "list", "--database", floor.url)
    assert "not an Agent Desk" in refuse("user", "list", "--database", empty_floor.url)


@pytest.mark.parametrize("command", PEOPLE[1:], ids=lambda command: command[0])
def test_people_are_kept_by_an_administrator(
    floor: Floor, agents_url: str, refuse: Refuse, command: tuple[str, ...]
) -> None:
    login = agents_url.partition("//")[2].partition("@")[0]
    argv = [login if word == "li.ming" else word for word in command]

    line = refuse("user", *argv, "--database", agents_url)

    for word in (login, "manage people", "the role administrator", "agent-desk-cli user role"):
        assert word in line


def test_an_owner_who_may_make_no_roles(floor: Floor, refuse: Refuse) -> None:
    statement = f"ALTER ROLE {OWNER} {{}}CREATEROLE"
    with floor.server.connect(floor.name) as superuser:
        superuser.execute(statement.format("NO").encode())
        try:
            line = refuse("user", "add", "t.new", "--role", "agent", "--database", floor.url)
        finally:
            superuser.execute(statement.format("").encode())

    assert "ALTER ROLE ... CREATEROLE" in line


@pytest.mark.parametrize("command", PEOPLE[2:], ids=lambda command: command[0])
def test_a_login_that_nobody_has(floor: Floor, refuse: Refuse, command: tuple[str, ...]) -> None:
    line = refuse("user", *command, "--database", floor.url)

    for word in ("login", "'li.ming'", "agent-desk-cli user list"):
        assert word in line


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("add", "Li Ming", "--role", "agent"), ("login", "'Li Ming'", "lower-case letters")),
        (("add", "postgres", "--role", "agent"), ("login", "'postgres'", "no role of this server")),
        (("add", "x", "--role", "king"), ("role", "'king'", "campaign-manager")),
        (("add", "x", "--role", "dealer"), ("department", "''", "whose orders they see")),
        (
            ("add", "x", "--role", "dealer", "--department", "Mars"),
            ("department", "'Mars'", "Field service"),
        ),
    ],
)
def test_a_value_that_is_not_accepted(
    floor: Floor, refuse: Refuse, argv: tuple[str, ...], words: tuple[str, ...]
) -> None:
    line = refuse("user", *argv, "--database", floor.url)

    for word in (*words, "accepted is"):
        assert word in line


def test_a_password_that_is_too_short(
    floor: Floor, refuse: Refuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))

    line = refuse("user", "add", "x", "--role", "agent", "--database", floor.url)

    assert "password: '***' is not accepted; accepted is 8 to 256 characters" in line


DATABASE_COMMANDS = ("check", "upgrade", "backup", "restore")


@pytest.mark.parametrize("command", DATABASE_COMMANDS)
def test_the_database_as_a_whole_is_its_owners(
    floor: Floor, agents_url: str, refuse: Refuse, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "floor.dump"
    if command == "restore":
        backup(floor.url, file, password=floor.password)
    argv = [str(file)] if command in ("backup", "restore") else []

    line = refuse("db", command, *argv, "--database", agents_url)

    for word in ("t.agent.", f"{OWNER}, who owns the database"):
        assert word in line


def test_customers_are_made_up_by_the_owner(agents_url: str, refuse: Refuse) -> None:
    line = refuse("demo-data", "--customers", "3", "--database", agents_url)

    assert f"make customers up; it takes {OWNER}, who owns the database" in line


@pytest.mark.parametrize("argv", [("user", "list"), ("db", "check"), ("db", "upgrade"), ("relay",)])
def test_a_wrong_password(
    floor: Floor, refuse: Refuse, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PGPASSWORD", "guessed")

    line = refuse(*argv, "--database", floor.url)

    assert f"does not accept the login '{OWNER}' with this password" in line
    assert "guessed" not in line


@pytest.mark.parametrize("argv", [("user", "list"), ("db", "check"), ("db", "upgrade")])
def test_no_server_and_no_database(floor: Floor, refuse: Refuse, argv: tuple[str, ...]) -> None:
    assert "No database server answers" in refuse(*argv, "--database", NOBODY)
    nowhere = floor.server.url("nowhere")
    assert "has no database 'nowhere'" in refuse(*argv, "--database", nowhere)


@pytest.mark.parametrize("argv", [("user", "list"), ("db", "check"), ("relay",)])
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://x:secret@h/a", ("database", "postgresql://[login@]host[:port]/database")),
        ("postgresql://x@/", ("database: host", "''", "one host name")),
        ("postgresql://x@h:99999/a", ("database: port", "'99999'", "1 to 65535")),
        ("postgresql://x@h", ("database: name", "''", "such as /agent_desk")),
        ("postgresql://x:secret@h/a", ("database: password", "'***'", "without it")),
    ],
)
def test_an_address_that_is_none(
    refuse: Refuse, argv: tuple[str, ...], address: str, words: tuple[str, ...]
) -> None:
    line = refuse(*argv, "--database", address)

    for word in (*words, "accepted is"):
        assert word in line
    assert "secret" not in line


def test_a_load_on_what_is_no_floor(
    floor: Floor, agents_url: str, refuse: Refuse, tmp_path: Path
) -> None:
    argv = ("floor", "--desks", "2", "--minutes", "0.01", "--url")
    assert "url: " in refuse(*argv, str(tmp_path / "x.sqlite"))
    assert "No database server answers" in refuse(*argv, NOBODY)
    assert f"{OWNER}, who owns the database" in refuse(*argv, agents_url)
    assert "accepted is postgresql://" in refuse(*argv, "mysql://h/a")


def test_a_relay_is_run_by_an_administrator(agents_url: str, refuse: Refuse) -> None:
    line = refuse("relay", "--port", "0", "--database", agents_url)

    for word in ("run a relay", "the role administrator"):
        assert word in line


def test_a_relay_of_an_empty_database_and_on_a_foreign_address(
    floor: Floor, empty_floor: Floor, refuse: Refuse
) -> None:
    argv = ("relay", "--port", "0", "--database")
    assert "agent-desk-cli db upgrade" in refuse(*argv, empty_floor.url)
    assert "listen: '203.0.113.1:0'" in refuse(*argv, floor.url, "--listen", "203.0.113.1")


def test_a_relay_waits_for_a_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def told_to_end() -> None:
        return None

    monkeypatch.setattr(relay, "_told_to_end", told_to_end)

    assert main(["relay", "--port", "0", "--database", NOBODY]) == EXIT_OK

    told = capsys.readouterr().err
    assert "the relay waits: No database server answers" in told
    assert "relay for desks on 127.0.0.1:" in told


@pytest.mark.expected_logs("a command has failed")
def test_what_nobody_foresaw_is_a_line_with_the_place_of_the_details(
    refuse: Refuse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def defect(*arguments: object, **more: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("agent_desk.bootstrap.records.simulate", defect)

    line = refuse("simulate")

    log = tmp_path / "home" / "agent-desk-cli.log"
    assert "ZeroDivisionError" in line
    assert str(log) in line
    assert "a defect" in log.read_text(encoding="utf-8")


def test_a_floor_of_the_former_schema_is_upgraded_with_what_is_under_way(
    floor: Floor, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = a_customer()
    engine = writing_engine(floor.url, password=floor.password)
    config = migration_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "0018")
        first = connection.execute(select(departments.c.id)).scalars().first()
        category = CategoryId(connection.execute(select(categories.c.id)).scalars().first() or "")
        ticket = a_ticket(customer, category, 1)
        order = an_order(ticket, 1, department_id=first)
        connection.execute(insert(customers), customer_row(customer, "wang"))
        connection.execute(insert(tickets), ticket_row(ticket))
        connection.execute(insert(work_orders), work_order_row(order))
        connection.execute(update(work_orders).values(department_id=None, version=2))

    assert main(["db", "upgrade", "--database", floor.url]) == EXIT_OK
    assert HEAD in capsys.readouterr().out
    assert main(["db", "check", "--database", floor.url]) == EXIT_OK

    with engine.begin() as connection:
        # Handed back before anybody counted as which version: that is over.
        kept = select(order_returns.c.department_id, order_returns.c.version)
        assert connection.execute(kept).all() == [(first, 0)]
        for department_id, version in ((first, 3), (None, 4)):
            changed = update(work_orders).values(department_id=department_id, version=version)
            connection.execute(changed)
        assert connection.execute(kept).all() == [(first, 4)]
