"""Functions by which administrators keep people on a server; SQL as text, pure data, any thread.

They run with the rights of the tables' owner, who may make roles: an administrator of the floor
needs no attribute that reaches beyond it. A password arrives as a SCRAM verifier (RFC 5803), never
in clear.
"""

from __future__ import annotations

from agent_desk.domain.rights import MAX_LOGIN, SCOPED_ROLES, Role
from db.access.guards import GROUP_PREFIX, group_role
from db.access.policies import IMPORTERS

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_GROUPS = ", ".join(f"'{group_role(role)}'" for role in Role)
_ROLES = ", ".join(f"'{role}'" for role in Role)
_IMPORTERS = ", ".join(group_role(role) for role in IMPORTERS)
_SCOPED = ", ".join(f"'{role}'" for role in sorted(SCOPED_ROLES))
_BASE64 = "[A-Za-z0-9+/]+=*"

REQUIREMENTS = (
    f"""CREATE FUNCTION access.require_verifier(verifier text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF verifier !~ '^SCRAM-SHA-256\\$[0-9]+:{_BASE64}\\${_BASE64}:{_BASE64}$' THEN
        RAISE EXCEPTION 'a password is accepted as a SCRAM-SHA-256 verifier only'
            USING ERRCODE = '22023';
    END IF;
END
$$""",
    f"""CREATE FUNCTION access.require_roles(roles text[], department uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(roles) = 0 OR NOT roles <@ ARRAY[{_ROLES}] THEN
        RAISE EXCEPTION 'role: % is not accepted', roles USING ERRCODE = '22023';
    END IF;
    IF department IS NULL AND roles && ARRAY[{_SCOPED}] THEN
        RAISE EXCEPTION 'a department''s or dealer''s people need a department'
            USING ERRCODE = '22023';
    END IF;
END
$$""",
    """CREATE FUNCTION access.require_person(person text) RETURNS void
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
$$""",
)

_LOG = """
    INSERT INTO public.event_log (id, stream, stream_id, kind, at, actor, payload)
    VALUES (event, 'AGENT', person, '{kind}', clock_timestamp(), session_user, {payload});"""
_GIVEN = (
    "jsonb_build_object('name', full_name, 'roles', to_jsonb(roles), 'department_id', department)"
)

STEPS = (
    f"""CREATE FUNCTION access.admit(person text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    given text;
    held text;
BEGIN
    FOR held IN
        SELECT r.rolname FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.roleid
            JOIN pg_roles AS p ON p.oid = m.member
        WHERE p.rolname = person AND r.rolname IN ({_GROUPS})
    LOOP
        EXECUTE format('REVOKE %I FROM %I', held, person);
    END LOOP;
    IF EXISTS (SELECT 1 FROM public.people WHERE login = person AND disabled_at IS NOT NULL) THEN
        EXECUTE format('ALTER ROLE %I NOLOGIN', person);
        EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM %I', current_database(), person);
        RETURN;
    END IF;
    FOR given IN SELECT lower(role) FROM public.person_roles WHERE login = person LOOP
        EXECUTE format('GRANT %I TO %I', '{GROUP_PREFIX}' || given, person);
    END LOOP;
    EXECUTE format('ALTER ROLE %I LOGIN', person);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), person);
END
$$""",
    f"""CREATE FUNCTION access.confine() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    person text;
BEGIN
    -- Privileges on the database itself are neither copied nor restored with it.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- An import keeps its lines in temporary tables until all of them are checked.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {_IMPORTERS}', current_database());
    FOR person IN SELECT login FROM public.people
        WHERE disabled_at IS NULL AND login IN (SELECT rolname FROM pg_roles)
    LOOP
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), person);
    END LOOP;
END
$$""",
)

COMMANDS = (
    f"""CREATE FUNCTION access.add_person(
    person text, verifier text, full_name text, roles text[], department uuid, event uuid
) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
BEGIN
    IF person !~ '^[a-z][a-z0-9_.-]{{0,{MAX_LOGIN - 1}}}$' OR person ~ '^(pg_|{GROUP_PREFIX})' THEN
        RAISE EXCEPTION 'login: % is not accepted', person USING ERRCODE = '22023';
    END IF;
    PERFORM access.require_verifier(verifier);
    PERFORM access.require_roles(roles, department);
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', person, verifier);
    INSERT INTO public.people (login, name, department_id, created_at)
    VALUES (person, full_name, department, clock_timestamp());
    INSERT INTO public.person_roles (login, role) SELECT DISTINCT person, unnest(roles);
    PERFORM access.admit(person);{_LOG.format(kind="PersonAdded", payload=_GIVEN)}
END
$$""",
    f"""CREATE FUNCTION access.change_roles(
    person text, roles text[], department uuid, event uuid
) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
BEGIN
    PERFORM access.require_person(person);
    PERFORM access.require_roles(roles, department);
    UPDATE public.people SET department_id = department WHERE login = person;
    DELETE FROM public.person_roles WHERE login = person;
    INSERT INTO public.person_roles (login, role) SELECT DISTINCT person, unnest(roles);
    PERFORM access.admit(person);{
        _LOG.format(kind="RolesChanged", payload=_GIVEN.replace("'name', full_name, ", ""))
    }
END
$$""",
    f"""CREATE FUNCTION access.change_password(person text, verifier text, event uuid)
RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
BEGIN
    PERFORM access.require_person(person);
    PERFORM access.require_verifier(verifier);
    -- After a restore on another server the people are there and their roles are not.
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = person) THEN
        EXECUTE format('CREATE ROLE %I', person);
        PERFORM access.admit(person);
    END IF;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', person, verifier);{
        _LOG.format(kind="PasswordChanged", payload="'{}'")
    }
END
$$""",
    f"""CREATE FUNCTION access.disable_person(person text, event uuid)
RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
BEGIN
    PERFORM access.require_person(person);
    -- Whoever is connected loses every right with the next statement.
    UPDATE public.people SET disabled_at = coalesce(disabled_at, clock_timestamp())
    WHERE login = person;
    PERFORM access.admit(person);{_LOG.format(kind="PersonDisabled", payload="'{}'")}
END
$$""",
    f"""CREATE FUNCTION access.enable_person(person text, event uuid)
RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
BEGIN
    PERFORM access.require_person(person);
    UPDATE public.people SET disabled_at = NULL WHERE login = person;
    PERFORM access.admit(person);{_LOG.format(kind="PersonEnabled", payload="'{}'")}
END
$$""",
)
