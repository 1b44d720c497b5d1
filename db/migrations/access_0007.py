"""What migration 0007 runs on a server, as `db.access.policy_sql` rendered it; never edited."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final[tuple[str, ...]] = (
    """
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['agent_desk_agent', 'agent_desk_supervisor',
    'agent_desk_campaign_manager', 'agent_desk_department', 'agent_desk_dealer',
    'agent_desk_dispatcher', 'agent_desk_administrator', 'agent_desk_auditor'] LOOP
        CONTINUE WHEN EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION
            -- Another database of this cluster is being migrated at the same moment.
            WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END
$$
""",
    "CREATE SCHEMA access",
    "REVOKE ALL ON SCHEMA access FROM PUBLIC",
    """
CREATE FUNCTION access.my_department() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT department_id FROM public.people WHERE login = session_user AND disabled_at
    IS NULL);
END
$$
""",
    """
CREATE FUNCTION access.handed_back_by_us(the_order uuid) RETURNS boolean LANGUAGE plpgsql
    VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.order_returns WHERE order_id = the_order AND
    department_id = access.my_department());
END
$$
""",
    """
CREATE FUNCTION access.as_uuid(text_id text) RETURNS uuid LANGUAGE plpgsql IMMUTABLE SET
    search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN text_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN text_id::uuid
    END;
END
$$
""",
    """
CREATE FUNCTION access.desk_is_lost(agent text) RETURNS boolean LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.desk_presence WHERE agent_id = agent AND heartbeat_at <
    clock_timestamp() - interval '5 seconds');
END
$$
""",
    """
CREATE FUNCTION access.may_record(text_id text) RETURNS boolean LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (SELECT 1 FROM public.interactions WHERE id = access.as_uuid(text_id) AND
    agent_id <> session_user);
END
$$
""",
    """
CREATE FUNCTION access.is_lost(stream text, text_id text) RETURNS boolean LANGUAGE plpgsql
    STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE stream WHEN 'AGENT' THEN access.desk_is_lost(text_id) WHEN 'INTERACTION' THEN
    EXISTS (SELECT 1 FROM public.interactions WHERE id = access.as_uuid(text_id) AND outcome =
    'DESK_LOST' AND access.desk_is_lost(agent_id)) ELSE false END;
END
$$
""",
    """
CREATE FUNCTION access.owns(the_table oid) RETURNS boolean LANGUAGE plpgsql STABLE SET
    search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT pg_has_role(session_user, relowner, 'USAGE') FROM pg_class WHERE oid =
    the_table);
END
$$
""",
    """
CREATE FUNCTION access.newest_transaction(after_seq bigint) RETURNS bigint LANGUAGE plpgsql
    STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT max(newest.txid::text::bigint) FROM (SELECT txid FROM public.event_log WHERE
    seq > after_seq ORDER BY seq DESC LIMIT 1000) AS newest);
END
$$
""",
    """
CREATE FUNCTION access.newest_transaction_since(since xid8, after_seq bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT txid::text::bigint FROM public.event_log WHERE txid >= since AND txid <
    pg_snapshot_xmax(pg_current_snapshot()) AND seq > after_seq AND stream IN ('CUSTOMER',
    'INTERACTION', 'TICKET', 'WORK_ORDER') ORDER BY txid DESC, seq DESC LIMIT 1);
END
$$
""",
    """
CREATE FUNCTION access.guard_event_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'event_log is append-only' USING ERRCODE = '42501';
END
$$
""",
    """
