"""What migration 0014 runs on a server, as `db.access.service_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE FUNCTION access.guard_acknowledgement() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM (VALUES
            ('AGENT', 'agent_desk_agent'),
            ('SUPERVISOR', 'agent_desk_supervisor'),
            ('CAMPAIGN_MANAGER', 'agent_desk_campaign_manager'),
            ('DEPARTMENT', 'agent_desk_department'),
            ('DEALER', 'agent_desk_dealer'),
            ('DISPATCHER', 'agent_desk_dispatcher'),
            ('ADMINISTRATOR', 'agent_desk_administrator'),
            ('AUDITOR', 'agent_desk_auditor')
        ) AS told (role, who)
        WHERE told.role = NEW.payload ->> 'role' AND pg_has_role(session_user, told.who, 'USAGE')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'an escalation is acknowledged by somebody of the role that was told' USING ERRCODE =
            '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    "REVOKE ALL ON FUNCTION access.guard_acknowledgement() FROM PUBLIC",
    "REVOKE ALL ON public.service_policies FROM PUBLIC",
    "ALTER TABLE public.service_policies ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.service_policies TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY everybody_select ON public.service_policies FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT ON public.service_policies TO agent_desk_administrator",
    """
CREATE POLICY catalogue_insert ON public.service_policies FOR INSERT TO agent_desk_administrator
    WITH CHECK (imported_by = session_user)
""",
    """
GRANT SELECT (department_id, calendar) ON public.assignees TO agent_desk_department,
    agent_desk_dealer
""",
    """
CREATE POLICY own_hours_select ON public.assignees FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (department_id = (SELECT access.my_department()))
""",
    """
CREATE TRIGGER event_log_acknowledged BEFORE INSERT ON public.event_log FOR EACH ROW WHEN
    (NEW.kind = 'EscalationAcknowledged') EXECUTE FUNCTION access.guard_acknowledgement()
""",
)
