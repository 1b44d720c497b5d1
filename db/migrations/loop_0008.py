"""What migration 0008 runs, as `closing_gate` and `loop_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

SQLITE_TRIGGERS: Final[tuple[str, ...]] = (
    """
CREATE TRIGGER work_orders_closing_insert BEFORE INSERT ON work_orders WHEN new.state = 'CLOSED'
    AND NOT ((new.confirmed_at IS NOT NULL AND EXISTS (SELECT 1 FROM interactions AS proof WHERE
    proof.id = new.verified_in AND proof.customer_id = new.customer_id AND proof.answered_at IS
    NOT NULL)) OR (trim(new.overridden_by) <> '' AND trim(new.override_reason) <> '' AND (SELECT
    count(DISTINCT attempt.day) FROM verification_attempts AS attempt WHERE attempt.order_id =
    new.id AND attempt.round = new.round) >= 3)) BEGIN SELECT RAISE(ABORT,
    'closed_needs_verification'); END
""",
    """
CREATE TRIGGER work_orders_closing_update BEFORE UPDATE ON work_orders WHEN new.state = 'CLOSED'
    AND NOT ((new.confirmed_at IS NOT NULL AND EXISTS (SELECT 1 FROM interactions AS proof WHERE
    proof.id = new.verified_in AND proof.customer_id = new.customer_id AND proof.answered_at IS
    NOT NULL)) OR (trim(new.overridden_by) <> '' AND trim(new.override_reason) <> '' AND (SELECT
    count(DISTINCT attempt.day) FROM verification_attempts AS attempt WHERE attempt.order_id =
    new.id AND attempt.round = new.round) >= 3)) BEGIN SELECT RAISE(ABORT,
    'closed_needs_verification'); END
""",
    """
CREATE TRIGGER interactions_proof_update BEFORE UPDATE OF answered_at, customer_id ON
    interactions WHEN ((old.answered_at IS NOT NULL AND new.answered_at IS NULL) OR
    (old.customer_id IS NOT NULL AND (new.customer_id IS NULL OR new.customer_id <>
    old.customer_id))) AND EXISTS (SELECT 1 FROM work_orders AS proven WHERE proven.verified_in
    = old.id AND proven.state = 'CLOSED') BEGIN SELECT RAISE(ABORT,
    'closed_needs_verification: the proof of a closed order is kept as it was'); END
""",
    """
CREATE TRIGGER interactions_proof_delete BEFORE DELETE ON interactions WHEN EXISTS (SELECT 1
    FROM work_orders AS proven WHERE proven.verified_in = old.id AND proven.state = 'CLOSED')
    BEGIN SELECT RAISE(ABORT,
    'closed_needs_verification: the proof of a closed order is kept as it was'); END
""",
    """
CREATE TRIGGER verification_attempts_no_update BEFORE UPDATE ON verification_attempts WHEN 1
    BEGIN SELECT RAISE(ABORT, 'verification_attempts are append-only'); END
""",
    """
CREATE TRIGGER verification_attempts_no_delete BEFORE DELETE ON verification_attempts WHEN 1
    BEGIN SELECT RAISE(ABORT, 'verification_attempts are append-only'); END