CREATE FUNCTION access.guard_interaction() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.call_id, NEW.agent_id, NEW.direction, NEW.began_at) IS DISTINCT FROM
    ROW(OLD.id, OLD.call_id, OLD.agent_id, OLD.direction, OLD.began_at) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'whose call it was and when it began is never changed' USING ERRCODE = '42501';
    END IF;
    IF OLD.agent_id <> session_user THEN
        IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.outcome <> 'DESK_LOST'
            OR ROW(NEW.number, NEW.customer_id, NEW.ticket_id, NEW.disposition, NEW.note) IS
    DISTINCT FROM ROW(OLD.number, OLD.customer_id, OLD.ticket_id, OLD.disposition, OLD.note)
        THEN
            IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'only the end of a call whose desk died is written by others' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    -- A desk that was only cut off goes on with its calls.
    IF OLD.ended_at IS NULL OR OLD.outcome = 'DESK_LOST' THEN
        RETURN NEW;
    END IF;
    IF ROW(NEW.number, NEW.outcome, NEW.queue_id, NEW.queue_wait_seconds, NEW.reason,
    NEW.answered_at, NEW.ended_at, NEW.held_seconds, NEW.transferred) IS DISTINCT FROM
    ROW(OLD.number, OLD.outcome, OLD.queue_id, OLD.queue_wait_seconds, OLD.reason,
    OLD.answered_at, OLD.ended_at, OLD.held_seconds, OLD.transferred) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'a finished call is not rewritten' USING ERRCODE = '42501';
    END IF;
    IF OLD.answered_at IS NOT NULL AND OLD.wrap_up_ended_at IS NULL
        AND OLD.ended_at > clock_timestamp() - interval '12 hours'
    THEN
        RETURN NEW;
    END IF;
    -- What is missing may still be added, as a desk does that was away.
    IF (OLD.wrap_up_ended_at IS NOT NULL AND ROW(NEW.wrap_up_ended_at) IS DISTINCT FROM
    ROW(OLD.wrap_up_ended_at))
        OR (OLD.disposition IS NOT NULL AND ROW(NEW.disposition) IS DISTINCT FROM
    ROW(OLD.disposition))
        OR (OLD.note <> '' AND ROW(NEW.note) IS DISTINCT FROM ROW(OLD.note))
        OR (OLD.customer_id IS NOT NULL AND ROW(NEW.customer_id) IS DISTINCT FROM
    ROW(OLD.customer_id))
        OR (OLD.ticket_id IS NOT NULL AND ROW(NEW.ticket_id) IS DISTINCT FROM ROW(OLD.ticket_id))
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'a finished call is not rewritten' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_ticket() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.number, NEW.customer_id, NEW.opened_at, NEW.opened_in) IS DISTINCT FROM
    ROW(OLD.id, OLD.number, OLD.customer_id, OLD.opened_at, OLD.opened_in) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'what ticket it is and whose is never changed' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.owner) IS DISTINCT FROM ROW(OLD.owner) AND NOT (pg_has_role(session_user,
    'agent_desk_supervisor', 'USAGE')) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'only a supervisor moves a ticket to another owner' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.category_id, NEW.subject, NEW.description, NEW.priority, NEW.follow_up_at,
    NEW.fcr_claimed, NEW.fcr_withdrawn_at, NEW.fcr_confirmed) IS DISTINCT FROM
    ROW(OLD.category_id, OLD.subject, OLD.description, OLD.priority, OLD.follow_up_at,
    OLD.fcr_claimed, OLD.fcr_withdrawn_at, OLD.fcr_confirmed) AND NOT
    (pg_has_role(session_user, 'agent_desk_agent', 'USAGE') OR pg_has_role(session_user,
    'agent_desk_supervisor', 'USAGE')) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'only agents and supervisors rewrite a ticket' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.number, NEW.ticket_id, NEW.customer_id, NEW.raised_at) IS DISTINCT FROM
    ROW(OLD.id, OLD.number, OLD.ticket_id, OLD.customer_id, OLD.raised_at) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'what order it is and whose is never changed' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.owner) IS DISTINCT FROM ROW(OLD.owner) AND NOT (pg_has_role(session_user,
    'agent_desk_supervisor', 'USAGE')) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'only a supervisor moves an order to another owner' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.subject, NEW.instructions, NEW.priority) IS DISTINCT FROM ROW(OLD.subject,
    OLD.instructions, OLD.priority)
        AND NOT (pg_has_role(session_user, 'agent_desk_agent', 'USAGE') OR
    pg_has_role(session_user, 'agent_desk_supervisor', 'USAGE') OR pg_has_role(session_user,
    'agent_desk_dispatcher', 'USAGE'))
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'only agents, supervisors and dispatchers rewrite an order' USING ERRCODE = '42501';
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
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'an order changes its department by dispatch or by being declined' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.report_started_at, NEW.report_ended_at, NEW.report_done, NEW.report_outcome,
    NEW.report_why_not_solved) IS DISTINCT FROM ROW(OLD.report_started_at, OLD.report_ended_at,
    OLD.report_done, OLD.report_outcome, OLD.report_why_not_solved) AND NOT (NEW.state =
    'REPORTED' AND OLD.state = 'IN_PROGRESS') THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'a report is given once, with the step to REPORTED' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.verified_in) IS DISTINCT FROM ROW(OLD.verified_in) AND NEW.state <> 'CLOSED' THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION
    'the proof of an order is given with its closing' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.keep_return() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.order_returns (order_id, department_id)
    VALUES (OLD.id, OLD.department_id)
    ON CONFLICT (order_id) DO UPDATE SET department_id = excluded.department_id;
    RETURN NEW;
