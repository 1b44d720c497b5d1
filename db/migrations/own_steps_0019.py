"""What the migration of own steps runs, as `own_step_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final[tuple[str, ...]] = (
    "DROP INDEX public.ix_event_log_txid_seq",
    """
CREATE INDEX ix_event_log_txid_seq ON public.event_log (txid, seq) WHERE stream IN
    ('ARTICLE', 'CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER')
""",
    """
CREATE FUNCTION access.is_of_others(the_login text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.people
        WHERE login = the_login AND department_id <> access.my_department());
END
$$
""",
    """
CREATE FUNCTION access.reported_by_us(the_order uuid, the_report integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.event_log
        WHERE stream = 'WORK_ORDER' AND stream_id = the_order::text AND kind =
            'OrderReported'
        AND payload ->> 'reports' = the_report::text
        AND payload ->> 'department_id' = access.my_department()::text);
END
$$
""",
    """
CREATE FUNCTION access.handed_back_by_us(the_order uuid, the_version integer)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog,
    pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.order_returns WHERE order_id = the_order
        AND version = the_version AND department_id = access.my_department());
END
$$
""",
    """
CREATE OR REPLACE FUNCTION access.guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.number, NEW.ticket_id, NEW.customer_id, NEW.raised_at) IS DISTINCT
        FROM ROW(OLD.id, OLD.number, OLD.ticket_id, OLD.customer_id, OLD.raised_at) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'what order it is
            and whose is never changed' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.owner) IS DISTINCT FROM ROW(OLD.owner) AND NOT (pg_has_role(session_user,
        'agent_desk_supervisor', 'USAGE')) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'only a supervisor
            moves an order to another owner' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.subject, NEW.instructions, NEW.priority) IS DISTINCT FROM ROW(OLD.subject,
        OLD.instructions, OLD.priority)
        AND NOT (pg_has_role(session_user, 'agent_desk_agent', 'USAGE') OR
            pg_has_role(session_user, 'agent_desk_supervisor', 'USAGE') OR
            pg_has_role(session_user, 'agent_desk_dispatcher', 'USAGE'))
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'only agents,
            supervisors and dispatchers rewrite an order' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.state) IS DISTINCT FROM ROW(OLD.state) AND NOT EXISTS (
        SELECT 1 FROM (VALUES
            ('DRAFT', 'PENDING_DISPATCH', 'agent_desk_agent'),
            ('DRAFT', 'PENDING_DISPATCH', 'agent_desk_supervisor'),
            ('DRAFT', 'CANCELLED', 'agent_desk_agent'),
            ('DRAFT', 'CANCELLED', 'agent_desk_supervisor'),
            ('DRAFT', 'CANCELLED', 'agent_desk_dispatcher'),
            ('PENDING_DISPATCH', 'ASSIGNED', 'agent_desk_agent'),
            ('PENDING_DISPATCH', 'ASSIGNED', 'agent_desk_supervisor'),
            ('PENDING_DISPATCH', 'ASSIGNED', 'agent_desk_dispatcher'),
            ('PENDING_DISPATCH', 'CANCELLED', 'agent_desk_agent'),
            ('PENDING_DISPATCH', 'CANCELLED', 'agent_desk_supervisor'),
            ('PENDING_DISPATCH', 'CANCELLED', 'agent_desk_dispatcher'),
            ('ASSIGNED', 'ACCEPTED', 'agent_desk_department'),
            ('ASSIGNED', 'ACCEPTED', 'agent_desk_dealer'),
            ('ASSIGNED', 'DECLINED', 'agent_desk_department'),
            ('ASSIGNED', 'DECLINED', 'agent_desk_dealer'),
            ('ASSIGNED', 'CANCELLED', 'agent_desk_agent'),
            ('ASSIGNED', 'CANCELLED', 'agent_desk_supervisor'),
            ('ASSIGNED', 'CANCELLED', 'agent_desk_dispatcher'),
            ('DECLINED', 'PENDING_DISPATCH', 'agent_desk_department'),
            ('DECLINED', 'PENDING_DISPATCH', 'agent_desk_dealer'),
            ('ACCEPTED', 'IN_PROGRESS', 'agent_desk_department'),
            ('ACCEPTED', 'IN_PROGRESS', 'agent_desk_dealer'),
            ('ACCEPTED', 'CANCELLED', 'agent_desk_agent'),
            ('ACCEPTED', 'CANCELLED', 'agent_desk_supervisor'),
            ('ACCEPTED', 'CANCELLED', 'agent_desk_dispatcher'),
            ('IN_PROGRESS', 'ON_HOLD', 'agent_desk_department'),
            ('IN_PROGRESS', 'ON_HOLD', 'agent_desk_dealer'),
            ('IN_PROGRESS', 'REPORTED', 'agent_desk_department'),
            ('IN_PROGRESS', 'REPORTED', 'agent_desk_dealer'),
            ('ON_HOLD', 'IN_PROGRESS', 'agent_desk_department'),
            ('ON_HOLD', 'IN_PROGRESS', 'agent_desk_dealer'),
            ('ON_HOLD', 'CANCELLED', 'agent_desk_agent'),
            ('ON_HOLD', 'CANCELLED', 'agent_desk_supervisor'),
            ('ON_HOLD', 'CANCELLED', 'agent_desk_dispatcher'),
            ('REPORTED', 'VERIFYING', 'agent_desk_supervisor'),
            ('REPORTED', 'VERIFYING', 'agent_desk_department'),
            ('REPORTED', 'VERIFYING', 'agent_desk_dispatcher'),
            ('REPORTED', 'IN_PROGRESS', 'agent_desk_supervisor'),
            ('REPORTED', 'IN_PROGRESS', 'agent_desk_department'),
            ('REPORTED', 'IN_PROGRESS', 'agent_desk_dispatcher'),
            ('VERIFYING', 'CLOSED', 'agent_desk_agent'),
            ('VERIFYING', 'CLOSED', 'agent_desk_supervisor'),
            ('VERIFYING', 'PENDING_DISPATCH', 'agent_desk_agent'),
            ('VERIFYING', 'PENDING_DISPATCH', 'agent_desk_supervisor')
        ) AS step (state, target, who)
        WHERE step.state = OLD.state AND step.target = NEW.state
            AND pg_has_role(session_user, step.who, 'USAGE')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the step from % to % is not yours', OLD.state, NEW.state
            USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.department_id) IS DISTINCT FROM ROW(OLD.department_id) AND (OLD.state,
        NEW.state) NOT IN (
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'an order changes
            its department by dispatch or by being declined' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.report_started_at, NEW.report_ended_at, NEW.report_done, NEW.report_outcome,
        NEW.report_why_not_solved) IS DISTINCT FROM ROW(OLD.report_started_at,
        OLD.report_ended_at, OLD.report_done, OLD.report_outcome, OLD.report_why_not_solved)
        AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS') AND NOT (OLD.state =
        'DECLINED' AND NEW.state = 'PENDING_DISPATCH' AND NEW.report_outcome IS NULL AND
        NEW.report_done IS NULL AND NEW.report_started_at IS NULL AND NEW.report_ended_at IS
        NULL AND NEW.report_why_not_solved = '') THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a report is given
            once, with the step to REPORTED' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.verified_in) IS DISTINCT FROM ROW(OLD.verified_in) AND NEW.state <> 'CLOSED'
        THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'the proof of an
            order is given with its closing' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION access.guard_order_loop() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.technician, NEW.technician_phone, NEW.arrived_at) IS DISTINCT FROM
        ROW(OLD.technician, OLD.technician_phone, OLD.arrived_at) AND (OLD.state, NEW.state)
        NOT IN (
        ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD', 'IN_PROGRESS'),
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH'),
        ('VERIFYING', 'PENDING_DISPATCH')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'who went there
            and when is said when the work begins' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.field_work) IS DISTINCT FROM ROW(OLD.field_work) AND (OLD.state, NEW.state)
        NOT IN (
        ('PENDING_DISPATCH', 'ASSIGNED'), ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD',
            'IN_PROGRESS')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'whether it is
            field work is said at dispatch or at the start' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.reports, NEW.report_faulty_part, NEW.report_liable, NEW.report_supplier) IS
        DISTINCT FROM ROW(OLD.reports, OLD.report_faulty_part, OLD.report_liable,
        OLD.report_supplier)
        AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS') AND NOT (OLD.state =
            'DECLINED' AND NEW.state = 'PENDING_DISPATCH' AND NEW.reports = OLD.reports AND
            NEW.report_faulty_part IS NULL AND NEW.report_liable IS NULL AND
            NEW.report_supplier = '')
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a report is given
            once, with the step to REPORTED' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.round) IS DISTINCT FROM ROW(OLD.round) AND NOT (
        OLD.state = 'VERIFYING' AND NEW.state = 'PENDING_DISPATCH' AND NEW.round = OLD.round
            + 1
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a round begins
            when an order is reopened' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.confirmed_at, NEW.overridden_by, NEW.override_reason) IS DISTINCT FROM
        ROW(OLD.confirmed_at, OLD.overridden_by, OLD.override_reason) AND NEW.state <>
        'CLOSED' THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'the proof of an
            order is given with its closing' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.overridden_by) IS DISTINCT FROM ROW(OLD.overridden_by) AND (
        NEW.overridden_by <> session_user OR NOT (pg_has_role(session_user,
            'agent_desk_supervisor', 'USAGE'))
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'only a supervisor
            closes an order that nobody confirmed' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION access.keep_return() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.order_returns (order_id, department_id, version)
    VALUES (OLD.id, OLD.department_id, NEW.version)
    ON CONFLICT (order_id) DO UPDATE SET department_id = excluded.department_id, version =
        excluded.version;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION access.newest_transaction_since(since xid8, after_seq bigint)
    RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog,
    pg_temp AS $$
