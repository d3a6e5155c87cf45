-- What the truth adds up to, per activity, in arrays from January to December. One function for the stored
-- read model and for questions about another version or moment, so that they cannot disagree.

-- When a transaction's content became known (domain.md, rule 9). The functions below say it themselves: called
-- for each row it would cost more than all the rest.
CREATE FUNCTION known_by(change_set bigint, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN moment IS NULL OR EXISTS (
    SELECT FROM units_changeset WHERE id = change_set AND coalesce(known_from, committed_at) <= moment);

-- The latest target of each activity in a version (null: the latest), as known at a moment (null: now).
CREATE FUNCTION targets(ids bigint[], up_to_version int, moment timestamptz)
RETURNS TABLE (activity_id bigint, programmed numeric[], is_cancelled boolean)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT DISTINCT ON (r.activity_id) r.activity_id,
           (SELECT array_agg(trim_scale(q) ORDER BY month) FROM unnest(r.programmed) WITH ORDINALITY u(q, month)),
           r.is_cancelled
      FROM activities_targetrevision r
     WHERE r.activity_id = ANY (ids)
       AND (up_to_version IS NULL OR r.version <= up_to_version)
       AND (moment IS NULL OR EXISTS (SELECT FROM units_changeset c
                                       WHERE c.id = r.change_set_id AND coalesce(c.known_from, c.committed_at) <= moment))
     ORDER BY r.activity_id, r.version DESC, r.id DESC;
END;

-- Entries with what became of each (domain.md, rule 12): the latest review decides; without any, an
-- entry that needs none is accepted.
CREATE FUNCTION judged_entries(ids bigint[], moment timestamptz)
RETURNS TABLE (activity_id bigint, month int, entry_version int, executed numeric, status text,
               late boolean, reason text, evidence_url text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT e.activity_id, e.month::int, e.entry_version::int, trim_scale(e.executed),
           CASE latest.verdict WHEN 'accept' THEN 'accepted' WHEN 'return' THEN 'returned'
                ELSE CASE WHEN e.needs_review THEN 'submitted' ELSE 'accepted' END END,
           e.is_late, e.reason, e.evidence_url::text
      FROM activities_progressentry e
      LEFT JOIN LATERAL (
          SELECT r.verdict FROM activities_review r
           WHERE r.entry_id = e.id
             AND (moment IS NULL OR EXISTS (SELECT FROM units_changeset c
                                             WHERE c.id = r.change_set_id
                                               AND coalesce(c.known_from, c.committed_at) <= moment))
           ORDER BY r.id DESC LIMIT 1) latest ON true
     WHERE e.activity_id = ANY (ids)
       AND (moment IS NULL OR EXISTS (SELECT FROM units_changeset c
                                       WHERE c.id = e.change_set_id AND coalesce(c.known_from, c.committed_at) <= moment));
END;

CREATE FUNCTION figure_rows(ids bigint[], up_to_version int, moment timestamptz)
RETURNS TABLE (activity_id bigint, programmed numeric[], initial numeric[], is_cancelled boolean,
               executed numeric[], late boolean[], reason text[], evidence_url text[],
               pending numeric[], pending_version int[], entry_version int[], status text[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH entry AS MATERIALIZED (
        SELECT * FROM judged_entries(ids, moment)
    ), newest AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry
         ORDER BY activity_id, month, entry_version DESC
    ), official AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry WHERE status = 'accepted'
         ORDER BY activity_id, month, entry_version DESC
    ), months AS (
        SELECT a.id,
               array_agg(o.executed ORDER BY m.month) AS executed,
               array_agg(o.late ORDER BY m.month) AS late,
               array_agg(o.reason ORDER BY m.month) AS reason,
               array_agg(o.evidence_url ORDER BY m.month) AS evidence_url,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.executed END ORDER BY m.month) AS pending,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.entry_version END ORDER BY m.month)
                   AS pending_version,
               array_agg(coalesce(n.entry_version, 0) ORDER BY m.month) AS entry_version,
               array_agg(coalesce(n.status, 'unreported') ORDER BY m.month) AS status
          FROM (SELECT DISTINCT unnest(ids)) AS a (id)
         CROSS JOIN generate_series(1, 12) AS m (month)
          LEFT JOIN newest n ON n.activity_id = a.id AND n.month = m.month
          LEFT JOIN official o ON o.activity_id = a.id AND o.month = m.month
         GROUP BY a.id
    )
    SELECT months.id,
           coalesce(chosen.programmed, array_fill(0::numeric, ARRAY[12])),
           coalesce(first.programmed, array_fill(0::numeric, ARRAY[12])),
           coalesce(chosen.is_cancelled, false),
           months.executed, months.late, months.reason, months.evidence_url,
           months.pending, months.pending_version, months.entry_version, months.status
      FROM months
      LEFT JOIN targets(ids, up_to_version, moment) AS chosen ON chosen.activity_id = months.id
      LEFT JOIN targets(ids, 1, moment) AS first ON first.activity_id = months.id;