END
$$
""",
    r"""
CREATE FUNCTION access.require_verifier(verifier text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF verifier !~
    '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]+=*:[A-Za-z0-9+/]+=*$' THEN
        RAISE EXCEPTION 'a password is accepted as a SCRAM-SHA-256 verifier only'
            USING ERRCODE = '22023';
    END IF;
END
$$
""",
    """
CREATE FUNCTION access.require_roles(roles text[], department uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(roles) = 0 OR NOT roles <@ ARRAY['AGENT', 'SUPERVISOR', 'CAMPAIGN_MANAGER',
    'DEPARTMENT', 'DEALER', 'DISPATCHER', 'ADMINISTRATOR', 'AUDITOR'] THEN
        RAISE EXCEPTION 'role: % is not accepted', roles USING ERRCODE = '22023';
    END IF;
    IF department IS NULL AND roles && ARRAY['DEALER', 'DEPARTMENT'] THEN
        RAISE EXCEPTION 'a department''s or dealer''s people need a department'
            USING ERRCODE = '22023';
    END IF;
END
$$
""",
    """
CREATE FUNCTION access.require_person(person text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.people WHERE login = person) THEN
        RAISE EXCEPTION 'login: % does not exist', person USING ERRCODE = '02000';
    END IF;
    -- The cluster may have roles that are no people of this floor, whoever is listed here.
    IF EXISTS (
        SELECT 1 FROM pg_roles WHERE rolname = person AND (rolsuper OR rolcreaterole
            OR rolcreatedb OR rolreplication OR rolbypassrls)
    ) THEN
        RAISE EXCEPTION 'login: % is a role of the server, not of a person', person
            USING ERRCODE = '42501';
    END IF;
END
$$
""",
    """
CREATE FUNCTION access.admit(person text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    given text;
    held text;
BEGIN
    FOR held IN
        SELECT r.rolname FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.roleid
            JOIN pg_roles AS p ON p.oid = m.member
        WHERE p.rolname = person AND r.rolname IN ('agent_desk_agent', 'agent_desk_supervisor',
    'agent_desk_campaign_manager', 'agent_desk_department', 'agent_desk_dealer',
    'agent_desk_dispatcher', 'agent_desk_administrator', 'agent_desk_auditor')
    LOOP
        EXECUTE format('REVOKE %I FROM %I', held, person);
    END LOOP;
    IF EXISTS (SELECT 1 FROM public.people WHERE login = person AND disabled_at IS NOT NULL) THEN
        EXECUTE format('ALTER ROLE %I NOLOGIN', person);
        EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM %I', current_database(), person);
        RETURN;
    END IF;
    FOR given IN SELECT lower(role) FROM public.person_roles WHERE login = person LOOP
        EXECUTE format('GRANT %I TO %I', 'agent_desk_' || given, person);
    END LOOP;
    EXECUTE format('ALTER ROLE %I LOGIN', person);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), person);
END
$$
""",
    """
CREATE FUNCTION access.confine() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    person text;
BEGIN
    -- Privileges on the database itself are neither copied nor restored with it.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- An import keeps its lines in temporary tables until all of them are checked.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO agent_desk_campaign_manager,
    agent_desk_administrator', current_database());
    FOR person IN SELECT login FROM public.people
        WHERE disabled_at IS NULL AND login IN (SELECT rolname FROM pg_roles)
    LOOP
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), person);
    END LOOP;
END
$$
""",
    """