""",
)

STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE FUNCTION access.guard_order_loop() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.technician, NEW.technician_phone, NEW.arrived_at) IS DISTINCT FROM
        ROW(OLD.technician, OLD.technician_phone, OLD.arrived_at) AND (OLD.state, NEW.state) NOT
        IN (
        ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD', 'IN_PROGRESS'),
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH'),
        ('VERIFYING', 'PENDING_DISPATCH')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'who went there and when is said when the work begins' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.field_work) IS DISTINCT FROM ROW(OLD.field_work) AND (OLD.state, NEW.state) NOT
        IN (
        ('PENDING_DISPATCH', 'ASSIGNED'), ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD',
            'IN_PROGRESS')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'whether it is field work is said at dispatch or at the start' USING ERRCODE =
            '42501';
    END IF;
    IF ROW(NEW.reports, NEW.report_faulty_part, NEW.report_liable, NEW.report_supplier) IS
        DISTINCT FROM ROW(OLD.reports, OLD.report_faulty_part, OLD.report_liable,
        OLD.report_supplier)
        AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS')
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'a report is given once, with the step to REPORTED' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.round) IS DISTINCT FROM ROW(OLD.round) AND NOT (
        OLD.state = 'VERIFYING' AND NEW.state = 'PENDING_DISPATCH' AND NEW.round = OLD.round + 1
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'a round begins when an order is reopened' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.confirmed_at, NEW.overridden_by, NEW.override_reason) IS DISTINCT FROM
        ROW(OLD.confirmed_at, OLD.overridden_by, OLD.override_reason) AND NEW.state <> 'CLOSED'
        THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'the proof of an order is given with its closing' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.overridden_by) IS DISTINCT FROM ROW(OLD.overridden_by) AND (
        NEW.overridden_by <> session_user OR NOT (pg_has_role(session_user,
            'agent_desk_supervisor', 'USAGE'))
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'only a supervisor closes an order that nobody confirmed' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_claim() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.order_id, NEW.order_number, NEW.report, NEW.kind, NEW.department_id,
        NEW.currency, NEW.part, NEW.supplier) IS DISTINCT FROM ROW(OLD.id, OLD.order_id,
        OLD.order_number, OLD.report, OLD.kind, OLD.department_id, OLD.currency, OLD.part,
        OLD.supplier) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'what claim it is and whose is never changed' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.labour_minor, NEW.parts_minor, NEW.travel_minor, NEW.submitted_by,
        NEW.submitted_at) IS DISTINCT FROM ROW(OLD.labour_minor, OLD.parts_minor,
        OLD.travel_minor, OLD.submitted_by, OLD.submitted_at)
        AND NOT (OLD.state = 'SENT_BACK' AND NEW.state = 'SUBMITTED')
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'what is claimed changes only when it was sent back' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.state) IS DISTINCT FROM ROW(OLD.state) AND NOT EXISTS (
        SELECT 1 FROM (VALUES
            ('SUBMITTED', 'OFFICE_APPROVED', 'agent_desk_supervisor'),
            ('SUBMITTED', 'OFFICE_APPROVED', 'agent_desk_dispatcher'),
            ('SUBMITTED', 'SENT_BACK', 'agent_desk_supervisor'),
            ('SUBMITTED', 'SENT_BACK', 'agent_desk_dispatcher'),
            ('OFFICE_APPROVED', 'HQ_APPROVED', 'agent_desk_supervisor'),
            ('OFFICE_APPROVED', 'SENT_BACK', 'agent_desk_supervisor'),
            ('OFFICE_APPROVED', 'SENT_BACK', 'agent_desk_dispatcher'),
            ('HQ_APPROVED', 'SENT_BACK', 'agent_desk_supervisor'),
            ('HQ_APPROVED', 'SENT_BACK', 'agent_desk_dispatcher'),
            ('HQ_APPROVED', 'SETTLED', 'agent_desk_supervisor'),
            ('SENT_BACK', 'SUBMITTED', 'agent_desk_department'),
            ('SENT_BACK', 'SUBMITTED', 'agent_desk_dealer')
        ) AS step (state, target, who)
        WHERE step.state = OLD.state AND step.target = NEW.state
            AND pg_has_role(session_user, step.who, 'USAGE')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'that step of the claim is not yours' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.office_approved_by) IS DISTINCT FROM ROW(OLD.office_approved_by) AND
        NEW.office_approved_by <> ''
        AND (NEW.state <> 'OFFICE_APPROVED' OR NEW.office_approved_by <> session_user)
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'an approval is signed by whoever gives it' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.hq_approved_by) IS DISTINCT FROM ROW(OLD.hq_approved_by) AND NEW.hq_approved_by
        <> ''
        AND (NEW.state <> 'HQ_APPROVED' OR NEW.hq_approved_by <> session_user)
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'an approval is signed by whoever gives it' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.settled_by) IS DISTINCT FROM ROW(OLD.settled_by) AND NEW.settled_by <> ''
        AND (NEW.state <> 'SETTLED' OR NEW.settled_by <> session_user)
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
            'an approval is signed by whoever gives it' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.require_closing_proof() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT ((NEW.confirmed_at IS NOT NULL AND EXISTS (SELECT 1 FROM public.interactions AS proof
        WHERE proof.id = NEW.verified_in AND proof.customer_id = NEW.customer_id AND
        proof.answered_at IS NOT NULL)) OR (trim(NEW.overridden_by) <> '' AND
        trim(NEW.override_reason) <> '' AND (SELECT count(DISTINCT attempt.day) FROM
        public.verification_attempts AS attempt WHERE attempt.order_id = NEW.id AND
        attempt.round = NEW.round) >= 3)) THEN
        RAISE EXCEPTION 'closed_needs_verification' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.keep_proof() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET
    search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.work_orders AS proven WHERE proven.verified_in = OLD.id AND
        proven.state = 'CLOSED') THEN
        RAISE EXCEPTION
            'closed_needs_verification: the proof of a closed order is kept as it was' USING
            ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.keep_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET
    search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'verification_attempts are append-only' USING ERRCODE = '23514';
END
$$
""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
    "REVOKE ALL ON public.order_report_items FROM PUBLIC",
    "ALTER TABLE public.order_report_items ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.order_report_items TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.order_report_items FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT SELECT, INSERT ON public.order_report_items TO agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.order_report_items FOR SELECT TO
    agent_desk_department, agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS
    mine WHERE mine.id = order_report_items.order_id AND mine.department_id = (SELECT
    access.my_department())))
""",
    """
CREATE POLICY own_orders_insert ON public.order_report_items FOR INSERT TO
    agent_desk_department, agent_desk_dealer WITH CHECK (EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.id = order_report_items.order_id AND
    mine.department_id = (SELECT access.my_department())))
""",
    "REVOKE ALL ON public.verification_attempts FROM PUBLIC",
    "ALTER TABLE public.verification_attempts ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.verification_attempts TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.verification_attempts FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT ON public.verification_attempts TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY own_insert ON public.verification_attempts FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (actor = session_user)
