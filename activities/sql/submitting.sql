-- Writing progress set by set (domain.md, rules 10 to 12): what a list names (naming.sql) is held and judged, and what
-- is good is written, in one statement of the client's however long the list is.
-- Reads units_unit, activities_plan, activities_activity, activities_reportingperiod, activities_reopening,
-- activities_reopeningwithdrawal and activities_figure; reads and writes units_changeset and activities_progressentry.
-- Planning takes longer than running for one month, so plans are kept; and they are pinned to what stays good for one
-- month and for 5,000, in a small database and in a large one.

-- Whether a quantity is further from its programme than the plan tolerates (rule 11); equal is inside.
CREATE FUNCTION deviates(executed numeric, programmed numeric, tolerance numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN tolerance IS NOT NULL AND coalesce(CASE WHEN programmed = 0 THEN executed > 0
                                               ELSE abs(executed - programmed) * 100 > tolerance * programmed END, false);

-- Through which day a month is open again for a unit (its path is given); null if it is not.
CREATE FUNCTION reopened_until(period bigint, path bigint[]) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT max(r.until) FROM activities_reopening r
         WHERE r.period_id = period AND r.unit_id = ANY (path)
           AND NOT EXISTS (SELECT FROM activities_reopeningwithdrawal w WHERE w.reopening_id = r.id));

-- The finding of each item, in order: its activity (null if the caller does not see it), its state, and what forbids it or
-- becomes of it. The day in Lima `today` decides windows. An item that is `flawed` in itself is only looked up.
-- `activities` and `fits` are those of the names. Reads only what they name, and joins it whole: never one by one.
CREATE FUNCTION judge_progress(activities bigint[], fits int[], named int[], months int[], quantities numeric[],
                               reasons text[], urls text[], expected bigint[], flawed boolean[],
                               readable bigint[], writable bigint[], today date)
RETURNS TABLE (place int, verdict text, activity_id bigint, month int, newest int, executed numeric, reason text,
               evidence_url text, is_late boolean, needs_review boolean)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE plans bigint[]; units bigint[];
BEGIN
    SELECT array_agg(DISTINCT a.plan_id), array_agg(DISTINCT a.unit_id) INTO plans, units
      FROM activities_activity a WHERE a.id = ANY (activities);
    RETURN QUERY
    WITH item AS NOT MATERIALIZED (
        SELECT i - 1 AS place, activities[named[i]] AS id, fits[named[i]] AS fits, months[i] AS month,
               quantities[i] AS executed, coalesce(reasons[i], '') AS reason, coalesce(urls[i], '') AS url,
               expected[i] AS expected, flawed[i] AS flawed
          FROM generate_subscripts(named, 1) AS i OFFSET 0  -- so each element is looked up once
    ), repeated AS (
        SELECT id, month FROM item WHERE month IS NOT NULL GROUP BY id, month HAVING count(*) > 1
    ), known AS (
        SELECT i.*, a.id AS activity_id, p.status AS plan_status, p.tolerance_percent, p.requires_review, u.path,
               writable IS NULL OR u.path && writable AS may_write, f.programmed[i.month] AS programmed,
               f.entry_version[i.month] AS newest, f.status[i.month] AS state,
               i.month >= f.cancelled_from AS is_cancelled, f.executed[i.month] AS was, f.reason[i.month] AS was_reason,
               f.evidence_url[i.month] AS was_url, f.pending[i.month] AS pending, o.id AS period, o.opens_on, o.due_on,
               o.closes_on
          FROM item i
          LEFT JOIN (activities_activity a
                     JOIN units_unit u ON u.id = a.unit_id AND u.id = ANY (units)
                     JOIN activities_plan p ON p.id = a.plan_id AND p.id = ANY (plans)
                     JOIN activities_figure f ON f.activity_id = a.id AND f.activity_id = ANY (activities))
            ON a.id = i.id AND a.id = ANY (activities) AND NOT a.is_struck_out
               AND (readable IS NULL OR u.path && readable)
          LEFT JOIN activities_reportingperiod o ON o.plan_id = p.id AND o.month = i.month AND o.plan_id = ANY (plans)
    )
    SELECT k.place, CASE
               WHEN k.activity_id IS NULL AND k.fits > 1 THEN 'institution_required'
               WHEN k.activity_id IS NULL THEN 'unknown_activity'
               WHEN NOT k.may_write THEN 'permission_denied'
               -- where a null stands on either side, all are looked through
               WHEN k.month IS NOT NULL AND (k.activity_id, k.month) IN (SELECT id, month FROM repeated)
                    THEN 'duplicate_item'
               WHEN k.flawed THEN 'flawed'
               -- where nothing is taken, no reason helps
               WHEN k.plan_status = 'draft' THEN 'plan_not_approved'
               WHEN k.plan_status = 'closed' THEN 'plan_closed'
               WHEN k.is_cancelled THEN 'activity_cancelled'
               WHEN k.opens_on IS NULL OR today < k.opens_on THEN 'period_not_open'
               WHEN today > k.closes_on AND coalesce(today > reopened_until(k.period, k.path), true) THEN 'period_closed'
               WHEN k.reason = '' AND k.executed IS NULL THEN 'withdrawal_reason_required'
               WHEN k.reason = '' AND deviates(k.executed, k.programmed, k.tolerance_percent) THEN 'reason_required'
               WHEN k.expected <> k.newest THEN 'version_conflict'
               WHEN k.newest = 0 AND k.executed IS NULL THEN 'unchanged'
               WHEN k.state = 'accepted' AND k.was IS NOT DISTINCT FROM k.executed
                    AND k.was_reason = k.reason AND k.was_url = k.url THEN 'unchanged'
               -- of a submitted entry the figures hold the quantity alone
               WHEN k.state = 'submitted' AND k.pending IS NOT DISTINCT FROM k.executed
                    AND EXISTS (SELECT FROM activities_progressentry e
                                 WHERE e.activity_id = k.activity_id AND e.month = k.month
                                   AND e.entry_version = k.newest AND e.reason = k.reason AND e.evidence_url = k.url)
                    THEN 'unchanged'
               WHEN k.newest = 0 THEN 'created'
               ELSE 'updated' END,
           k.activity_id, k.month, k.newest, k.executed, k.reason, k.url, coalesce(today > k.due_on, false),
           k.requires_review
      FROM known k ORDER BY k.place;
