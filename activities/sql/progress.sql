-- Writing progress set by set (domain.md, rules 10 to 12): what a list of items names is found, held and judged,
-- and what is good is written, in one statement of the client's however long the list is.
-- Planning these statements takes longer than running them for one month, so their plans are kept.
-- `readable` and `writable` are the units on which the caller holds the role, null: everywhere.

-- What each item names: its activity, and how many fit (counted up to two: a code may be that of several
-- institutions). One row per item; `activity_id` is 0 unless one alone in sight fits.
CREATE FUNCTION activities_named(items jsonb, readable bigint[])
RETURNS TABLE (place int, activity_id bigint, fits int)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH name AS MATERIALIZED (
        SELECT i.id, i.code, i.institution_id, i.institution, i.year, array_agg(i.place) AS places
          FROM jsonb_to_recordset(items)
               AS i (place int, id bigint, code text, institution_id bigint, institution text, year int)
         GROUP BY i.id, i.code, i.institution_id, i.institution, i.year
    ), plan AS MATERIALIZED (
        SELECT p.id, p.year, p.institution_id, root.code AS institution
          FROM activities_plan p JOIN units_unit root ON root.id = p.institution_id
         WHERE p.year IN (SELECT year FROM name)
           AND (readable IS NULL OR p.institution_id IN (SELECT institution_id FROM units_unit WHERE id = ANY (readable)))
    )
    SELECT unnest(name.places), CASE hit.fits WHEN 1 THEN hit.id ELSE 0 END, hit.fits
      FROM name
     CROSS JOIN LATERAL (
          SELECT min(one.id) AS id, count(*)::int AS fits
            FROM (SELECT a.id
                    FROM activities_activity a
                    JOIN plan p ON p.id = a.plan_id
                    JOIN units_unit u ON u.id = a.unit_id
                   WHERE name.id IS NOT NULL AND a.id = name.id AND p.year = name.year
                     AND p.institution_id = coalesce(name.institution_id, p.institution_id)
                     AND p.institution = coalesce(name.institution, p.institution)
                     AND (readable IS NULL OR u.path && readable)
                   UNION ALL
                  (SELECT a.id
                     FROM plan p
                     JOIN activities_activity a ON a.plan_id = p.id AND a.code = name.code
                     JOIN units_unit u ON u.id = a.unit_id
                    WHERE name.id IS NULL AND p.year = name.year
                      AND p.institution_id = coalesce(name.institution_id, p.institution_id)
                      AND p.institution = coalesce(name.institution, p.institution)
                      AND (readable IS NULL OR u.path && readable)
                    LIMIT 2)) AS one) AS hit;
END $$;