CREATE FUNCTION access.add_person(
    person text, verifier text, full_name text, roles text[], department uuid, event uuid
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF person !~ '^[a-z][a-z0-9_.-]{0,62}$' OR person ~ '^(pg_|agent_desk_)' THEN
        RAISE EXCEPTION 'login: % is not accepted', person USING ERRCODE = '22023';
    END IF;
    PERFORM access.require_verifier(verifier);
    PERFORM access.require_roles(roles, department);
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', person, verifier);
    INSERT INTO public.people (login, name, department_id, created_at)
    VALUES (person, full_name, department, clock_timestamp());
    INSERT INTO public.person_roles (login, role) SELECT DISTINCT person, unnest(roles);
    PERFORM access.admit(person);
    INSERT INTO public.event_log (id, stream, stream_id, kind, at, actor, payload)
    VALUES (event, 'AGENT', person, 'PersonAdded', clock_timestamp(), session_user,
    jsonb_build_object('name', full_name, 'roles', to_jsonb(roles), 'department_id', department));
END
$$
""",
    """
CREATE FUNCTION access.change_roles(
    person text, roles text[], department uuid, event uuid
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM access.require_person(person);
    PERFORM access.require_roles(roles, department);
    UPDATE public.people SET department_id = department WHERE login = person;
    DELETE FROM public.person_roles WHERE login = person;
    INSERT INTO public.person_roles (login, role) SELECT DISTINCT person, unnest(roles);
    PERFORM access.admit(person);
    INSERT INTO public.event_log (id, stream, stream_id, kind, at, actor, payload)
    VALUES (event, 'AGENT', person, 'RolesChanged', clock_timestamp(), session_user,
    jsonb_build_object('roles', to_jsonb(roles), 'department_id', department));
END
$$
""",
    """
CREATE FUNCTION access.change_password(person text, verifier text, event uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM access.require_person(person);
    PERFORM access.require_verifier(verifier);
    -- After a restore on another server the people are there and their roles are not.
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = person) THEN
        EXECUTE format('CREATE ROLE %I', person);
        PERFORM access.admit(person);
    END IF;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', person, verifier);
    INSERT INTO public.event_log (id, stream, stream_id, kind, at, actor, payload)
    VALUES (event, 'AGENT', person, 'PasswordChanged', clock_timestamp(), session_user, '{}');
END
$$
""",
    """
CREATE FUNCTION access.disable_person(person text, event uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM access.require_person(person);
    -- Whoever is connected loses every right with the next statement.
    UPDATE public.people SET disabled_at = coalesce(disabled_at, clock_timestamp())
    WHERE login = person;
    PERFORM access.admit(person);
    INSERT INTO public.event_log (id, stream, stream_id, kind, at, actor, payload)
    VALUES (event, 'AGENT', person, 'PersonDisabled', clock_timestamp(), session_user, '{}');
END
$$
""",
    """
CREATE FUNCTION access.enable_person(person text, event uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM access.require_person(person);
    UPDATE public.people SET disabled_at = NULL WHERE login = person;
    PERFORM access.admit(person);
    INSERT INTO public.event_log (id, stream, stream_id, kind, at, actor, payload)
    VALUES (event, 'AGENT', person, 'PersonEnabled', clock_timestamp(), session_user, '{}');
END
$$
""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    """
GRANT USAGE ON SCHEMA public, access TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    """
GRANT EXECUTE ON FUNCTION access.my_department(), access.handed_back_by_us(uuid),
    access.as_uuid(text), access.owns(oid), access.desk_is_lost(text), access.may_record(text),
    access.is_lost(text, text), access.newest_transaction(bigint),
    access.newest_transaction_since(xid8, bigint) TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    """
GRANT EXECUTE ON FUNCTION public.search_customers(text, text, text, integer) TO
    agent_desk_agent, agent_desk_supervisor, agent_desk_campaign_manager,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    """
GRANT EXECUTE ON FUNCTION public.search_tickets(text, integer) TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
GRANT EXECUTE ON FUNCTION access.add_person(text, text, text, text[], uuid, uuid) TO
    agent_desk_administrator
""",
    """
GRANT EXECUTE ON FUNCTION access.change_roles(text, text[], uuid, uuid) TO agent_desk_administrator
""",
    """
GRANT EXECUTE ON FUNCTION access.change_password(text, text, uuid) TO agent_desk_administrator
""",
    "GRANT EXECUTE ON FUNCTION access.disable_person(text, uuid) TO agent_desk_administrator",
    "GRANT EXECUTE ON FUNCTION access.enable_person(text, uuid) TO agent_desk_administrator",
    """
GRANT USAGE ON SEQUENCE public.event_log_seq_seq TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator
""",
    """
GRANT USAGE ON SEQUENCE public.search_texts_row_id_seq TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator
""",
    "GRANT USAGE ON SEQUENCE public.ticket_numbers TO agent_desk_agent, agent_desk_supervisor",
    """
GRANT USAGE ON SEQUENCE public.work_order_numbers TO agent_desk_agent, agent_desk_supervisor
""",
    "REVOKE ALL ON public.alembic_version FROM PUBLIC",
    "ALTER TABLE public.alembic_version ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.alembic_version TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY everybody_select ON public.alembic_version FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
    USING (true)
""",
    "REVOKE ALL ON public.applied_commands FROM PUBLIC",
    "ALTER TABLE public.applied_commands ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT, INSERT ON public.applied_commands TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY own_select ON public.applied_commands FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator USING (actor = session_user)
""",
    """
CREATE POLICY own_insert ON public.applied_commands FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator WITH CHECK (actor =
    session_user)
""",
    "GRANT SELECT ON public.applied_commands TO agent_desk_auditor",
    """
CREATE POLICY auditor_select ON public.applied_commands FOR SELECT TO agent_desk_auditor USING
    (true)
""",
    "REVOKE ALL ON public.categories FROM PUBLIC",
    "ALTER TABLE public.categories ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.categories TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY everybody_select ON public.categories FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
    USING (true)
""",
    "GRANT INSERT, UPDATE, DELETE ON public.categories TO agent_desk_administrator",
    """
CREATE POLICY catalogue_insert ON public.categories FOR INSERT TO agent_desk_administrator WITH
    CHECK (true)
""",
    """
CREATE POLICY catalogue_update ON public.categories FOR UPDATE TO agent_desk_administrator
    USING (true) WITH CHECK (true)
""",
    """
CREATE POLICY catalogue_delete ON public.categories FOR DELETE TO agent_desk_administrator
    USING (true)
""",
    "REVOKE ALL ON public.companies FROM PUBLIC",
    "ALTER TABLE public.companies ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.companies TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.companies FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT ON public.companies TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY editors_insert ON public.companies FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator WITH CHECK (true)
""",
    "GRANT UPDATE ON public.companies TO agent_desk_campaign_manager, agent_desk_administrator",
    """
CREATE POLICY importers_update ON public.companies FOR UPDATE TO agent_desk_campaign_manager,
    agent_desk_administrator USING (true) WITH CHECK (true)
""",
    "GRANT SELECT ON public.companies TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_select ON public.companies FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.customers AS theirs WHERE
    theirs.company_id = companies.id))
""",
    "REVOKE ALL ON public.contact_points FROM PUBLIC",
    "ALTER TABLE public.contact_points ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.contact_points TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.contact_points FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT ON public.contact_points TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY editors_insert ON public.contact_points FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator WITH CHECK (true)
""",
    """
GRANT UPDATE ON public.contact_points TO agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY importers_update ON public.contact_points FOR UPDATE TO
    agent_desk_campaign_manager, agent_desk_administrator USING (true) WITH CHECK (true)
""",
    """
GRANT SELECT (id, customer_id, kind, value, label, is_primary) ON public.contact_points TO
    agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.contact_points FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE
    mine.customer_id = contact_points.customer_id AND mine.department_id = (SELECT
    access.my_department())))
""",
    "REVOKE ALL ON public.counters FROM PUBLIC",
    "ALTER TABLE public.counters ENABLE ROW LEVEL SECURITY",
    "REVOKE ALL ON public.customers FROM PUBLIC",
    "ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.customers TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.customers FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT, UPDATE ON public.customers TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY editors_insert ON public.customers FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator WITH CHECK (true)
""",
    """
CREATE POLICY editors_update ON public.customers FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator USING (true)
    WITH CHECK (true)
""",
    """
GRANT SELECT (id, name, company_id, city, address, language) ON public.customers TO
    agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.customers FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE
    mine.customer_id = customers.id AND mine.department_id = (SELECT access.my_department())))
""",
    "REVOKE ALL ON public.departments FROM PUBLIC",
    "ALTER TABLE public.departments ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.departments TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor, agent_desk_department
""",
    """
CREATE POLICY everybody_select ON public.departments FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor, agent_desk_department USING (true)
""",
    "GRANT SELECT ON public.departments TO agent_desk_dealer",
    """
CREATE POLICY own_select ON public.departments FOR SELECT TO agent_desk_dealer USING (id =
    (SELECT access.my_department()))
""",
    "GRANT INSERT, UPDATE, DELETE ON public.departments TO agent_desk_administrator",
    """
CREATE POLICY catalogue_insert ON public.departments FOR INSERT TO agent_desk_administrator
    WITH CHECK (true)
""",
    """
CREATE POLICY catalogue_update ON public.departments FOR UPDATE TO agent_desk_administrator
    USING (true) WITH CHECK (true)
""",
    """
CREATE POLICY catalogue_delete ON public.departments FOR DELETE TO agent_desk_administrator
    USING (true)
""",
    "REVOKE ALL ON public.desk_presence FROM PUBLIC",
    "ALTER TABLE public.desk_presence ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.desk_presence TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.desk_presence FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT SELECT, INSERT, UPDATE ON public.desk_presence TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY own_select ON public.desk_presence FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator USING (agent_id =
    session_user)
""",
    """
CREATE POLICY own_insert ON public.desk_presence FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator WITH CHECK (agent_id =
    session_user)
""",
    """
CREATE POLICY own_update ON public.desk_presence FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator USING (agent_id =
    session_user) WITH CHECK (agent_id = session_user)
""",
    """
GRANT UPDATE ON public.desk_presence TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY lost_update ON public.desk_presence FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator USING (heartbeat_at < clock_timestamp() - interval '5 seconds')
    WITH CHECK (heartbeat_at < clock_timestamp() - interval '5 seconds')
""",
    """
GRANT DELETE ON public.desk_presence TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY forgotten_delete ON public.desk_presence FOR DELETE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator USING (closed_at < clock_timestamp() - interval '1 day')
""",
    "GRANT DELETE ON public.desk_presence TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_forgotten_delete ON public.desk_presence FOR DELETE TO agent_desk_department,
    agent_desk_dealer USING (agent_id = session_user AND closed_at < clock_timestamp() -
    interval '1 day')
""",
    "REVOKE ALL ON public.event_log FROM PUBLIC",
    "REVOKE UPDATE, DELETE, TRUNCATE ON public.event_log FROM CURRENT_USER",
    "ALTER TABLE public.event_log ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.event_log TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.event_log FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT SELECT ON public.event_log TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_select ON public.event_log FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (CASE stream WHEN 'WORK_ORDER' THEN EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.id = access.as_uuid(stream_id)) ELSE false END)
""",
    "GRANT SELECT ON public.event_log TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_select ON public.event_log FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (actor = session_user)
""",
    """
GRANT INSERT (id, stream, stream_id, kind, at, actor, payload) ON public.event_log TO
    agent_desk_agent, agent_desk_supervisor, agent_desk_campaign_manager,
    agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY signed_insert ON public.event_log FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator WITH CHECK (actor = session_user AND (stream <> 'INTERACTION' OR
    access.may_record(stream_id)))
""",
    """
GRANT INSERT (id, stream, stream_id, kind, at, actor, payload) ON public.event_log TO
    agent_desk_agent, agent_desk_supervisor, agent_desk_campaign_manager,
    agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY told_loss_insert ON public.event_log FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator WITH CHECK (actor = 'system' AND kind = 'DeskLost' AND
    access.is_lost(stream, stream_id))
""",
    """
GRANT INSERT (id, stream, stream_id, kind, at, actor, payload) ON public.event_log TO
    agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY signed_of_own_orders_insert ON public.event_log FOR INSERT TO
    agent_desk_department, agent_desk_dealer WITH CHECK (actor = session_user AND (stream <>
    'INTERACTION' OR access.may_record(stream_id)) AND CASE stream WHEN 'WORK_ORDER' THEN
    EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id = access.as_uuid(stream_id))
    WHEN 'TICKET' THEN EXISTS (SELECT 1 FROM public.tickets AS theirs WHERE theirs.id =
    access.as_uuid(stream_id)) WHEN 'CUSTOMER' THEN false ELSE true END)
""",
    "REVOKE ALL ON public.feed_epochs FROM PUBLIC",
    "ALTER TABLE public.feed_epochs ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.feed_epochs TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY everybody_select ON public.feed_epochs FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
    USING (true)
""",
    "REVOKE ALL ON public.feed_relays FROM PUBLIC",
    "ALTER TABLE public.feed_relays ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.feed_relays TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY everybody_select ON public.feed_relays FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT, UPDATE, DELETE ON public.feed_relays TO agent_desk_administrator",
    """
CREATE POLICY relay_insert ON public.feed_relays FOR INSERT TO agent_desk_administrator WITH
    CHECK (true)
""",
    """
CREATE POLICY relay_update ON public.feed_relays FOR UPDATE TO agent_desk_administrator USING
    (true) WITH CHECK (true)
""",
    """
CREATE POLICY relay_delete ON public.feed_relays FOR DELETE TO agent_desk_administrator USING
    (true)
""",
    "REVOKE ALL ON public.interactions FROM PUBLIC",
    "ALTER TABLE public.interactions ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.interactions TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.interactions FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT SELECT, INSERT, UPDATE ON public.interactions TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY desk_select ON public.interactions FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator USING (agent_id =
    session_user)
