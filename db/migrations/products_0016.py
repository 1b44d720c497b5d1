"""What migration 0016 runs, as `db.access.product_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE FUNCTION access.guard_order_product() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.product_id, NEW.service_level) IS DISTINCT FROM ROW(OLD.product_id,
        OLD.service_level) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'which product an order is about is never changed'
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_ticket_product() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.product_id) IS DISTINCT FROM ROW(OLD.product_id) AND NOT (
        pg_has_role(session_user, 'agent_desk_agent', 'USAGE')
        OR pg_has_role(session_user, 'agent_desk_supervisor', 'USAGE')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'only agents and supervisors say which product a ticket is about'
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC
""",
    """
ALTER POLICY own_orders_select ON public.products USING (EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.product_id = products.id AND mine.department_id =
    (SELECT access.my_department())))
""",
    """
REVOKE ALL ON public.service_contracts FROM PUBLIC
""",
    """
ALTER TABLE public.service_contracts ENABLE ROW LEVEL SECURITY
""",
    """
GRANT SELECT ON public.service_contracts TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.service_contracts FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT, UPDATE ON public.service_contracts TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_administrator
""",
    """
CREATE POLICY editors_insert ON public.service_contracts FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator WITH CHECK
    (true)
""",
    """
CREATE POLICY editors_update ON public.service_contracts FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_administrator USING (true)
    WITH CHECK (true)
""",
    """
GRANT SELECT ON public.service_contracts TO agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.service_contracts FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.products AS covered WHERE
    covered.contract_id = service_contracts.id))
""",
    """
GRANT INSERT, UPDATE ON public.products TO agent_desk_agent, agent_desk_supervisor
""",
    """
CREATE POLICY case_workers_insert ON public.products FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (true)
""",
    """
CREATE POLICY case_workers_update ON public.products FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor USING (true) WITH CHECK (true)
""",
    """
CREATE TRIGGER work_orders_guard_product BEFORE UPDATE ON public.work_orders FOR EACH ROW
    EXECUTE FUNCTION access.guard_order_product()
""",
    """
CREATE TRIGGER tickets_guard_product BEFORE UPDATE ON public.tickets FOR EACH ROW EXECUTE
    FUNCTION access.guard_ticket_product()
""",
)

DOWN_STATEMENTS: Final[tuple[str, ...]] = (
    "DROP FUNCTION access.guard_order_product() CASCADE",
    "DROP FUNCTION access.guard_ticket_product() CASCADE",
    "DROP POLICY case_workers_insert ON public.products",
    "DROP POLICY case_workers_update ON public.products",
    """
ALTER POLICY own_orders_select ON public.products USING (EXISTS (SELECT 1 FROM
    public.work_orders AS mine WHERE mine.customer_id = products.customer_id AND
    mine.department_id = (SELECT access.my_department())))
""",
    """
REVOKE INSERT, UPDATE ON public.products FROM agent_desk_agent, agent_desk_supervisor
""",
    # It asks for a column that is to go.
    "DROP POLICY own_orders_select ON public.service_contracts",
)
"""Back to what `db.access.policies` says of products."""