-- Hold the plans, then the activities, each in order: whoever writes into a plan does (nobody waits in a
-- circle). Only what the caller may write is held.
CREATE FUNCTION hold_for_progress(ids bigint[], writable bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE mine bigint[]; plans bigint[];
BEGIN
    SELECT array_agg(DISTINCT a.id), array_agg(DISTINCT a.plan_id) INTO mine, plans
      FROM activities_activity a JOIN units_unit u ON u.id = a.unit_id
     WHERE a.id = ANY (ids) AND (writable IS NULL OR u.path && writable);
    PERFORM FROM activities_plan WHERE id = ANY (plans) ORDER BY id FOR SHARE;
    PERFORM hold_activities(mine);
END $$;

-- Whether a quantity is further from its programme than the plan tolerates (rule 11); equal is inside.
CREATE FUNCTION deviates(executed numeric, programmed numeric, tolerance numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(CASE WHEN programmed = 0 THEN tolerance IS NOT NULL AND executed > 0
                     ELSE abs(executed - programmed) * 100 > tolerance * programmed END, false);

-- Through which day a month is open again for a unit (its path is given); null if it is not.
CREATE FUNCTION reopened_until(period bigint, path bigint[]) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT max(r.until) FROM activities_reopening r
         WHERE r.period_id = period AND r.unit_id = ANY (path)
           AND NOT EXISTS (SELECT FROM activities_reopeningwithdrawal w WHERE w.reopening_id = r.id));

-- Judge items and write the good ones: unless one is bad and it is not to be done `partly`, and not in a
-- `trial`. The day in Lima at `moment` decides windows. An item that is `flawed` in itself is only looked up.
CREATE FUNCTION submit_progress(items jsonb, readable bigint[], writable bigint[], partly boolean, trial boolean,
                                moment timestamptz)
RETURNS TABLE (place int, verdict text, activity_id bigint, code text, name text, year int, month int,
               entry_version int, programmed numeric, tolerance numeric, opens_on date, closes_on date,
               reopened_until date)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE named bigint[]; fits int[]; today date := (moment AT TIME ZONE 'America/Lima')::date;
BEGIN
    SELECT array_agg(n.activity_id ORDER BY n.place), array_agg(n.fits ORDER BY n.place) INTO named, fits
      FROM activities_named(items, readable) n;
    IF NOT trial THEN
        PERFORM hold_for_progress(named, writable);
    END IF;
    RETURN QUERY
    WITH known AS MATERIALIZED (
        SELECT i.place, i.month, i.executed, i.reason, i.evidence_url, i.expected, i.flawed, fits[i.place + 1] AS fits,
               a.id, a.code, a.name, p.year, p.status AS plan_status, p.tolerance_percent, p.requires_review,
               writable IS NULL OR u.path && writable AS may_write,
               count(*) OVER (PARTITION BY a.id, i.month) AS copies,
               f.programmed[i.month] AS programmed, f.entry_version[i.month] AS newest, f.status[i.month] AS state,
               -- a submitted entry's content is not in the figures, but for its quantity
               CASE f.status[i.month] WHEN 'accepted' THEN f.executed[i.month] ELSE f.pending[i.month] END AS was,
               CASE f.status[i.month] WHEN 'accepted' THEN f.reason[i.month] ELSE e.reason END AS was_reason,
               CASE f.status[i.month] WHEN 'accepted' THEN f.evidence_url[i.month] ELSE e.evidence_url END AS was_url,
               o.opens_on, o.due_on, o.closes_on, reopened_until(o.id, u.path) AS reopened_until
          FROM jsonb_to_recordset(items) AS i (place int, month int, executed numeric, reason text,
                                               evidence_url text, expected bigint, flawed boolean)
          LEFT JOIN (activities_activity a JOIN units_unit u ON u.id = a.unit_id)
            ON a.id = named[i.place + 1] AND (readable IS NULL OR u.path && readable)
          LEFT JOIN activities_plan p ON p.id = a.plan_id
          LEFT JOIN activities_figure f ON f.activity_id = a.id
          LEFT JOIN activities_reportingperiod o ON o.plan_id = a.plan_id AND o.month = i.month
          LEFT JOIN LATERAL (
              SELECT e.reason, e.evidence_url FROM activities_progressentry e
               WHERE f.status[i.month] = 'submitted' AND e.activity_id = a.id AND e.month = i.month
                 AND e.entry_version = f.entry_version[i.month] LIMIT 1) AS e ON true
    ), judged AS MATERIALIZED (
        SELECT k.*, CASE
                   WHEN k.id IS NULL AND k.fits > 1 THEN 'institution_required'
                   WHEN k.id IS NULL THEN 'unknown_activity'
                   WHEN NOT k.may_write THEN 'permission_denied'
                   WHEN k.month IS NOT NULL AND k.copies > 1 THEN 'duplicate_item'
                   WHEN k.flawed THEN 'flawed'
                   WHEN k.reason = '' AND k.executed IS NULL THEN 'withdrawal_reason_required'
                   WHEN k.reason = '' AND deviates(k.executed, k.programmed, k.tolerance_percent) THEN 'reason_required'
                   WHEN k.plan_status = 'draft' THEN 'plan_not_approved'
                   WHEN k.plan_status = 'closed' THEN 'plan_closed'
                   WHEN k.opens_on IS NULL OR today < k.opens_on THEN 'period_not_open'
                   WHEN today > k.closes_on AND (k.reopened_until IS NULL OR today > k.reopened_until)
                        THEN 'period_closed'
                   WHEN k.expected <> k.newest THEN 'version_conflict'
                   WHEN k.newest = 0 AND k.executed IS NULL THEN 'unchanged'
                   WHEN k.state IN ('accepted', 'submitted') AND k.was IS NOT DISTINCT FROM k.executed
                        AND k.was_reason = k.reason AND k.was_url = k.evidence_url THEN 'unchanged'
                   WHEN k.newest = 0 THEN 'created'
                   ELSE 'updated' END AS verdict
          FROM known k
    ), written AS (
        INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, reason, evidence_url,
                                              is_late, needs_review, origin, change_set_id)
        SELECT j.id, j.month, j.newest + 1, j.executed, j.reason, j.evidence_url, today > j.due_on,
               j.requires_review, 'api', (SELECT current_change_set())
          FROM judged j
         WHERE j.verdict IN ('created', 'updated') AND NOT trial
           AND (partly OR NOT EXISTS (SELECT FROM judged b WHERE b.verdict NOT IN ('created', 'updated', 'unchanged')))
         ORDER BY j.place
    )
    SELECT j.place, j.verdict, j.id, j.code::text, j.name::text, j.year::int, j.month,
           j.newest + CASE WHEN j.verdict IN ('created', 'updated') THEN 1 ELSE 0 END,
           j.programmed, j.tolerance_percent, j.opens_on, j.closes_on, j.reopened_until
      FROM judged j ORDER BY j.place;
END $$;
