"""People, roles, and on a server what each role may see and do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, uuid_text
from db.migrations.access_0007 import STATEMENTS

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROLES = (
    "'ADMINISTRATOR', 'AGENT', 'AUDITOR', 'CAMPAIGN_MANAGER', 'DEALER', 'DEPARTMENT', "
    "'DISPATCHER', 'SUPERVISOR'"
)


def upgrade() -> None:
    """Make the tables; on a server grant what each role may, and nothing else."""
    _people()
    op.create_table(
        "order_returns",
        sa.Column("order_id", uuid_text(), nullable=False),
        sa.Column("department_id", uuid_text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_order_returns_department_id_departments"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_order_returns_order_id_work_orders")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_returns")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _keep_returns()
        return
    for statement in STATEMENTS:
        # No parameters: a percent sign is one.
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop it; the group roles stay, as other databases of the cluster may have them too."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER work_orders_returned")
    else:
        _close()
    for table in ("order_returns", "person_passwords", "person_roles", "people"):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department_id", uuid_text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_people_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_people")),
    )
    op.create_table(
        "person_roles",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_person_roles_role")),
        sa.ForeignKeyConstraint(
            ["login"], ["people.login"], name=op.f("fk_person_roles_login_people")
        ),
        sa.PrimaryKeyConstraint("login", "role", name=op.f("pk_person_roles")),
    )
    op.create_table(
        "person_passwords",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["login"], ["people.login"], name=op.f("fk_person_passwords_login_people")
        ),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_person_passwords")),
    )


def _keep_returns() -> None:
    op.execute(
        "CREATE TRIGGER work_orders_returned AFTER UPDATE OF department_id ON work_orders "
        "WHEN old.department_id IS NOT NULL AND new.department_id IS NULL "
        "BEGIN INSERT OR REPLACE INTO order_returns (order_id, department_id) "
        "VALUES (old.id, old.department_id); END"
    )


def _close() -> None:
    """Take policies, triggers and grants away; whoever may migrate may do everything then."""
    bind = op.get_bind()
    policies = bind.exec_driver_sql(
        "SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'"
    )
    for policy, table in policies.all():
        op.execute(f"DROP POLICY {policy} ON public.{table}")
    tables = bind.exec_driver_sql(
        "SELECT relname FROM pg_class "
        "WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables.all():
        op.execute(f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP SCHEMA access CASCADE")
    op.execute("GRANT UPDATE, DELETE, TRUNCATE ON public.event_log TO CURRENT_USER")
    groups = bind.exec_driver_sql(
        "SELECT string_agg(rolname, ', ') FROM pg_roles WHERE rolname ~ '^agent_desk_'"
    ).scalar_one()
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        op.execute(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {groups}")
    op.execute(f"REVOKE ALL ON SCHEMA public FROM {groups}")
    database = bind.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    op.execute(f"REVOKE ALL ON DATABASE {database} FROM {groups}")