BEGIN
    RETURN (SELECT txid::text::bigint FROM public.event_log WHERE txid >= since AND txid <
        pg_snapshot_xmax(pg_current_snapshot()) AND seq > after_seq AND stream IN
        ('ARTICLE', 'CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER') ORDER BY txid DESC,
        seq DESC LIMIT 1);
END
$$
""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
    """
GRANT EXECUTE ON FUNCTION access.is_of_others(text), access.reported_by_us(uuid, integer),
    access.handed_back_by_us(uuid, integer) TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    "DROP POLICY own_orders_select ON public.event_log",
    "DROP POLICY own_orders_of_dealer_select ON public.event_log",
    "DROP POLICY own_select ON public.work_orders",
    "DROP POLICY own_update ON public.work_orders",
    "DROP POLICY own_orders_select ON public.attachments",
    "DROP POLICY own_orders_select ON public.order_report_items",
    "DROP POLICY own_orders_insert ON public.order_report_items",
    "GRANT SELECT ON public.event_log TO agent_desk_department",
    """
CREATE POLICY own_orders_select ON public.event_log FOR SELECT TO agent_desk_department
    USING (CASE WHEN stream <> 'WORK_ORDER' THEN false WHEN payload -> 'alert_key' IS NOT
    NULL THEN payload ->> 'role' IN ('DEPARTMENT', 'DEALER') AND NOT
    access.is_of_others(actor) ELSE (payload ->> 'department_id' = (SELECT
    access.my_department())::text OR (kind = 'OrderRaised' AND payload ->> 'department_id'
    IS NULL)) AND payload -> 'attempt' IS NULL AND (payload -> 'claim' IS NULL OR payload
    #>> '{claim,department_id}' = (SELECT access.my_department())::text AND payload #>>
    '{claim,kind}' IN ('EXPENSE', 'SUPPLIER')) END AND EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.id = access.as_uuid(stream_id)))