END $$;

-- Lock activities, in order: what another transaction is just adding to one of them is waited for, and then
-- seen. Whoever writes a figure holds its activity.
CREATE FUNCTION hold_activities(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM activities_activity WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- Bring the read model up to date for some activities; returns how many rows were not as they should be.
CREATE FUNCTION refresh_figures(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE amended bigint; added bigint;
BEGIN
    PERFORM hold_activities(ids);
    WITH truth AS MATERIALIZED (SELECT * FROM figure_rows(ids, NULL, NULL))
    UPDATE activities_figure f
       SET programmed = t.programmed, initial = t.initial, is_cancelled = t.is_cancelled, executed = t.executed,
           late = t.late, reason = t.reason, evidence_url = t.evidence_url, pending = t.pending,
           pending_version = t.pending_version, entry_version = t.entry_version, status = t.status
      FROM truth t
     WHERE f.activity_id = t.activity_id
       AND (f.programmed, f.initial, f.is_cancelled, f.executed, f.late, f.reason, f.evidence_url, f.pending,
            f.pending_version, f.entry_version, f.status)
           IS DISTINCT FROM
           (t.programmed, t.initial, t.is_cancelled, t.executed, t.late, t.reason, t.evidence_url, t.pending,
            t.pending_version, t.entry_version, t.status);
    GET DIAGNOSTICS amended = ROW_COUNT;
    SELECT array_agg(a.id) INTO ids FROM activities_activity a
     WHERE a.id = ANY (ids) AND NOT EXISTS (SELECT FROM activities_figure f WHERE f.activity_id = a.id);
    IF ids IS NULL THEN
        RETURN amended;
    END IF;
    INSERT INTO activities_figure (activity_id, programmed, initial, is_cancelled, executed, late, reason,
                                   evidence_url, pending, pending_version, entry_version, status)
    SELECT * FROM figure_rows(ids, NULL, NULL);
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN amended + added;
END $$;

-- The same, and the stored measures too, which otherwise follow their row by themselves (measures.sql).
CREATE FUNCTION rebuild_figures(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE amended bigint := refresh_figures(ids); measured bigint;
BEGIN
    UPDATE activities_figure f SET activity_id = f.activity_id
      FROM activities_figure g
      JOIN activities_activity a ON a.id = g.activity_id
     CROSS JOIN LATERAL measures(a.accumulation, g.programmed, g.executed) m
     WHERE f.activity_id = g.activity_id AND g.activity_id = ANY (ids)
       AND (g.quarter_programmed, g.quarter_executed, g.quarter_progress, g.annual_target, g.executed_total, g.progress)
           IS DISTINCT FROM
           (m.quarter_programmed, m.quarter_executed, m.quarter_progress, m.annual_target, m.executed_total, m.progress);
    GET DIAGNOSTICS measured = ROW_COUNT;
    RETURN amended + measured;
END $$;

CREATE FUNCTION figures_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE ids bigint[];
BEGIN
    IF TG_TABLE_NAME = 'activities_activity' THEN
        SELECT array_agg(id ORDER BY id) INTO ids FROM new_rows;
    ELSIF TG_TABLE_NAME = 'activities_review' THEN
        SELECT array_agg(DISTINCT e.activity_id) INTO ids
          FROM new_rows r JOIN activities_progressentry e ON e.id = r.entry_id;
    ELSE
        SELECT array_agg(DISTINCT activity_id) INTO ids FROM new_rows;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM refresh_figures(ids);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION figures_leave() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM activities_figure WHERE activity_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_leave AFTER DELETE ON activities_activity
FOR EACH ROW EXECUTE FUNCTION figures_leave();
ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER figures_leave;
