"""What migration 0010 runs, as `db.access.verification_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

SQLITE_TRIGGERS: Final[tuple[str, ...]] = (
    """
CREATE TRIGGER order_messages_no_update BEFORE UPDATE ON order_messages BEGIN SELECT
    RAISE(ABORT, 'order_messages are append-only'); END
""",
    """
CREATE TRIGGER order_messages_no_delete BEFORE DELETE ON order_messages BEGIN SELECT
    RAISE(ABORT, 'order_messages are append-only'); END
""",
)

STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE FUNCTION access.guard_verification() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (OLD.owner = session_user OR pg_has_role(session_user, 'agent_desk_supervisor',
        'USAGE')
        OR EXISTS (SELECT 1 FROM public.work_items AS handed WHERE handed.kind = 'VERIFY'
            AND handed.subject_id = OLD.id AND handed.finished_at IS NULL
            AND handed.handed_to = session_user)
        OR EXISTS (SELECT 1 FROM public.interactions AS theirs
            WHERE theirs.customer_id = OLD.customer_id AND theirs.agent_id = session_user
            AND theirs.direction = 'INBOUND' AND theirs.answered_at IS NOT NULL
            AND (theirs.ended_at IS NULL OR theirs.ended_at >= OLD.changed_at)))
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the customer is asked by the owner, or by whoever was handed the call'
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_attempt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.work_orders AS tried
        WHERE tried.id = NEW.order_id AND (tried.owner = session_user OR
            pg_has_role(session_user, 'agent_desk_supervisor', 'USAGE')
        OR EXISTS (SELECT 1 FROM public.work_items AS handed WHERE handed.kind = 'VERIFY'
            AND handed.subject_id = tried.id AND handed.finished_at IS NULL
            AND handed.handed_to = session_user)
        OR EXISTS (SELECT 1 FROM public.interactions AS theirs
            WHERE theirs.customer_id = tried.customer_id AND theirs.agent_id = session_user
            AND theirs.direction = 'INBOUND' AND theirs.answered_at IS NOT NULL
            AND (theirs.ended_at IS NULL OR theirs.ended_at >= tried.changed_at))))
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the customer is called by the owner, or by whoever was handed the call'
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_consent() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (pg_has_role(session_user, 'agent_desk_supervisor', 'USAGE') OR
        pg_has_role(session_user, 'agent_desk_dispatcher', 'USAGE')) AND NOT EXISTS (
        SELECT 1 FROM public.order_messages AS said
        WHERE said.order_id = NEW.id AND said.kind = 'CONSENT' AND trim(said.text) <> ''
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'an agent cancels an order with the consent of its customer'
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_new_verification() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.handed_to IS NOT NULL OR NOT (pg_has_role(session_user, 'agent_desk_supervisor',
        'USAGE') OR pg_has_role(session_user, 'agent_desk_dispatcher', 'USAGE') OR
        pg_has_role(session_user, 'agent_desk_department', 'USAGE')) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'a verification call comes of an approved report'
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_verification_call() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.kind, NEW.subject_id, NEW.reserved_for, NEW.created_at) IS DISTINCT FROM
        ROW(OLD.id, OLD.kind, OLD.subject_id, OLD.reserved_for, OLD.created_at)
        OR NEW.open_at IS NULL OR NEW.open_at < OLD.open_at
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'whose call it is and from when others may have it is not changed'
            USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.handed_to) IS DISTINCT FROM ROW(OLD.handed_to) AND NEW.handed_to IS NOT NULL AND
        (
        NEW.handed_to <> session_user OR NOT (
            OLD.reserved_for = session_user
            OR (OLD.open_at <= clock_timestamp() AND NOT EXISTS (SELECT 1 FROM
                public.desk_presence AS seat WHERE seat.agent_id = OLD.reserved_for AND
                seat.left_at IS NULL AND seat.heartbeat_at >= clock_timestamp() - interval '6.5
                seconds'))
        )
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the call is reserved for the owner of the order'
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
    "REVOKE ALL ON public.order_messages FROM PUBLIC",
    "ALTER TABLE public.order_messages ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.order_messages TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.order_messages FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT ON public.order_messages TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY own_insert ON public.order_messages FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (actor = session_user)
""",
    "GRANT SELECT ON public.order_messages TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_select ON public.order_messages FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id =
    order_messages.order_id AND mine.department_id = (SELECT access.my_department())))
""",
    "GRANT SELECT, INSERT ON public.work_items TO agent_desk_department",
    """
CREATE POLICY own_verifications_select ON public.work_items FOR SELECT TO agent_desk_department
    USING (kind = 'VERIFY' AND EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id =
    work_items.subject_id AND mine.department_id = (SELECT access.my_department())))
""",
    """
CREATE POLICY own_verifications_insert ON public.work_items FOR INSERT TO agent_desk_department
    WITH CHECK (kind = 'VERIFY' AND EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE
    mine.id = work_items.subject_id AND mine.department_id = (SELECT access.my_department())))
""",
    """
CREATE TRIGGER work_orders_guard_verifier BEFORE UPDATE ON public.work_orders FOR EACH ROW WHEN
    (OLD.state = 'VERIFYING' AND NEW.state <> 'VERIFYING') EXECUTE FUNCTION
    access.guard_verification()
""",
    """
CREATE TRIGGER work_orders_guard_consent BEFORE UPDATE ON public.work_orders FOR EACH ROW WHEN
    (OLD.state <> 'CANCELLED' AND NEW.state = 'CANCELLED') EXECUTE FUNCTION
    access.guard_consent()
""",
    """
CREATE TRIGGER work_items_guard BEFORE UPDATE ON public.work_items FOR EACH ROW WHEN (OLD.kind =
    'VERIFY' OR NEW.kind = 'VERIFY') EXECUTE FUNCTION access.guard_verification_call()
""",
    """
CREATE TRIGGER work_items_guard_new BEFORE INSERT ON public.work_items FOR EACH ROW WHEN
    (NEW.kind = 'VERIFY') EXECUTE FUNCTION access.guard_new_verification()
""",
    """
CREATE TRIGGER verification_attempts_guard_new BEFORE INSERT ON public.verification_attempts FOR
    EACH ROW WHEN (true) EXECUTE FUNCTION access.guard_attempt()
""",
)