""",
    """
CREATE POLICY desk_insert ON public.interactions FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator WITH CHECK (agent_id =
    session_user)
""",
    """
CREATE POLICY desk_update ON public.interactions FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator USING (agent_id =
    session_user) WITH CHECK (agent_id = session_user)
""",
    """
GRANT UPDATE ON public.interactions TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator
""",
    """
CREATE POLICY lost_update ON public.interactions FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator USING (access.desk_is_lost(agent_id)) WITH CHECK
    (access.desk_is_lost(agent_id))
""",
    "REVOKE ALL ON public.note_numbers FROM PUBLIC",
    "ALTER TABLE public.note_numbers ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.note_numbers TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.note_numbers FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT ON public.note_numbers TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY editors_insert ON public.note_numbers FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator WITH CHECK (true)
""",
    "REVOKE ALL ON public.notes FROM PUBLIC",
    "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.notes TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.notes FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT ON public.notes TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY own_insert ON public.notes FOR INSERT TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator WITH CHECK (author = session_user)
""",
    "REVOKE ALL ON public.order_returns FROM PUBLIC",
    "ALTER TABLE public.order_returns ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.order_returns TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.order_returns FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "REVOKE ALL ON public.people FROM PUBLIC",
    "ALTER TABLE public.people ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.people TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.people FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT SELECT ON public.people TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY self_select ON public.people FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (login = session_user)
""",
    "REVOKE ALL ON public.person_passwords FROM PUBLIC",
    "ALTER TABLE public.person_passwords ENABLE ROW LEVEL SECURITY",
    "REVOKE ALL ON public.person_roles FROM PUBLIC",
    "ALTER TABLE public.person_roles ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.person_roles TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.person_roles FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT SELECT ON public.person_roles TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY self_select ON public.person_roles FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (login = session_user)
