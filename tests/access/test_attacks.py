"""What somebody tries who has a login, psql and time."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import FeatureNotSupported, InsufficientPrivilege, InvalidParameterValue

from tests.access.floor import (
    ADMINISTRATOR,
    AGENT,
    AUDITOR,
    COLLEAGUE,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    OWNER,
    PEOPLE,
    RIVAL,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    a_call,
    a_command,
    a_desk,
    a_note,
    a_ticket,
    an_event,
    an_order,
    insert,
)

everybody = pytest.mark.parametrize("login", PEOPLE)
dealers = pytest.mark.parametrize("login", [DEALER, RIVAL, DEPARTMENT])


def refused(floor: AccessFloor, login: str, statement: str, values: Any = None) -> str:
    """Return what the server says when it refuses ``statement`` for want of a right."""
    with floor.acting(login) as connection, pytest.raises(InsufficientPrivilege) as caught:
        connection.execute(sql.SQL(statement), values)
    return str(caught.value)


def answer(floor: AccessFloor, login: str, statement: str, values: Any = None) -> list[Any]:
    """Return the rows of ``statement``."""
    with floor.acting(login) as connection:
        return connection.execute(sql.SQL(statement), values).fetchall()


# Becoming somebody else


@everybody
@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE postgres",
        "SET ROLE floor_owner",
        "SET SESSION AUTHORIZATION postgres",
        "GRANT agent_desk_administrator TO {login}",
        "ALTER ROLE {login} CREATEROLE",
        "ALTER ROLE {login} SUPERUSER",
        "CREATE ROLE t_burglar LOGIN",
        "DROP ROLE t_agent",
        "ALTER ROLE postgres PASSWORD 'x'",
    ],
)
def test_nobody_becomes_more_than_they_are(
    attacked: AccessFloor, login: str, statement: str
) -> None:
    refused(attacked, login, statement.format(login=f'"{login}"'))


@everybody
def test_nobody_takes_another_group(attacked: AccessFloor, login: str) -> None:
    for role in ("supervisor", "administrator", "agent", "dealer"):
        if PEOPLE[login][0] != role.upper():
            refused(attacked, login, f"SET ROLE agent_desk_{role}")


def test_a_group_role_hides_nobody(attacked: AccessFloor) -> None:
    with attacked.acting(AGENT) as connection:
        connection.execute("SET LOCAL ROLE agent_desk_agent")
        insert(connection, "event_log", an_event(AGENT))
        with pytest.raises(InsufficientPrivilege):
            insert(connection, "event_log", an_event("agent_desk_agent"))


_COMMANDS = (
    "access.add_person('t_burglar', 'x', 'x', '{AGENT}', NULL, gen_random_uuid())",
    "access.change_roles('t_agent', '{ADMINISTRATOR}', NULL, gen_random_uuid())",
    "access.change_password('t_agent', 'x', gen_random_uuid())",
    "access.disable_person('t_agent', gen_random_uuid())",
    "access.enable_person('t_agent', gen_random_uuid())",
)
_STEPS = ("access.admit('t_agent')", "access.confine()", "access.require_verifier('x')")


@pytest.mark.parametrize("login", [login for login in PEOPLE if login != ADMINISTRATOR])
@pytest.mark.parametrize("call", _COMMANDS)
def test_only_administrators_keep_people(attacked: AccessFloor, login: str, call: str) -> None:
    refused(attacked, login, f"SELECT {call}")


@everybody
@pytest.mark.parametrize("call", _STEPS)
def test_nobody_calls_what_the_commands_are_made_of(
    attacked: AccessFloor, login: str, call: str
) -> None:
    refused(attacked, login, f"SELECT {call}")


@pytest.mark.parametrize("secret", ["geheim123", "md5" + "0" * 32, "SCRAM-SHA-256$x", ""])
def test_a_password_in_clear_is_not_even_taken(attacked: AccessFloor, secret: str) -> None:
    with attacked.acting(ADMINISTRATOR) as connection, pytest.raises(InvalidParameterValue):
        connection.execute(
            "SELECT access.change_password(%s, %s, gen_random_uuid())", (AGENT, secret)
        )


@pytest.mark.parametrize("login", ["postgres", "floor_owner", "pg_monitor", "agent_desk_agent"])
def test_an_administrator_touches_no_role_of_the_server(attacked: AccessFloor, login: str) -> None:
    verifier = f"SCRAM-SHA-256$4096:{'A' * 24}${'A' * 44}:{'A' * 44}"
    for call in (
        "access.change_password(%(login)s, %(verifier)s, gen_random_uuid())",
        "access.change_roles(%(login)s, '{AUDITOR}', NULL, gen_random_uuid())",
        "access.disable_person(%(login)s, gen_random_uuid())",
        "access.add_person(%(login)s, %(verifier)s, '', '{AUDITOR}', NULL, gen_random_uuid())",
    ):
        with attacked.acting(ADMINISTRATOR) as connection, pytest.raises(psycopg.Error) as caught:
            connection.execute(sql.SQL(f"SELECT {call}"), {"login": login, "verifier": verifier})
        assert caught.value.sqlstate in ("02000", "22023", "42501", "42710")


# Writing in another's name


@pytest.mark.parametrize("name", [COLLEAGUE, SUPERUSER, "system", ""])
def test_nobody_writes_in_another_name(attacked: AccessFloor, name: str) -> None:
    customer, category = attacked.ids["customer of nobody"], attacked.ids["category"]
    rows = {
        "event_log": an_event(name),
        "notes": a_note(name, customer),
        "interactions": a_call(name),
        "applied_commands": a_command(name),
        "desk_presence": a_desk(name),
        "tickets": a_ticket(customer, category, 9999) | {"owner": name},
    }
    for table, row in rows.items():
        with attacked.acting(AGENT) as connection, pytest.raises(InsufficientPrivilege):
            insert(connection, table, row)


def test_an_order_belongs_to_the_owner_of_its_ticket(attacked: AccessFloor) -> None:
    ticket = {
        "id": attacked.ids["ticket of nobody"],
        "customer_id": attacked.ids["customer of nobody"],
        "owner": COLLEAGUE,
    }
    with attacked.acting(AGENT) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "work_orders", an_order(ticket, 9999))


def test_a_call_is_recorded_by_the_desk_that_had_it(attacked: AccessFloor) -> None:
    theirs = attacked.ids[f"call under way of {COLLEAGUE}"]
    event = an_event(AGENT, stream="INTERACTION", stream_id=theirs)
    with attacked.acting(AGENT) as connection:
        with pytest.raises(InsufficientPrivilege):
            insert(connection, "event_log", event)
        connection.rollback()
        changed = connection.execute("UPDATE interactions SET note = 'x' WHERE id = %s", (theirs,))
        assert changed.rowcount == 0


def test_only_a_supervisor_moves_a_ticket(attacked: AccessFloor) -> None:
    move = "UPDATE tickets SET owner = 't_supervisor', version = version + 1"
    for login in (AGENT, DISPATCHER, DEPARTMENT):
        refused(attacked, login, move)
    with attacked.acting(SUPERVISOR) as connection:
        assert connection.execute(move).rowcount == 5


# The log and what is over


@pytest.mark.parametrize("login", [*PEOPLE, OWNER])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event_log SET actor = 'somebody'",
        "UPDATE event_log SET payload = '{}' FROM people WHERE people.login = event_log.actor",
        "WITH gone AS (DELETE FROM event_log RETURNING id) SELECT count(*) FROM gone",
        "DELETE FROM event_log USING people WHERE people.login = event_log.actor",
        "TRUNCATE event_log",
        (
            "INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload)"
            " SELECT id, stream, stream_id, kind, at, session_user, payload FROM event_log LIMIT 1"
            " ON CONFLICT (id) DO UPDATE SET kind = 'Forged'"
        ),
        "MERGE INTO event_log USING people ON login = actor WHEN MATCHED THEN DELETE",
    ],
)
def test_the_log_is_never_changed(attacked: AccessFloor, login: str, statement: str) -> None:
    refused(attacked, login, statement)


@pytest.mark.parametrize("statement", ["UPDATE event_log SET kind = 'x'", "TRUNCATE event_log"])
def test_even_a_superuser_must_say_so_first(attacked: AccessFloor, statement: str) -> None:
    assert "append-only" in refused(attacked, SUPERUSER, statement)


@everybody
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE event_log DISABLE TRIGGER ALL",
        "ALTER TABLE work_orders DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_select ON work_orders",
        "DROP TRIGGER event_log_no_change ON event_log",
        "DROP FUNCTION access.guard_event_log() CASCADE",
        (
            "CREATE OR REPLACE FUNCTION access.my_department() RETURNS uuid LANGUAGE sql"
            " AS 'SELECT NULL::uuid'"
        ),
        "CREATE RULE bypass AS ON UPDATE TO event_log DO INSTEAD NOTHING",
        (
            "CREATE TRIGGER mine BEFORE INSERT ON event_log FOR EACH ROW"
            " EXECUTE FUNCTION access.guard_event_log()"
        ),
        "SET session_replication_role = replica",
        "ALTER DATABASE postgres SET session_replication_role = replica",
        "CREATE TABLE public.people_of_mine (id int)",
        "CREATE FUNCTION public.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION access.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA evil",
        "COPY people TO PROGRAM 'cat'",
        "COPY people TO '/tmp/people'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_authid",
    ],
)
def test_nobody_takes_the_lock_off(attacked: AccessFloor, login: str, statement: str) -> None:
    refused(attacked, login, statement)


def test_switching_row_security_off_shows_nothing(attacked: AccessFloor) -> None:
    with attacked.acting(DEALER) as connection:
        connection.execute("SET LOCAL row_security = off")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("SELECT id FROM work_orders")


@pytest.mark.parametrize(
    "change",
    [
        "answered_at = answered_at - interval '1 hour'",
        "ended_at = NULL",
        "outcome = 'MISSED'",
        "number = '+8613900000000'",
        "queue_wait_seconds = 0.5",
        "held_seconds = 9",
        "transferred = true",
        "disposition = 'COMPLAINT'",
        "note = 'other words'",
        "note = ''",
        "wrap_up_ended_at = wrap_up_ended_at + interval '1 minute'",
        "agent_id = 't_agent.two'",
        "call_id = 'another'",
        "began_at = began_at - interval '1 hour'",
        "id = gen_random_uuid()",
    ],
)
def test_a_finished_call_is_not_rewritten(attacked: AccessFloor, change: str) -> None:
    call = attacked.ids[f"call finished of {AGENT}"]
    refused(attacked, AGENT, f"UPDATE interactions SET {change} WHERE id = %s", (call,))


def test_what_a_finished_call_lacks_may_be_added_once(attacked: AccessFloor) -> None:
    call = attacked.ids[f"call finished of {AGENT}"]
    first, other = attacked.ids["customer of nobody"], attacked.ids[f"customer of {DEALER}"]
    with attacked.acting(AGENT) as connection:
        change = "UPDATE interactions SET customer_id = %s WHERE id = %s"
        assert connection.execute(change, (first, call)).rowcount == 1
        with pytest.raises(InsufficientPrivilege):
            connection.execute(change, (other, call))


def test_after_call_work_goes_on_until_it_ends(attacked: AccessFloor) -> None:
    call = attacked.ids[f"call under way of {AGENT}"]
    with attacked.acting(AGENT) as connection:
        for change in (
            "answered_at = now() - interval '2 minutes', ended_at = now(), outcome = 'ANSWERED'",
            "disposition = 'INFORMATION'",
            "disposition = 'RESOLVED', note = 'second thoughts'",
            "wrap_up_ended_at = now()",
        ):
            statement = sql.SQL(f"UPDATE interactions SET {change} WHERE id = %s")
            assert connection.execute(statement, (call,)).rowcount == 1
        with pytest.raises(InsufficientPrivilege):
            connection.execute("UPDATE interactions SET note = '' WHERE id = %s", (call,))


def test_the_calls_of_a_dead_desk_are_ended_by_others_and_no_more(attacked: AccessFloor) -> None:
    with attacked.acting(SUPERUSER) as connection:
        dead = a_call("t_gone")
        insert(connection, "interactions", dead)
        for login in (AGENT, SUPERVISOR):
            connection.execute(
                sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(sql.Identifier(login))
            )
            for wrong in ("note = 'mine'", "outcome = 'MISSED'", "ended_at = now()"):
                with pytest.raises(InsufficientPrivilege), connection.transaction():
                    connection.execute(
                        sql.SQL(f"UPDATE interactions SET {wrong} WHERE id = %s"), (dead["id"],)
                    )
        ended = "UPDATE interactions SET ended_at = now(), outcome = 'DESK_LOST' WHERE id = %s"
        assert connection.execute(ended, (dead["id"],)).rowcount == 1


# A dealer who wants to know what others do


@dealers
def test_a_dealer_sees_own_orders_and_nothing_else(attacked: AccessFloor, login: str) -> None:
    for table, key in (
        ("work_orders", f"order of {login}"),
        ("tickets", f"ticket of {login}"),
        ("customers", f"customer of {login}"),
    ):
        found = answer(attacked, login, f"SELECT id::text FROM {table}")
        assert found == [(attacked.ids[key],)]
    for table in ("contact_points", "products"):
        found = answer(attacked, login, f"SELECT customer_id::text FROM {table}")
        assert found == [(attacked.ids[f"customer of {login}"],)]


@dealers
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM work_orders WHERE id = %(order)s",
        "SELECT id FROM work_orders WHERE department_id = %(department)s",
        "SELECT id FROM customers WHERE id = %(customer)s",
        "SELECT value FROM contact_points WHERE customer_id = %(customer)s",
        "SELECT t.id FROM tickets t JOIN people p ON true WHERE t.id = %(ticket)s",
        "SELECT stream_id FROM event_log WHERE stream_id = %(order)s::text",
        "SELECT id FROM work_items WHERE subject_id = %(order)s",
        "SELECT 1 FROM work_orders WHERE id = %(order)s FOR UPDATE",
        "SELECT id FROM (TABLE work_orders UNION ALL TABLE work_orders) o WHERE id = %(order)s",
        "WITH o AS MATERIALIZED (SELECT * FROM work_orders) SELECT id FROM o WHERE id = %(order)s",
        "SELECT login FROM people WHERE login = 't_agent'",
        "UPDATE work_orders SET state = 'ACCEPTED' WHERE id = %(order)s RETURNING id",
        (
            "UPDATE work_orders o SET version = 9 FROM tickets t WHERE t.id = o.ticket_id"
            " AND o.id = %(order)s RETURNING o.id"
        ),
    ],
)
def test_a_dealer_finds_nothing_of_another(
    attacked: AccessFloor, login: str, statement: str
) -> None:
    other = RIVAL if login == DEALER else DEALER
    values = {name: attacked.ids[f"{name} of {other}"] for name in ("order", "ticket", "customer")}
    values["department"] = attacked.ids[f"department {PEOPLE[other][1]}"]

    assert answer(attacked, login, statement, values) == []


@dealers
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM notes",
        "SELECT * FROM note_numbers",
        "SELECT * FROM feed_relays",
        "SELECT public.search_customers('a', 'z', '', 20)",
        "SELECT public.search_tickets('''no'':*', 20)",
        "COPY notes TO STDOUT",
    ],
)
def test_a_dealer_is_refused_what_is_the_houses(
    attacked: AccessFloor, login: str, statement: str
) -> None:
    refused(attacked, login, statement)


def test_a_cheap_function_is_not_asked_before_the_policy(attacked: AccessFloor) -> None:
    with attacked.acting(DEALER) as connection:
        told: list[str] = []
        connection.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
        connection.execute(
            "CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE plpgsql"
            " COST 0.0000000000000000000001"
            " AS $$ BEGIN RAISE NOTICE 'seen %', $1; RETURN true; END $$"
        )
        connection.execute("SELECT name FROM customers WHERE pg_temp.spy(name)")
        connection.execute("SELECT id FROM work_orders WHERE pg_temp.spy(subject)")
        connection.execute("SELECT 1 FROM event_log WHERE pg_temp.spy(stream_id)")

    assert f"seen Customer of {DEALER}" in told
    assert not [line for line in told if RIVAL in line or "nobody" in line]
    rivals = attacked.ids[f"order of {RIVAL}"]
    assert f"seen {rivals}" not in told


@pytest.mark.parametrize(
    "condition",
    [
        "1 / (CASE WHEN name = 'Customer of t_dealer-two' THEN 0 ELSE 1 END) = 1",
        "(CASE WHEN name = 'Customer of t_dealer-two' THEN name ELSE '1' END)::int = 1",
    ],
)
def test_an_error_tells_nothing_of_hidden_rows(attacked: AccessFloor, condition: str) -> None:
    found = answer(attacked, DEALER, f"SELECT count(*) FROM customers WHERE {condition}")

    assert found == [(1,)]


def test_statistics_tell_nothing_of_hidden_rows(attacked: AccessFloor) -> None:
    with attacked.server.connect(attacked.name) as connection:
        connection.execute("ANALYZE customers, work_orders, tickets")

    told = answer(
        attacked,
        DEALER,
        (
            "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats"
            " WHERE schemaname = 'public'"
        ),
    )

    assert told == []


def test_an_index_tells_nothing_of_hidden_rows(attacked: AccessFloor) -> None:
    rivals = attacked.ids[f"order of {RIVAL}"]
    told = refused(attacked, DEALER, "UPDATE work_orders SET id = %s, number = 3", (rivals,))

    assert "duplicate" not in told


def test_names_in_a_temporary_schema_fool_no_function(attacked: AccessFloor) -> None:
    rivals = attacked.ids[f"department {PEOPLE[RIVAL][1]}"]
    with attacked.acting(DEALER) as connection:
        connection.execute(
            "CREATE TEMP TABLE people (login text, department_id uuid, disabled_at timestamptz)"
        )
        connection.execute("INSERT INTO pg_temp.people VALUES (session_user, %s)", (rivals,))
        connection.execute(
            "CREATE FUNCTION pg_temp.pg_has_role(name, text, text) RETURNS boolean"
            " LANGUAGE sql AS 'SELECT true'"
        )
        connection.execute(
            "CREATE FUNCTION pg_temp.same(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT true'"
        )
        connection.execute(
            "CREATE OPERATOR pg_temp.= (LEFTARG = name, RIGHTARG = name, FUNCTION = pg_temp.same)"
        )
        connection.execute("SET LOCAL search_path = pg_temp, public, pg_catalog")
        found = connection.execute("SELECT id::text FROM public.work_orders").fetchall()
        assert found == [(attacked.ids[f"order of {DEALER}"],)]
        with pytest.raises(InsufficientPrivilege):
            connection.execute("UPDATE public.work_orders SET state = 'CLOSED'")


# Steps that are somebody else's


@pytest.mark.parametrize(
    ("login", "state"),
    [
        (DEALER, "VERIFYING"),
        (DEALER, "CLOSED"),
        (DEALER, "CANCELLED"),
        (DEALER, "IN_PROGRESS"),
        (DEPARTMENT, "CLOSED"),
        (AGENT, "ACCEPTED"),
        (AGENT, "REPORTED"),
        (SUPERVISOR, "ACCEPTED"),
        (DISPATCHER, "ACCEPTED"),
    ],
)
def test_a_step_of_another_role_is_refused(attacked: AccessFloor, login: str, state: str) -> None:
    own = login if login in (DEALER, DEPARTMENT) else RIVAL
    told = refused(
        attacked,
        login,
        "UPDATE work_orders SET state = %s WHERE id = %s",
        (state, attacked.ids[f"order of {own}"]),
    )
    assert "step" in told


@pytest.mark.parametrize(
    "change",
    [
        "department_id = (SELECT id FROM departments LIMIT 1 OFFSET 0), state = 'PENDING_DISPATCH'",
        "department_id = NULL",
        "customer_id = (SELECT customer_id FROM work_orders LIMIT 1), number = 77",
        "owner = session_user",
        "subject = 'something else'",
        "priority = 'P4'",
        "report_outcome = 'SOLVED', report_done = 'nothing'",
        "verified_in = gen_random_uuid()",
    ],
)
def test_a_dealer_changes_no_more_than_the_work(attacked: AccessFloor, change: str) -> None:
    refused(attacked, DEALER, f"UPDATE work_orders SET {change}")


def test_a_dealer_declines_sees_it_until_it_is_dispatched_and_no_longer(
    attacked: AccessFloor,
) -> None:
    order = attacked.ids[f"order of {DEALER}"]
    rivals = attacked.ids[f"department {PEOPLE[RIVAL][1]}"]
    visible = "SELECT count(*) FROM work_orders"
    with attacked.acting(SUPERUSER) as connection:

        def act(login: str, statement: str, *values: object) -> Any:
            name = sql.Identifier(login)
            connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(name))
            return connection.execute(sql.SQL(statement), values)

        act(DEALER, "UPDATE work_orders SET state = 'DECLINED'")
        act(DEALER, "UPDATE work_orders SET state = 'PENDING_DISPATCH', department_id = NULL")
        assert act(DEALER, visible).fetchone() == (1,)
        assert act(RIVAL, visible).fetchone() == (1,)
        act(
            DISPATCHER,
            "UPDATE work_orders SET state = 'ASSIGNED', department_id = %s WHERE id = %s",
            *(rivals, order),
        )
        assert act(DEALER, visible).fetchone() == (0,)
        assert act(RIVAL, visible).fetchone() == (2,)


# Ways around


@everybody
def test_copying_into_a_table_is_no_way_round(attacked: AccessFloor, login: str) -> None:
    columns = "id, stream, stream_id, kind, at, actor, payload"
    row = f"{uuid4()}\tCALL\t1\tForged\t2026-03-02\tt_agent.two\t{{}}\n"
    with (
        attacked.acting(login) as connection,
        pytest.raises((InsufficientPrivilege, FeatureNotSupported)),
        connection.cursor().copy(sql.SQL(f"COPY event_log ({columns}) FROM STDIN")) as copy,
    ):
        copy.write(row)


def test_an_auditor_changes_nothing_at_all(attacked: AccessFloor) -> None:
    found = answer(
        attacked,
        SUPERUSER,
        (
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'agent_desk_auditor' AND privilege_type <> 'SELECT'"
        ),
    )
    assert found == []
    refused(attacked, AUDITOR, "SELECT nextval('ticket_numbers')")


def test_sequences_are_taken_from_and_never_set(attacked: AccessFloor) -> None:
    assert answer(attacked, AGENT, "SELECT nextval('ticket_numbers') > 0") == [(True,)]
    for login in PEOPLE:
        refused(attacked, login, "SELECT setval('ticket_numbers', 1)")
        refused(attacked, login, "ALTER SEQUENCE event_log_seq_seq RESTART")
