"""What the migration of told events runs, as `event_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final[tuple[str, ...]] = (
    "DROP POLICY own_orders_select ON public.event_log",
    "GRANT SELECT ON public.event_log TO agent_desk_department",
    """
CREATE POLICY own_orders_select ON public.event_log FOR SELECT TO agent_desk_department
    USING (CASE stream WHEN 'WORK_ORDER' THEN EXISTS (SELECT 1 FROM public.work_orders AS
    mine WHERE mine.id = access.as_uuid(stream_id)) AND payload -> 'attempt' IS NULL AND
    (payload -> 'claim' IS NULL OR payload #>> '{claim,department_id}' = (SELECT
    access.my_department())::text AND payload #>> '{claim,kind}' IN ('EXPENSE', 'SUPPLIER'))
    AND (payload -> 'alert_key' IS NULL OR payload ->> 'role' IN ('DEPARTMENT', 'DEALER'))
    ELSE false END)
""",
    "GRANT SELECT ON public.event_log TO agent_desk_dealer",
    """
CREATE POLICY own_orders_of_dealer_select ON public.event_log FOR SELECT TO
    agent_desk_dealer USING (CASE stream WHEN 'WORK_ORDER' THEN EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.id = access.as_uuid(stream_id)) AND payload ->
    'attempt' IS NULL AND (payload -> 'claim' IS NULL OR payload #>> '{claim,department_id}'
    = (SELECT access.my_department())::text AND payload #>> '{claim,kind}' IN ('EXPENSE'))
    AND (payload -> 'alert_key' IS NULL OR payload ->> 'role' IN ('DEPARTMENT', 'DEALER'))
    ELSE false END)
""",
)
