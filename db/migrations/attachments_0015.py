"""What the migration of attachments runs, as `attachment_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

SQLITE_STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE TRIGGER attachments_no_update BEFORE UPDATE ON attachments BEGIN SELECT RAISE(ABORT,
    'attachments are append-only'); END
""",
    """
CREATE TRIGGER attachments_no_delete BEFORE DELETE ON attachments BEGIN SELECT RAISE(ABORT,
    'attachments are append-only'); END
""",
    """
CREATE TRIGGER attachment_withdrawals_no_update BEFORE UPDATE ON attachment_withdrawals BEGIN
    SELECT RAISE(ABORT, 'attachment_withdrawals are append-only'); END
""",
    """
CREATE TRIGGER attachment_withdrawals_no_delete BEFORE DELETE ON attachment_withdrawals BEGIN
    SELECT RAISE(ABORT, 'attachment_withdrawals are append-only'); END
""",
    """
CREATE TRIGGER attachment_chunks_no_update BEFORE UPDATE ON attachment_chunks BEGIN SELECT
    RAISE(ABORT, 'attachment_chunks are append-only'); END
""",
    """
CREATE TRIGGER attachment_chunks_no_delete BEFORE DELETE ON attachment_chunks WHEN EXISTS
    (SELECT 1 FROM attachments AS kept WHERE kept.id = old.attachment_id) BEGIN SELECT
    RAISE(ABORT, 'attachment_chunks are append-only'); END
""",
)

STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE FUNCTION access.attachment_is_kept(asked uuid) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM public.attachments AS kept WHERE kept.id = asked)
$$
""",
    """
CREATE FUNCTION access.keep_attachments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET
    search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'attachments are append-only' USING ERRCODE = '23514';
END
$$
""",
    """
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC
""",
    """
GRANT EXECUTE ON FUNCTION access.attachment_is_kept(uuid) TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dealer, agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor
""",
    """
REVOKE ALL ON public.attachments FROM PUBLIC
""",
    """
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY
""",
    """
GRANT SELECT ON public.attachments TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.attachments FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT ON public.attachments TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_dispatcher
""",
    """
CREATE POLICY signed_insert ON public.attachments FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher WITH CHECK (added_by = session_user)
""",
    """
GRANT SELECT ON public.attachments TO agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.attachments FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id =
    attachments.order_id AND mine.department_id = (SELECT access.my_department())))
""",
    """
GRANT INSERT ON public.attachments TO agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY signed_of_own_orders_insert ON public.attachments FOR INSERT TO
    agent_desk_department, agent_desk_dealer WITH CHECK (added_by = session_user AND EXISTS
    (SELECT 1 FROM public.work_orders AS mine WHERE mine.id = attachments.order_id AND
    mine.department_id = (SELECT access.my_department())))
""",
    """
REVOKE ALL ON public.attachment_chunks FROM PUBLIC
""",
    """
ALTER TABLE public.attachment_chunks ENABLE ROW LEVEL SECURITY
""",
    """
GRANT SELECT ON public.attachment_chunks TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.attachment_chunks FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT SELECT ON public.attachment_chunks TO agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.attachment_chunks FOR SELECT TO agent_desk_department,
    agent_desk_dealer USING ((added_by = session_user AND NOT
    access.attachment_is_kept(attachment_id)) OR EXISTS (SELECT 1 FROM public.attachments AS
    seen WHERE seen.id = attachment_chunks.attachment_id))
""",
    """
GRANT INSERT, DELETE ON public.attachment_chunks TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_dispatcher, agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY unfinished_insert ON public.attachment_chunks FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher, agent_desk_department, agent_desk_dealer WITH
    CHECK (added_by = session_user AND NOT access.attachment_is_kept(attachment_id))
""",
    """
CREATE POLICY unfinished_delete ON public.attachment_chunks FOR DELETE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher, agent_desk_department, agent_desk_dealer USING
    (added_by = session_user AND NOT access.attachment_is_kept(attachment_id))
""",
    """
REVOKE ALL ON public.attachment_withdrawals FROM PUBLIC
""",
    """
ALTER TABLE public.attachment_withdrawals ENABLE ROW LEVEL SECURITY
""",
    """
GRANT SELECT ON public.attachment_withdrawals TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_dispatcher, agent_desk_administrator,
    agent_desk_auditor
""",
    """
CREATE POLICY in_house_select ON public.attachment_withdrawals FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT SELECT ON public.attachment_withdrawals TO agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_orders_select ON public.attachment_withdrawals FOR SELECT TO
    agent_desk_department, agent_desk_dealer USING (EXISTS (SELECT 1 FROM public.attachments AS
    seen WHERE seen.id = attachment_withdrawals.attachment_id))
""",
    """
GRANT INSERT ON public.attachment_withdrawals TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_dispatcher, agent_desk_department, agent_desk_dealer
""",
    """
CREATE POLICY own_insert ON public.attachment_withdrawals FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_dispatcher, agent_desk_department, agent_desk_dealer WITH
    CHECK (withdrawn_by = session_user AND EXISTS (SELECT 1 FROM public.attachments AS seen
    WHERE seen.id = attachment_withdrawals.attachment_id AND seen.added_by = session_user))
""",
    """
GRANT INSERT ON public.attachment_withdrawals TO agent_desk_supervisor, agent_desk_dispatcher
""",
    """
CREATE POLICY reviewers_insert ON public.attachment_withdrawals FOR INSERT TO
    agent_desk_supervisor, agent_desk_dispatcher WITH CHECK (withdrawn_by = session_user)
""",
    """
CREATE TRIGGER attachments_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public.attachments
    FOR EACH STATEMENT EXECUTE FUNCTION access.keep_attachments()
""",
    """
CREATE TRIGGER attachment_withdrawals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON
    public.attachment_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION access.keep_attachments()
""",
    """
CREATE TRIGGER attachment_chunks_no_change BEFORE UPDATE OR TRUNCATE ON public.attachment_chunks
    FOR EACH STATEMENT EXECUTE FUNCTION access.keep_attachments()
""",
)