""",
    "GRANT SELECT ON public.event_log TO agent_desk_dealer",
    """
CREATE POLICY own_orders_of_dealer_select ON public.event_log FOR SELECT TO
    agent_desk_dealer USING (CASE WHEN stream <> 'WORK_ORDER' THEN false WHEN payload ->
    'alert_key' IS NOT NULL THEN payload ->> 'role' IN ('DEPARTMENT', 'DEALER') AND NOT
    access.is_of_others(actor) ELSE (payload ->> 'department_id' = (SELECT
    access.my_department())::text OR (kind = 'OrderRaised' AND payload ->> 'department_id'
    IS NULL)) AND payload -> 'attempt' IS NULL AND (payload -> 'claim' IS NULL OR payload
    #>> '{claim,department_id}' = (SELECT access.my_department())::text AND payload #>>
    '{claim,kind}' IN ('EXPENSE')) END AND EXISTS (SELECT 1 FROM public.work_orders AS mine
    WHERE mine.id = access.as_uuid(stream_id)))
""",
    "GRANT SELECT, UPDATE ON public.work_orders TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_select ON public.work_orders FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (department_id = (SELECT access.my_department()) OR
    (department_id IS NULL AND access.handed_back_by_us(id, version)))
""",
    """
CREATE POLICY own_update ON public.work_orders FOR UPDATE TO agent_desk_department,
    agent_desk_dealer USING (department_id = (SELECT access.my_department()) OR
    (department_id IS NULL AND access.handed_back_by_us(id, version))) WITH CHECK
    (department_id = (SELECT access.my_department()) OR (department_id IS NULL AND
    access.handed_back_by_us(id, version)))
""",
    "GRANT SELECT ON public.attachments TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_select ON public.attachments FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id
    = attachments.order_id AND mine.department_id = (SELECT access.my_department())) AND NOT
    access.is_of_others(added_by))