END $$;

-- Judge items and write the good ones: unless one is bad and it is not to be done `partly`, and not in a `trial`.
-- `activities` and `fits` are those of the names. Status and version of each item, in order; of the rejected ones alone
-- what explains it, as JSON (`Judged` of verdicts.py), null where none is.
CREATE FUNCTION submit_progress(activities bigint[], fits int[], named int[], months int[], quantities numeric[],
                                reasons text[], urls text[], expected bigint[], flawed boolean[], readable bigint[],
                                writable bigint[], partly boolean, trial boolean, moment timestamptz)
RETURNS TABLE (statuses text[], versions int[], rejected json)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE today date := (moment AT TIME ZONE 'America/Lima')::date; good text[] := '{created,updated,unchanged}';
BEGIN
    IF NOT trial THEN
        PERFORM hold_for_progress(activities, writable);
    END IF;
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT * FROM judge_progress(activities, fits, named, months, quantities, reasons, urls, expected, flawed,
                                     readable, writable, today)
    ), written AS (
        INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, reason, evidence_url,
                                              is_late, needs_review, origin, change_set_id)
        SELECT j.activity_id, j.month, j.newest + 1, j.executed, j.reason, j.evidence_url, j.is_late, j.needs_review,
               'api', (SELECT current_change_set())
          FROM judged j
         WHERE j.verdict IN ('created', 'updated') AND NOT trial
           AND (partly OR NOT EXISTS (SELECT FROM judged b WHERE b.verdict <> ALL (good)))
    )
    SELECT array_agg(j.verdict), array_agg(j.newest + (j.verdict IN ('created', 'updated'))::int),
           json_agg((SELECT why FROM (SELECT j.place, j.verdict, j.activity_id, a.code, a.name, p.year, j.month,
                                             j.newest AS entry_version, f.programmed[j.month] AS programmed,
                                             p.tolerance_percent AS tolerance, o.opens_on, o.closes_on,
                                             CASE WHEN today > o.closes_on THEN reopened_until(o.id, u.path) END
                                                 AS reopened_until
                                        FROM (SELECT) AS one
                                        LEFT JOIN (activities_activity a JOIN units_unit u ON u.id = a.unit_id
                                                   JOIN activities_plan p ON p.id = a.plan_id
                                                   JOIN activities_figure f ON f.activity_id = a.id)
                                          ON a.id = j.activity_id
                                        LEFT JOIN activities_reportingperiod o
                                          ON o.plan_id = p.id AND o.month = j.month) AS why))
               FILTER (WHERE j.verdict <> ALL (good))
      FROM judged j;
END $$;

