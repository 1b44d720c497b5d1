"""What migration 0011 runs on a server, as `db.access.routing_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE FUNCTION access.guard_order_routing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.routing) IS DISTINCT FROM ROW(OLD.routing) AND (OLD.state, NEW.state) NOT IN (
        ('DRAFT', 'PENDING_DISPATCH'), ('PENDING_DISPATCH', 'PENDING_DISPATCH'),
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'why an order went somewhere is said when it goes there' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    "REVOKE ALL ON FUNCTION access.guard_order_routing() FROM PUBLIC",
    "REVOKE ALL ON public.assignees FROM PUBLIC",
    "ALTER TABLE public.assignees ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.assignees TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.assignees FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT, UPDATE, DELETE ON public.assignees TO agent_desk_administrator",
    """
CREATE POLICY catalogue_insert ON public.assignees FOR INSERT TO agent_desk_administrator WITH
    CHECK (true)
""",
    """
CREATE POLICY catalogue_update ON public.assignees FOR UPDATE TO agent_desk_administrator USING
    (true) WITH CHECK (true)
""",
    """
CREATE POLICY catalogue_delete ON public.assignees FOR DELETE TO agent_desk_administrator USING
    (true)
""",
    "REVOKE ALL ON public.regions FROM PUBLIC",
    "ALTER TABLE public.regions ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.regions TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.regions FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT, UPDATE, DELETE ON public.regions TO agent_desk_administrator",
    """
CREATE POLICY catalogue_insert ON public.regions FOR INSERT TO agent_desk_administrator WITH
    CHECK (true)
""",
    """
CREATE POLICY catalogue_update ON public.regions FOR UPDATE TO agent_desk_administrator USING
    (true) WITH CHECK (true)
""",
    """
CREATE POLICY catalogue_delete ON public.regions FOR DELETE TO agent_desk_administrator USING
    (true)
""",
    "REVOKE ALL ON public.rulebooks FROM PUBLIC",
    "ALTER TABLE public.rulebooks ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.rulebooks TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.rulebooks FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT ON public.rulebooks TO agent_desk_administrator",
    """
CREATE POLICY catalogue_insert ON public.rulebooks FOR INSERT TO agent_desk_administrator WITH
    CHECK (saved_by = session_user)
""",
    """
CREATE TRIGGER work_orders_guard_routing BEFORE UPDATE ON public.work_orders FOR EACH ROW
    EXECUTE FUNCTION access.guard_order_routing()
""",
)