""",
    "REVOKE ALL ON public.products FROM PUBLIC",
    "ALTER TABLE public.products ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.products TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.products FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT, UPDATE ON public.products TO agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY importers_insert ON public.products FOR INSERT TO agent_desk_campaign_manager,
    agent_desk_administrator WITH CHECK (true)
""",
    """
CREATE POLICY importers_update ON public.products FOR UPDATE TO agent_desk_campaign_manager,
    agent_desk_administrator USING (true) WITH CHECK (true)
""",
    "GRANT SELECT ON public.products TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_orders_select ON public.products FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE
    mine.customer_id = products.customer_id AND mine.department_id = (SELECT
    access.my_department())))
""",
    "REVOKE ALL ON public.search_texts FROM PUBLIC",
    "ALTER TABLE public.search_texts ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.search_texts TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.search_texts FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT, UPDATE ON public.search_texts TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY editors_insert ON public.search_texts FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator WITH CHECK (true)
""",
    """
CREATE POLICY editors_update ON public.search_texts FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator USING (true)
    WITH CHECK (true)
""",
    "GRANT SELECT ON public.search_texts TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY unchanged_select ON public.search_texts FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (false)
""",
    """
GRANT UPDATE ON public.search_texts TO agent_desk_department, agent_desk_dealer,
    agent_desk_dispatcher