""",
    "GRANT SELECT ON public.order_report_items TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_select ON public.order_report_items FOR SELECT TO
    agent_desk_department, agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders
    AS mine WHERE mine.id = order_report_items.order_id AND mine.department_id = (SELECT
    access.my_department())) AND access.reported_by_us(order_id, report))
""",
    "GRANT INSERT ON public.order_report_items TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_insert ON public.order_report_items FOR INSERT TO
    agent_desk_department, agent_desk_dealer WITH CHECK (EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.id = order_report_items.order_id AND
    mine.department_id = (SELECT access.my_department()) AND mine.reports =
    order_report_items.report AND mine.report_outcome IS NOT NULL))
""",
    "GRANT SELECT ON public.event_log TO agent_desk_department",
    """
CREATE POLICY articles_select ON public.event_log FOR SELECT TO agent_desk_department USING
    (CASE WHEN stream <> 'ARTICLE' THEN false WHEN kind = 'ArticleRetired' AND payload ->>
    'reviewer' <> '' THEN true ELSE EXISTS (SELECT 1 FROM public.articles AS theirs WHERE
    theirs.id = access.as_uuid(stream_id)) END)
""",
    "DROP FUNCTION access.handed_back_by_us(uuid)",
)

DOWN_STATEMENTS: Final[tuple[str, ...]] = (
    "DROP POLICY articles_select ON public.event_log",
    "DROP POLICY own_orders_select ON public.event_log",
    "DROP POLICY own_orders_of_dealer_select ON public.event_log",
    "DROP POLICY own_select ON public.work_orders",
    "DROP POLICY own_update ON public.work_orders",
    "DROP POLICY own_orders_select ON public.attachments",
    "DROP POLICY own_orders_select ON public.order_report_items",
    "DROP POLICY own_orders_insert ON public.order_report_items",
    """
CREATE FUNCTION access.handed_back_by_us(the_order uuid) RETURNS boolean LANGUAGE plpgsql
    VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.order_returns WHERE order_id = the_order AND
        department_id = access.my_department());
END
$$
""",
    "REVOKE ALL ON FUNCTION access.handed_back_by_us(uuid) FROM PUBLIC",
    """
GRANT EXECUTE ON FUNCTION access.handed_back_by_us(uuid) TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
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
    "GRANT SELECT, UPDATE ON public.work_orders TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_select ON public.work_orders FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (department_id = (SELECT access.my_department()) OR
    (department_id IS NULL AND access.handed_back_by_us(id)))
""",
    """
CREATE POLICY own_update ON public.work_orders FOR UPDATE TO agent_desk_department,
    agent_desk_dealer USING (department_id = (SELECT access.my_department()) OR
    (department_id IS NULL AND access.handed_back_by_us(id))) WITH CHECK (department_id =
    (SELECT access.my_department()) OR (department_id IS NULL AND
    access.handed_back_by_us(id)))