-- Submit months of one client, each for a request of its own, as one transaction in one statement: they are judged like
-- a list, what is good is written by who is named and holds the role on `units`, each with a change set of its own; their
-- places in the change order are taken as the commit would, and the months are returned as they then are, with their
-- place in the list. `point` is that of the change order: those before it are all seen once it is taken. What is not to
-- be written, comes twice, or would have to be waited for since others hold it, has no row, and nothing of it is done.
CREATE FUNCTION submit_months(actor text, client bigint, units bigint[], requests text[], activities bigint[],
                              months int[], quantities numeric[], reasons text[], urls text[], expected bigint[])
RETURNS TABLE (place int, point text, result text, programmed numeric, executed numeric, pending numeric,
               pending_version int, status text, late boolean, entry_version int, reason text, evidence_url text)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE held bigint[]; places int[]; verdicts text[]; entries activities_progressentry[]; sets bigint[];
BEGIN
    held := ARRAY(SELECT a.id FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id
                   WHERE a.id = ANY (activities)
                     AND (units IS NULL OR (SELECT u.path && units FROM units_unit u WHERE u.id = a.unit_id))
                     FOR SHARE OF p SKIP LOCKED FOR NO KEY UPDATE OF a SKIP LOCKED);
    SELECT array_agg(j.place), array_agg(j.verdict),
           array_agg(ROW(NULL, j.month, j.newest + 1, j.executed, j.reason, j.evidence_url, j.is_late, j.needs_review,
                         'api', j.activity_id, NULL)::activities_progressentry)
      INTO places, verdicts, entries
      FROM judge_progress(activities, array_fill(1, ARRAY[cardinality(activities)]),
                          ARRAY(SELECT generate_subscripts(activities, 1)), months, quantities, reasons, urls, expected,
                          NULL, units, units, (transaction_timestamp() AT TIME ZONE 'America/Lima')::date) j
     WHERE j.verdict IN ('created', 'updated') AND j.activity_id = ANY (held);
    IF places IS NULL THEN
        RETURN;
    END IF;
    WITH made AS (
        INSERT INTO units_changeset (actor, client_id, request_id, cause, xid)
        SELECT submit_months.actor, client, requests[place + 1], '', 0 FROM unnest(places) AS place
        RETURNING id
    ) SELECT array_agg(id ORDER BY id) INTO sets FROM made;
    INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, reason, evidence_url,
                                          is_late, needs_review, origin, change_set_id)
    SELECT e.activity_id, e.month, e.entry_version, e.executed, e.reason, e.evidence_url, e.is_late, e.needs_review,
           e.origin, sets[e.ordinality]
      FROM unnest(entries) WITH ORDINALITY AS e;
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN QUERY SELECT n.place, point_of(c.position, c.committed_at), n.verdict, f.programmed[m], f.executed[m],
                        f.pending[m], f.pending_version[m], f.status[m], f.late[m], f.entry_version[m], f.reason[m],
                        f.evidence_url[m]
                   FROM unnest(places, verdicts, sets) AS n (place, verdict, id)
                   JOIN units_changeset c ON c.id = n.id
                   JOIN activities_figure f ON f.activity_id = activities[n.place + 1]
                  CROSS JOIN LATERAL (SELECT months[n.place + 1]) AS of (m);
END $$;

-- Submit a list of one client for a request, as one transaction in one statement: what it names (`activities_named`) is
-- judged and written like every list, and its place in the change order is taken as the commit would. No row, and nothing
-- done, where one item is not good, or nothing changes. What is named is told as it is known at `point`.
CREATE FUNCTION submit_list(actor text, client bigint, units bigint[], request text, ids bigint[], codes text[],
                            institution_ids bigint[], institutions text[], years int[], named int[], months int[],
                            quantities numeric[], reasons text[], urls text[], expected bigint[])
RETURNS TABLE (point text, statuses text[], versions int[], activities bigint[], names json)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE fits int[];
BEGIN
    PERFORM set_config('poi.actor', actor, true), set_config('poi.client', client::text, true),
            set_config('poi.request_id', request, true);
    SELECT array_agg(n.activity_id), array_agg(n.fits) INTO activities, fits
      FROM activities_named(ids, codes, institution_ids, institutions, years, units) AS n;
    SELECT d.statuses, d.versions INTO statuses, versions
      FROM submit_progress(activities, fits, named, months, quantities, reasons, urls, expected, NULL, units, units,
                           false, false, transaction_timestamp()) AS d;
    point := take_position();
    IF point IS NOT NULL THEN
        names := (SELECT json_agg(json_build_array(a.code, a.name) ORDER BY n.place)
                    FROM unnest(activities) WITH ORDINALITY AS n (id, place) JOIN activities_activity a ON a.id = n.id);
        RETURN NEXT;
    END IF;
END $$;