""",
    """
CREATE POLICY unchanged_update ON public.search_texts FOR UPDATE TO agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher USING (false) WITH CHECK (false)
""",
    "REVOKE ALL ON public.tickets FROM PUBLIC",
    "ALTER TABLE public.tickets ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.tickets TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.tickets FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT ON public.tickets TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY own_insert ON public.tickets FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (owner = session_user)
""",
    """
GRANT UPDATE ON public.tickets TO agent_desk_agent, agent_desk_supervisor, agent_desk_dispatcher
""",
    """
CREATE POLICY case_update ON public.tickets FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher USING (true) WITH CHECK (true)
""",
    "GRANT SELECT, UPDATE ON public.tickets TO agent_desk_department",
    """
CREATE POLICY own_orders_select ON public.tickets FOR SELECT TO agent_desk_department USING
    (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.ticket_id = tickets.id AND
    mine.department_id = (SELECT access.my_department())))
""",
    """
CREATE POLICY own_orders_update ON public.tickets FOR UPDATE TO agent_desk_department USING
    (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.ticket_id = tickets.id AND
    mine.department_id = (SELECT access.my_department()))) WITH CHECK (EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.ticket_id = tickets.id AND mine.department_id =
    (SELECT access.my_department())))
""",
    """
GRANT SELECT (id, number, customer_id, category_id, subject, priority, state, opened_at) ON
    public.tickets TO agent_desk_dealer
""",
    """
CREATE POLICY own_orders_of_dealer_select ON public.tickets FOR SELECT TO agent_desk_dealer
    USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.ticket_id = tickets.id
    AND mine.department_id = (SELECT access.my_department())))
""",
    "REVOKE ALL ON public.work_items FROM PUBLIC",
    "ALTER TABLE public.work_items ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.work_items TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.work_items FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT, UPDATE ON public.work_items TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_dispatcher, agent_desk_campaign_manager
