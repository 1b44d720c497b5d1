"""The rights as the catalogue of a migrated server has them, whatever wrote them there."""

from __future__ import annotations

from typing import Any

from alembic import command
from psycopg import sql

from db.access.article_policies import ARTICLE_POLICIES, article_statements
from db.access.attachment_policies import ATTACHMENT_POLICIES, attachment_statements
from db.access.calendar_policies import CALENDAR_POLICIES, calendar_statements
from db.access.complaint_policies import (
    COMPLAINT_POLICIES,
    TO_SUPERVISOR,
    complaint_statements,
)
from db.access.event_policies import EVENT_RULES, event_statements
from db.access.loop_policies import LOOP_POLICIES, loop_statements
from db.access.own_step_policies import (
    ARTICLE_EVENTS,
    former_statements,
    own_step_statements,
)
from db.access.policies import POLICIES, Rule
from db.access.policy_sql import statements
from db.access.product_policies import (
    CONTRACT_POLICIES,
    PRODUCT_POLICIES,
    product_statements,
)
from db.access.routing_policies import ROUTING_POLICIES, routing_statements
from db.access.service_policies import OWN_HOURS, SERVICE_POLICIES, service_statements
from db.access.verification_policies import (
    MESSAGE_POLICIES,
    VERIFY_POLICIES,
    verification_statements,
)
from db.article_guards import SQLITE_ARTICLES
from db.attachment_guards import SQLITE_ATTACHMENTS
from db.closing_gate import SQLITE_TRIGGERS
from db.complaint_guards import LOG_TRIGGER_OF_STEPS, SQLITE_COMPLAINTS
from db.migrate import migration_config
from db.migrations import (
    attachments_0015,
    calendars_0009,
    complaints_0017,
    knowledge_0012,
    loop_0008,
    own_steps_0019,
    products_0016,
    routing_0011,
    service_0014,
    told_events_0018,
    verification_0010,
)
from db.migrations.access_0007 import STATEMENTS
from db.migrations.versions import v0020_bulk_writes
from db.postgres_engine import writing_engine
from db.tables import metadata
from tests.access.floor import SUPERUSER, AccessFloor
from tests.servers.fixtures import Floor


def _words(texts: tuple[str, ...]) -> list[list[str]]:
    return [text.split() for text in texts]


def _every_rule() -> list[tuple[Rule, ...]]:
    return [
        *POLICIES.values(),
        *LOOP_POLICIES.values(),
        *CALENDAR_POLICIES.values(),
        *MESSAGE_POLICIES.values(),
        *VERIFY_POLICIES.values(),
        *ROUTING_POLICIES.values(),
        *ARTICLE_POLICIES.values(),
        *COMPLAINT_POLICIES.values(),
        (TO_SUPERVISOR,),
        *SERVICE_POLICIES.values(),
        (OWN_HOURS,),
        *ATTACHMENT_POLICIES.values(),
        *CONTRACT_POLICIES.values(),
        *PRODUCT_POLICIES.values(),
    ]


def _asked(floor: AccessFloor, question: str) -> list[Any]:
    with floor.acting(SUPERUSER) as connection:
        return connection.execute(sql.SQL(question)).fetchall()


def test_the_migration_has_the_rights_of_the_table() -> None:
    """Whoever changes the table writes a further migration, with what has changed."""
    assert _words(STATEMENTS) == _words(statements())


def test_the_migration_of_the_loop_has_its_rights_and_its_gate() -> None:
    assert _words(loop_0008.STATEMENTS) == _words(loop_statements())
    assert _words(loop_0008.SQLITE_TRIGGERS) == _words(SQLITE_TRIGGERS)


def test_the_migration_of_the_products_has_their_rights() -> None:
    assert _words(products_0016.STATEMENTS) == _words(product_statements())


def test_the_migration_of_the_calendars_has_their_rights() -> None:
    assert _words(calendars_0009.STATEMENTS) == _words(calendar_statements())


def test_the_migration_of_the_verification_calls_has_their_rights() -> None:
    assert _words(verification_0010.STATEMENTS) == _words(verification_statements())


def test_the_migration_of_routing_has_its_rights() -> None:
    assert _words(routing_0011.STATEMENTS) == _words(routing_statements())