""",
    "GRANT SELECT ON public.attachments TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_select ON public.attachments FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id
    = attachments.order_id AND mine.department_id = (SELECT access.my_department())))
""",
    """
GRANT SELECT, INSERT ON public.order_report_items TO agent_desk_department,
    agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.order_report_items FOR SELECT TO
    agent_desk_department, agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders
    AS mine WHERE mine.id = order_report_items.order_id AND mine.department_id = (SELECT
    access.my_department())))
""",
    """
CREATE POLICY own_orders_insert ON public.order_report_items FOR INSERT TO
    agent_desk_department, agent_desk_dealer WITH CHECK (EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.id = order_report_items.order_id AND
    mine.department_id = (SELECT access.my_department())))
""",
    "DROP FUNCTION access.is_of_others(text)",
    "DROP FUNCTION access.reported_by_us(uuid, integer)",
    "DROP FUNCTION access.handed_back_by_us(uuid, integer)",
    """
CREATE OR REPLACE FUNCTION access.guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.number, NEW.ticket_id, NEW.customer_id, NEW.raised_at) IS DISTINCT
        FROM ROW(OLD.id, OLD.number, OLD.ticket_id, OLD.customer_id, OLD.raised_at) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'what order it is
            and whose is never changed' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.owner) IS DISTINCT FROM ROW(OLD.owner) AND NOT (pg_has_role(session_user,
        'agent_desk_supervisor', 'USAGE')) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'only a supervisor
            moves an order to another owner' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.subject, NEW.instructions, NEW.priority) IS DISTINCT FROM ROW(OLD.subject,
        OLD.instructions, OLD.priority)
        AND NOT (pg_has_role(session_user, 'agent_desk_agent', 'USAGE') OR
            pg_has_role(session_user, 'agent_desk_supervisor', 'USAGE') OR
            pg_has_role(session_user, 'agent_desk_dispatcher', 'USAGE'))
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'only agents,
            supervisors and dispatchers rewrite an order' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.state) IS DISTINCT FROM ROW(OLD.state) AND NOT EXISTS (
        SELECT 1 FROM (VALUES
            ('DRAFT', 'PENDING_DISPATCH', 'agent_desk_agent'),
            ('DRAFT', 'PENDING_DISPATCH', 'agent_desk_supervisor'),
            ('DRAFT', 'CANCELLED', 'agent_desk_agent'),
            ('DRAFT', 'CANCELLED', 'agent_desk_supervisor'),
            ('DRAFT', 'CANCELLED', 'agent_desk_dispatcher'),
            ('PENDING_DISPATCH', 'ASSIGNED', 'agent_desk_agent'),
            ('PENDING_DISPATCH', 'ASSIGNED', 'agent_desk_supervisor'),
            ('PENDING_DISPATCH', 'ASSIGNED', 'agent_desk_dispatcher'),
            ('PENDING_DISPATCH', 'CANCELLED', 'agent_desk_agent'),
            ('PENDING_DISPATCH', 'CANCELLED', 'agent_desk_supervisor'),
            ('PENDING_DISPATCH', 'CANCELLED', 'agent_desk_dispatcher'),
            ('ASSIGNED', 'ACCEPTED', 'agent_desk_department'),
            ('ASSIGNED', 'ACCEPTED', 'agent_desk_dealer'),
            ('ASSIGNED', 'DECLINED', 'agent_desk_department'),
            ('ASSIGNED', 'DECLINED', 'agent_desk_dealer'),
            ('ASSIGNED', 'CANCELLED', 'agent_desk_agent'),
            ('ASSIGNED', 'CANCELLED', 'agent_desk_supervisor'),
            ('ASSIGNED', 'CANCELLED', 'agent_desk_dispatcher'),
            ('DECLINED', 'PENDING_DISPATCH', 'agent_desk_department'),
            ('DECLINED', 'PENDING_DISPATCH', 'agent_desk_dealer'),
            ('ACCEPTED', 'IN_PROGRESS', 'agent_desk_department'),
            ('ACCEPTED', 'IN_PROGRESS', 'agent_desk_dealer'),
            ('ACCEPTED', 'CANCELLED', 'agent_desk_agent'),
            ('ACCEPTED', 'CANCELLED', 'agent_desk_supervisor'),
            ('ACCEPTED', 'CANCELLED', 'agent_desk_dispatcher'),
            ('IN_PROGRESS', 'ON_HOLD', 'agent_desk_department'),
            ('IN_PROGRESS', 'ON_HOLD', 'agent_desk_dealer'),
            ('IN_PROGRESS', 'REPORTED', 'agent_desk_department'),
            ('IN_PROGRESS', 'REPORTED', 'agent_desk_dealer'),
            ('ON_HOLD', 'IN_PROGRESS', 'agent_desk_department'),
            ('ON_HOLD', 'IN_PROGRESS', 'agent_desk_dealer'),
            ('ON_HOLD', 'CANCELLED', 'agent_desk_agent'),
            ('ON_HOLD', 'CANCELLED', 'agent_desk_supervisor'),
            ('ON_HOLD', 'CANCELLED', 'agent_desk_dispatcher'),
            ('REPORTED', 'VERIFYING', 'agent_desk_supervisor'),
            ('REPORTED', 'VERIFYING', 'agent_desk_department'),
            ('REPORTED', 'VERIFYING', 'agent_desk_dispatcher'),
            ('REPORTED', 'IN_PROGRESS', 'agent_desk_supervisor'),
            ('REPORTED', 'IN_PROGRESS', 'agent_desk_department'),
            ('REPORTED', 'IN_PROGRESS', 'agent_desk_dispatcher'),
            ('VERIFYING', 'CLOSED', 'agent_desk_agent'),
            ('VERIFYING', 'CLOSED', 'agent_desk_supervisor'),
            ('VERIFYING', 'PENDING_DISPATCH', 'agent_desk_agent'),
            ('VERIFYING', 'PENDING_DISPATCH', 'agent_desk_supervisor')
        ) AS step (state, target, who)
        WHERE step.state = OLD.state AND step.target = NEW.state
            AND pg_has_role(session_user, step.who, 'USAGE')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the step from % to % is not yours', OLD.state, NEW.state
            USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.department_id) IS DISTINCT FROM ROW(OLD.department_id) AND (OLD.state,
        NEW.state) NOT IN (
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'an order changes
            its department by dispatch or by being declined' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.report_started_at, NEW.report_ended_at, NEW.report_done, NEW.report_outcome,
        NEW.report_why_not_solved) IS DISTINCT FROM ROW(OLD.report_started_at,
        OLD.report_ended_at, OLD.report_done, OLD.report_outcome, OLD.report_why_not_solved)
        AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS') THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a report is given
            once, with the step to REPORTED' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.verified_in) IS DISTINCT FROM ROW(OLD.verified_in) AND NEW.state <> 'CLOSED'
        THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'the proof of an
            order is given with its closing' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION access.guard_order_loop() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.technician, NEW.technician_phone, NEW.arrived_at) IS DISTINCT FROM
        ROW(OLD.technician, OLD.technician_phone, OLD.arrived_at) AND (OLD.state, NEW.state)
        NOT IN (
        ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD', 'IN_PROGRESS'),
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH'),
        ('VERIFYING', 'PENDING_DISPATCH')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'who went there
            and when is said when the work begins' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.field_work) IS DISTINCT FROM ROW(OLD.field_work) AND (OLD.state, NEW.state)
        NOT IN (
        ('PENDING_DISPATCH', 'ASSIGNED'), ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD',
            'IN_PROGRESS')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'whether it is
            field work is said at dispatch or at the start' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.reports, NEW.report_faulty_part, NEW.report_liable, NEW.report_supplier) IS
        DISTINCT FROM ROW(OLD.reports, OLD.report_faulty_part, OLD.report_liable,
        OLD.report_supplier)
        AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS')
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a report is given
            once, with the step to REPORTED' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.round) IS DISTINCT FROM ROW(OLD.round) AND NOT (
        OLD.state = 'VERIFYING' AND NEW.state = 'PENDING_DISPATCH' AND NEW.round = OLD.round
            + 1
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a round begins
            when an order is reopened' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.confirmed_at, NEW.overridden_by, NEW.override_reason) IS DISTINCT FROM
        ROW(OLD.confirmed_at, OLD.overridden_by, OLD.override_reason) AND NEW.state <>
        'CLOSED' THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'the proof of an
            order is given with its closing' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.overridden_by) IS DISTINCT FROM ROW(OLD.overridden_by) AND (
        NEW.overridden_by <> session_user OR NOT (pg_has_role(session_user,
            'agent_desk_supervisor', 'USAGE'))
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'only a supervisor
            closes an order that nobody confirmed' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION access.keep_return() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.order_returns (order_id, department_id)
    VALUES (OLD.id, OLD.department_id)
    ON CONFLICT (order_id) DO UPDATE SET department_id = excluded.department_id;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION access.newest_transaction_since(since xid8, after_seq bigint)
    RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog,
    pg_temp AS $$
BEGIN
    RETURN (SELECT txid::text::bigint FROM public.event_log WHERE txid >= since AND txid <
        pg_snapshot_xmax(pg_current_snapshot()) AND seq > after_seq AND stream IN
        ('CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER') ORDER BY txid DESC, seq DESC
        LIMIT 1);
END
$$
""",
    "DROP INDEX public.ix_event_log_txid_seq",
    """
CREATE INDEX ix_event_log_txid_seq ON public.event_log (txid, seq) WHERE stream IN
    ('CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER')
""",
)
