"""What migration 0009 runs on a server, as `db.access.calendar_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final[tuple[str, ...]] = (
    "REVOKE ALL ON public.working_calendars FROM PUBLIC",
    "ALTER TABLE public.working_calendars ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.working_calendars TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY everybody_select ON public.working_calendars FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT, UPDATE, DELETE ON public.working_calendars TO agent_desk_administrator",
    """
CREATE POLICY catalogue_insert ON public.working_calendars FOR INSERT TO
    agent_desk_administrator WITH CHECK (true)
""",
    """
CREATE POLICY catalogue_update ON public.working_calendars FOR UPDATE TO
    agent_desk_administrator USING (true) WITH CHECK (true)
""",
    """
CREATE POLICY catalogue_delete ON public.working_calendars FOR DELETE TO
    agent_desk_administrator USING (true)
""",
)
