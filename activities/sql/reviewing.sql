-- Reviewing lists of months, as submitting.sql does with progress.
-- Reads units_unit, activities_plan, activities_activity, activities_figure, activities_progressentry and
-- units_changeset; writes activities_review.

-- Judge verdicts on entries and write the good ones, like `submit_progress` does with entries (domain.md, rule
-- 12): a reviewer of the unit, the newest entry of a month while it waits, and never one of the caller's own. The status of
-- a good one is what the month's newest entry then is.
CREATE FUNCTION review_progress(activities bigint[], fits int[], named int[], months int[], said text[], comments text[],
                                expected bigint[], flawed boolean[], readable bigint[], writable bigint[],
                                client bigint, person bigint, partly boolean, trial boolean)
RETURNS TABLE (statuses text[], versions int[], rejected json)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    IF NOT trial THEN
        PERFORM hold_for_progress(activities, writable);
    END IF;
    RETURN QUERY
    WITH known AS MATERIALIZED (
        SELECT i.place::int - 1 AS place, i.month, i.said, coalesce(i.comment, '') AS comment, i.expected, i.flawed,
               fits[i.name] AS fits,
               a.id, a.code, a.name, p.year, p.status AS plan_status,
               writable IS NULL OR u.path && writable AS may_write,
               count(*) OVER (PARTITION BY a.id, i.month) AS copies,
               f.entry_version[i.month] AS newest, f.status[i.month] AS state,
               i.month >= f.cancelled_from AS is_cancelled, e.id AS entry_id,
               coalesce(e.client_id = client, false) OR coalesce(e.user_id = person, false) AS own
          FROM unnest(named, months, said, comments, expected, flawed) WITH ORDINALITY
               AS i (name, month, said, comment, expected, flawed, place)
          LEFT JOIN (activities_activity a JOIN units_unit u ON u.id = a.unit_id)
            ON a.id = activities[i.name] AND (readable IS NULL OR u.path && readable)
          LEFT JOIN activities_plan p ON p.id = a.plan_id
          LEFT JOIN activities_figure f ON f.activity_id = a.id
          LEFT JOIN LATERAL (
              SELECT e.id, c.client_id, c.user_id
                FROM activities_progressentry e JOIN units_changeset c ON c.id = e.change_set_id
               WHERE e.activity_id = a.id AND e.month = i.month AND e.entry_version = f.entry_version[i.month]
               LIMIT 1) AS e ON true
    ), judged AS MATERIALIZED (
        SELECT k.*, CASE
                   WHEN k.id IS NULL AND k.fits > 1 THEN 'institution_required'
                   WHEN k.id IS NULL THEN 'unknown_activity'
                   WHEN NOT k.may_write THEN 'permission_denied'
                   WHEN k.month IS NOT NULL AND k.copies > 1 THEN 'duplicate_item'
                   WHEN k.flawed THEN 'flawed'
                   WHEN k.plan_status = 'draft' THEN 'plan_not_approved'
                   WHEN k.plan_status = 'closed' THEN 'plan_closed'
                   WHEN k.is_cancelled THEN 'activity_cancelled'
                   WHEN k.own AND k.expected = k.newest THEN 'own_entry'
                   WHEN k.state <> 'submitted' AND k.expected = k.newest THEN 'not_submitted'
                   WHEN k.expected <> k.newest THEN 'version_conflict'
                   ELSE 'good' END AS verdict
          FROM known k
    ), written AS (
        INSERT INTO activities_review (entry_id, verdict, comment, change_set_id)
        SELECT j.entry_id, j.said, j.comment, (SELECT current_change_set())
          FROM judged j
         WHERE j.verdict = 'good' AND NOT trial
           AND (partly OR NOT EXISTS (SELECT FROM judged b WHERE b.verdict <> 'good'))
         ORDER BY j.place
    )
    SELECT array_agg(CASE WHEN j.verdict <> 'good' THEN j.state WHEN j.said = 'accept' THEN 'accepted' ELSE 'returned' END
                     ORDER BY j.place),
           array_agg(j.newest ORDER BY j.place),
           json_agg((SELECT why FROM (SELECT j.place, j.verdict, j.id AS activity_id, j.code, j.name, j.year, j.month,
                                             j.newest AS entry_version, j.state) AS why))
               FILTER (WHERE j.verdict <> 'good')
      FROM judged j;
END $$;
