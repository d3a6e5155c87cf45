-- Submit one month as a transaction of its own, in one statement: who does it is said, the month is judged and written
-- like a list of one (submitting.sql), its place in the change order is taken as the commit would, and the month is
-- returned as it then is. No row where the submission is refused, and then nothing is written. `position` is the place
-- in the change order that what is returned was read at.
CREATE FUNCTION submit_month(actor text, client bigint, request text, activity bigint, month int, executed numeric,
                             reason text, url text, expected bigint, readable bigint[], writable bigint[])
RETURNS TABLE ("position" bigint, result text, programmed numeric, executed_now numeric, pending numeric,
               pending_version int, status text, late boolean, entry_version int, reason_now text, url_now text)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE finding text; seen bigint; mine bigint; f activities_figure;
BEGIN
    PERFORM set_config('poi.actor', actor, true), set_config('poi.client', client::text, true),
            set_config('poi.user', '', true), set_config('poi.request_id', request, true),
            set_config('poi.cause', '', true), set_config('poi.known_from', '', true);
    SELECT s.verdict INTO finding
      FROM submit_progress(
               ARRAY[activity], NULL, NULL, NULL,
               ARRAY[(SELECT p.year FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id
                       WHERE a.id = activity)]::int[],
               ARRAY[1], ARRAY[month], ARRAY[executed], ARRAY[reason], ARRAY[url], ARRAY[expected], NULL,
               readable, writable, false, false, transaction_timestamp()) s;
    IF (finding IN ('created', 'updated', 'unchanged')) IS NOT TRUE THEN
        RETURN;
    END IF;
    SELECT * INTO f FROM activities_figure WHERE activity_id = activity;
    SELECT coalesce(max(c.position), 0) INTO seen FROM units_changeset c;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    SELECT c.position INTO mine FROM units_changeset c
     WHERE c.id = nullif(current_setting('poi.change_set', true), '')::bigint;
    -- Others may have committed between: then their changes are not all in what is shown
    RETURN QUERY SELECT CASE WHEN mine = seen + 1 THEN mine ELSE seen END, finding, f.programmed[month],
                        f.executed[month], f.pending[month], f.pending_version[month], f.status[month],
                        f.late[month], f.entry_version[month], f.reason[month], f.evidence_url[month];
END $$;