def test_the_migration_of_the_knowledge_base_has_its_rights() -> None:
    assert _words(knowledge_0012.STATEMENTS) == _words(article_statements())
    assert _words(knowledge_0012.SQLITE_STATEMENTS) == _words(SQLITE_ARTICLES)


def test_the_migration_of_the_service_policies_has_their_rights() -> None:
    assert _words(service_0014.STATEMENTS) == _words(service_statements())


def test_the_migration_of_the_attachments_has_their_rights() -> None:
    assert _words(attachments_0015.STATEMENTS) == _words(attachment_statements())
    assert _words(attachments_0015.SQLITE_STATEMENTS) == _words(SQLITE_ATTACHMENTS)


def test_the_migration_of_complaints_has_its_rights() -> None:
    assert _words(complaints_0017.STATEMENTS) == _words(complaint_statements())
    assert _words(complaints_0017.SQLITE_STATEMENTS) == _words(SQLITE_COMPLAINTS)


def test_the_migration_of_told_events_has_their_rights() -> None:
    assert _words(told_events_0018.STATEMENTS) == _words(event_statements())


def test_the_migration_of_own_steps_has_their_rights() -> None:
    assert _words(own_steps_0019.STATEMENTS) == _words(own_step_statements())
    assert _words(own_steps_0019.DOWN_STATEMENTS) == _words(former_statements())


def test_the_migration_of_bulk_writes_asks_for_the_steps_of_the_guard() -> None:
    assert _words(v0020_bulk_writes.STATEMENTS) == _words(LOG_TRIGGER_OF_STEPS)


def test_every_table_has_its_rules() -> None:
    tables = {
        *POLICIES,
        *LOOP_POLICIES,
        *CALENDAR_POLICIES,
        *MESSAGE_POLICIES,
        *ROUTING_POLICIES,
        *ARTICLE_POLICIES,
        *COMPLAINT_POLICIES,
        *SERVICE_POLICIES,
        *ATTACHMENT_POLICIES,
        *CONTRACT_POLICIES,
    }
    assert tables == {"alembic_version", *metadata.tables}


def test_every_table_has_row_level_security(attacked: AccessFloor) -> None:
    open_tables = _asked(
        attacked,
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND relnamespace = 'public'::regnamespace AND NOT relrowsecurity",
    )
    assert open_tables == []


def test_public_may_read_no_table_and_take_no_number(attacked: AccessFloor) -> None:
    granted = _asked(
        attacked,
        "SELECT relname FROM pg_class, aclexplode(relacl) AS acl"
        " WHERE acl.grantee = 0 AND relnamespace = 'public'::regnamespace",
    )
    assert granted == []


def test_what_runs_as_the_owner_has_a_fixed_search_path_and_no_public_callers(
    attacked: AccessFloor,
) -> None:
    found = _asked(
        attacked,
        "SELECT proname FROM pg_proc WHERE prosecdef"
        " AND pronamespace IN ('public'::regnamespace, 'access'::regnamespace)"
        " AND (has_function_privilege('public', oid, 'EXECUTE')"
        "  OR NOT EXISTS (SELECT 1 FROM unnest(proconfig) AS setting"
        "   WHERE setting ~ '^search_path=.*pg_temp\"?$'))",
    )
    assert found == []


def test_group_roles_have_no_attributes_and_no_groups(attacked: AccessFloor) -> None:
    found = _asked(
        attacked,
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'agent\\_desk\\_%' AND (rolcanlogin"
        " OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication"
        " OR EXISTS (SELECT 1 FROM pg_auth_members WHERE member = pg_roles.oid))",
    )
    assert found == []


def test_the_rights_can_be_taken_back_and_given_again(floor: Floor) -> None:
    engine = writing_engine(floor.url, password=floor.password)
    config = migration_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        left = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_class, aclexplode(relacl) AS acl"
            " JOIN pg_roles ON pg_roles.oid = acl.grantee WHERE rolname LIKE 'agent^_desk^_%%'"
            " ESCAPE '^'"
        )
        assert left.scalar() == 0
        command.upgrade(config, "head")
        policies = connection.exec_driver_sql("SELECT count(*) FROM pg_policies").scalar()
    expected = sum(len(rule.may) for rules in _every_rule() for rule in rules)
    # One of the rules of events stands in the place of a former one, and one is new since.
    expected += len(EVENT_RULES) - 1 + len(ARTICLE_EVENTS.may)
    assert policies == expected
