"""What the migration of complaints runs, as `complaint_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

SQLITE_STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE TRIGGER tickets_complaint_owner BEFORE UPDATE OF owner ON tickets WHEN EXISTS (SELECT
    1 FROM complaints AS c WHERE c.ticket_id = new.id AND c.about_login <> '' AND
    c.about_login = new.owner) BEGIN SELECT RAISE(ABORT, 'complained_about'); END
""",
    """
CREATE TRIGGER tickets_complaint_state BEFORE UPDATE OF state ON tickets WHEN new.state IN
    ('RESOLVED', 'CLOSED') AND new.state <> old.state AND EXISTS (SELECT 1 FROM complaints
    AS c WHERE c.ticket_id = new.id AND c.about_login <> '' AND c.settled_by IN ('',
    c.about_login)) BEGIN SELECT RAISE(ABORT, 'complained_about'); END
""",
    """
CREATE TRIGGER complaints_about_insert BEFORE INSERT ON complaints WHEN new.about_login <>
    '' AND EXISTS (SELECT 1 FROM tickets AS t WHERE t.id = new.ticket_id AND t.owner =
    new.about_login) BEGIN SELECT RAISE(ABORT, 'complained_about'); END
""",
    """
CREATE TRIGGER complaints_about_update BEFORE UPDATE OF ticket_id, about, about_login ON
    complaints WHEN new.ticket_id <> old.ticket_id OR new.about <> old.about OR
    new.about_login <> old.about_login BEGIN SELECT RAISE(ABORT, 'complained_about'); END
""",
    """
CREATE TRIGGER complaints_kept BEFORE DELETE ON complaints WHEN 1 BEGIN SELECT RAISE(ABORT,
    'complained_about'); END
""",
    """
CREATE TRIGGER event_log_complaint BEFORE INSERT ON event_log WHEN new.kind IN
    ('TicketResolved', 'TicketConfirmed', 'TicketReopened', 'TicketToVerify',
    'OrderReturned', 'OrderSentBack', 'OrderClosed', 'OrderClosedUnreached') AND EXISTS
    (SELECT 1 FROM complaints AS c WHERE c.about_login = new.actor AND (c.ticket_id =
    new.stream_id OR EXISTS (SELECT 1 FROM work_orders AS o WHERE o.id = new.stream_id AND
    o.ticket_id = c.ticket_id))) BEGIN SELECT RAISE(ABORT, 'complained_about'); END
""",
)

STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE FUNCTION access.bystander_owns() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.complaints AS c WHERE c.ticket_id = NEW.id AND
        c.about_login <> '' AND c.about_login = NEW.owner) OR NEW.state IN ('RESOLVED',
        'CLOSED') AND NEW.state <> OLD.state AND EXISTS (SELECT 1 FROM public.complaints
        AS c WHERE c.ticket_id = NEW.id AND c.about_login <> '' AND c.settled_by IN ('',
        c.about_login)) OR EXISTS (SELECT 1 FROM public.complaints AS c WHERE
        c.ticket_id = NEW.id AND c.about_login <> '' AND c.about_login = session_user)
        THEN
        RAISE EXCEPTION 'complained_about' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.bystander_of_complaint() RETURNS trigger LANGUAGE plpgsql SECURITY
    DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.about_login <> '' AND EXISTS (SELECT 1 FROM public.tickets AS t WHERE t.id =
        NEW.ticket_id AND t.owner = NEW.about_login) OR (TG_OP = 'UPDATE' AND
        (OLD.about_login = session_user OR ROW(NEW.ticket_id, NEW.about,
        NEW.about_login) IS DISTINCT FROM ROW(OLD.ticket_id, OLD.about, OLD.about_login)
        OR (NEW.settled_by <> OLD.settled_by AND NEW.settled_by <> session_user))) THEN
        RAISE EXCEPTION 'complained_about' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.bystander_reviews() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) IN (('REPORTED', 'VERIFYING'),
        ('REPORTED', 'IN_PROGRESS'), ('VERIFYING', 'CLOSED'), ('VERIFYING',
        'PENDING_DISPATCH')) AND EXISTS (SELECT 1 FROM public.complaints AS c WHERE
        c.ticket_id = NEW.ticket_id AND c.about_login = session_user) THEN
        RAISE EXCEPTION 'complained_about' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.bystander_logs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.kind IN ('TicketResolved', 'TicketConfirmed', 'TicketReopened',
        'TicketToVerify', 'OrderReturned', 'OrderSentBack', 'OrderClosed',
        'OrderClosedUnreached') AND EXISTS (SELECT 1 FROM public.complaints AS c WHERE
        c.about_login = NEW.actor AND (c.ticket_id::text = NEW.stream_id OR EXISTS
        (SELECT 1 FROM public.work_orders AS o WHERE o.id::text = NEW.stream_id AND
        o.ticket_id = c.ticket_id))) THEN
        RAISE EXCEPTION 'complained_about' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$
""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
    "REVOKE ALL ON public.complaints FROM PUBLIC",
    "ALTER TABLE public.complaints ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.complaints TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.complaints FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT SELECT ON public.complaints TO agent_desk_department",
    """
CREATE POLICY own_orders_select ON public.complaints FOR SELECT TO agent_desk_department
    USING (EXISTS (SELECT 1 FROM public.tickets AS t WHERE t.id = complaints.ticket_id))
""",
    "GRANT INSERT ON public.complaints TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY new_insert ON public.complaints FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (EXISTS (SELECT 1 FROM public.tickets AS t WHERE t.id =
    complaints.ticket_id AND t.state = 'OPEN') AND settled_by = '')
""",
    "GRANT UPDATE ON public.complaints TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY case_update ON public.complaints FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor USING (true) WITH CHECK (true)
""",
    """
CREATE POLICY to_supervisor_insert ON public.tickets FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (state = 'OPEN' AND EXISTS (SELECT 1 FROM
    public.person_roles AS r WHERE r.login = tickets.owner AND r.role = 'SUPERVISOR'))
""",
    """
CREATE TRIGGER tickets_complaint BEFORE UPDATE OF owner, state ON public.tickets FOR EACH
    ROW EXECUTE FUNCTION access.bystander_owns()
""",
    """
CREATE TRIGGER complaints_about BEFORE INSERT OR UPDATE ON public.complaints FOR EACH ROW
    EXECUTE FUNCTION access.bystander_of_complaint()
""",
    """
CREATE TRIGGER work_orders_complaint BEFORE UPDATE OF state ON public.work_orders FOR EACH
    ROW EXECUTE FUNCTION access.bystander_reviews()
""",
    """
CREATE TRIGGER event_log_complaint BEFORE INSERT ON public.event_log FOR EACH ROW EXECUTE
    FUNCTION access.bystander_logs()
""",
)
