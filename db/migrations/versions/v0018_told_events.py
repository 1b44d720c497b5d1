"""Of its orders' events a department or dealer reads those that its rights elsewhere allow."""

from __future__ import annotations

from alembic import op

from db.migrations.told_events_0018 import STATEMENTS

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FORMER = (
    "CREATE POLICY own_orders_select ON public.event_log FOR SELECT"
    " TO agent_desk_department, agent_desk_dealer"
    " USING (CASE stream WHEN 'WORK_ORDER' THEN EXISTS (SELECT 1 FROM public.work_orders AS mine"
    " WHERE mine.id = access.as_uuid(stream_id)) ELSE false END)"
)


def upgrade() -> None:
    """Look into the events on a server; in a file the services do."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Let every event of an own order be read again."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP POLICY own_orders_of_dealer_select ON public.event_log")
    op.execute("DROP POLICY own_orders_select ON public.event_log")
    op.execute(_FORMER)