""",
    "REVOKE ALL ON public.order_claims FROM PUBLIC",
    "ALTER TABLE public.order_claims ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.order_claims TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.order_claims FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT UPDATE ON public.order_claims TO agent_desk_supervisor, agent_desk_dispatcher",
    """
CREATE POLICY approvers_update ON public.order_claims FOR UPDATE TO agent_desk_supervisor,
    agent_desk_dispatcher USING (true) WITH CHECK (true)
""",
    "GRANT INSERT ON public.order_claims TO agent_desk_supervisor, agent_desk_dispatcher",
    """
CREATE POLICY reviewers_insert ON public.order_claims FOR INSERT TO agent_desk_supervisor,
    agent_desk_dispatcher WITH CHECK (state = 'SUBMITTED' AND submitted_by = session_user AND
    office_approved_by = '' AND hq_approved_by = '' AND settled_by = '' AND version = 1)
""",
    "GRANT INSERT ON public.order_claims TO agent_desk_department",
    """
CREATE POLICY own_reviews_insert ON public.order_claims FOR INSERT TO agent_desk_department WITH
    CHECK (state = 'SUBMITTED' AND submitted_by = session_user AND office_approved_by = '' AND
    hq_approved_by = '' AND settled_by = '' AND version = 1 AND department_id = (SELECT
    access.my_department()))
""",
    "GRANT SELECT, UPDATE ON public.order_claims TO agent_desk_department",
    """
CREATE POLICY own_select ON public.order_claims FOR SELECT TO agent_desk_department USING
    (department_id = (SELECT access.my_department()))
""",
    """
CREATE POLICY own_update ON public.order_claims FOR UPDATE TO agent_desk_department USING
    (department_id = (SELECT access.my_department())) WITH CHECK (department_id = (SELECT
    access.my_department()))
""",
    "GRANT SELECT, UPDATE ON public.order_claims TO agent_desk_dealer",
    """
CREATE POLICY own_expenses_select ON public.order_claims FOR SELECT TO agent_desk_dealer USING
    (kind = 'EXPENSE' AND department_id = (SELECT access.my_department()))
""",
    """
CREATE POLICY own_expenses_update ON public.order_claims FOR UPDATE TO agent_desk_dealer USING
    (kind = 'EXPENSE' AND department_id = (SELECT access.my_department())) WITH CHECK (kind =
    'EXPENSE' AND department_id = (SELECT access.my_department()))
""",
    """
CREATE TRIGGER work_orders_proof BEFORE INSERT OR UPDATE ON public.work_orders FOR EACH ROW WHEN
    (NEW.state = 'CLOSED') EXECUTE FUNCTION access.require_closing_proof()
""",
    """
CREATE TRIGGER interactions_proof BEFORE UPDATE OF answered_at, customer_id ON
    public.interactions FOR EACH ROW WHEN (((OLD.answered_at IS NOT NULL AND NEW.answered_at IS
    NULL) OR (OLD.customer_id IS NOT NULL AND (NEW.customer_id IS NULL OR NEW.customer_id <>
    OLD.customer_id)))) EXECUTE FUNCTION access.keep_proof()
""",
    """
CREATE TRIGGER verification_attempts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON
    public.verification_attempts FOR EACH STATEMENT EXECUTE FUNCTION access.keep_attempts()
""",
    """
CREATE TRIGGER work_orders_guard_loop BEFORE UPDATE ON public.work_orders FOR EACH ROW EXECUTE
    FUNCTION access.guard_order_loop()
""",
    """
CREATE TRIGGER order_claims_guard BEFORE UPDATE ON public.order_claims FOR EACH ROW EXECUTE
    FUNCTION access.guard_claim()
""",
)