""",
    """
CREATE POLICY claimers_insert ON public.work_items FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher, agent_desk_campaign_manager WITH CHECK (true)
""",
    """
CREATE POLICY claimers_update ON public.work_items FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher, agent_desk_campaign_manager USING (true) WITH
    CHECK (true)
""",
    "GRANT UPDATE ON public.work_items TO agent_desk_administrator",
    """
CREATE POLICY of_lost_desk_update ON public.work_items FOR UPDATE TO agent_desk_administrator
    USING (true) WITH CHECK (true)
""",
    """
GRANT SELECT, INSERT, UPDATE ON public.work_items TO agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.work_items FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (kind = 'DISPATCH' AND EXISTS (SELECT 1 FROM public.work_orders AS
    mine WHERE mine.id = work_items.subject_id))
""",
    """
CREATE POLICY own_orders_insert ON public.work_items FOR INSERT TO agent_desk_department,
    agent_desk_dealer WITH CHECK (kind = 'DISPATCH' AND EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.id = work_items.subject_id))
""",
    """
CREATE POLICY own_orders_update ON public.work_items FOR UPDATE TO agent_desk_department,
    agent_desk_dealer USING (kind = 'DISPATCH' AND EXISTS (SELECT 1 FROM public.work_orders AS
    mine WHERE mine.id = work_items.subject_id)) WITH CHECK (kind = 'DISPATCH' AND EXISTS
    (SELECT 1 FROM public.work_orders AS mine WHERE mine.id = work_items.subject_id))
""",
    "REVOKE ALL ON public.work_orders FROM PUBLIC",
    "ALTER TABLE public.work_orders ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.work_orders TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.work_orders FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT ON public.work_orders TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY of_ticket_insert ON public.work_orders FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (owner = (SELECT t.owner FROM public.tickets AS t WHERE
    t.id = work_orders.ticket_id))
""",
    """
GRANT UPDATE ON public.work_orders TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_dispatcher
""",
    """
CREATE POLICY moving_update ON public.work_orders FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher USING (true) WITH CHECK (true)
""",
    "GRANT SELECT, UPDATE ON public.work_orders TO agent_desk_department, agent_desk_dealer",
    """
CREATE POLICY own_select ON public.work_orders FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (department_id = (SELECT access.my_department()) OR (department_id
    IS NULL AND access.handed_back_by_us(id)))
""",
    """
CREATE POLICY own_update ON public.work_orders FOR UPDATE TO agent_desk_department,
    agent_desk_dealer USING (department_id = (SELECT access.my_department()) OR (department_id
    IS NULL AND access.handed_back_by_us(id))) WITH CHECK (department_id = (SELECT
    access.my_department()) OR (department_id IS NULL AND access.handed_back_by_us(id)))
""",
    """
CREATE TRIGGER event_log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public.event_log FOR
    EACH STATEMENT EXECUTE FUNCTION access.guard_event_log()
""",
    """
CREATE TRIGGER interactions_guard BEFORE UPDATE ON public.interactions FOR EACH ROW EXECUTE
    FUNCTION access.guard_interaction()
""",
    """
CREATE TRIGGER tickets_guard BEFORE UPDATE ON public.tickets FOR EACH ROW EXECUTE FUNCTION
    access.guard_ticket()
""",
    """
CREATE TRIGGER work_orders_guard BEFORE UPDATE ON public.work_orders FOR EACH ROW EXECUTE
    FUNCTION access.guard_order()
""",
    """
CREATE TRIGGER work_orders_returned BEFORE UPDATE OF department_id ON public.work_orders FOR
    EACH ROW WHEN (OLD.department_id IS NOT NULL AND NEW.department_id IS NULL) EXECUTE
    FUNCTION access.keep_return()
""",
    "SELECT access.confine()",
)
