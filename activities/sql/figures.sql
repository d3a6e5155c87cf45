-- What the truth adds up to, per activity, in arrays from January to December. One function for the stored
-- read model and for questions about another version or moment, so that they cannot disagree.
-- Reads activities_targetrevision, activities_progressentry, activities_review and units_changeset.
-- When a transaction's content became known (domain.md, rule 9) each says itself: a function that is called for each row
-- would cost more than all the rest.

-- The latest target of each activity in a version (null: the latest), as known at a moment (null: now).
CREATE FUNCTION targets(ids bigint[], up_to_version int, moment timestamptz)
RETURNS TABLE (activity_id bigint, programmed numeric[], cancelled_from int)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT DISTINCT ON (r.activity_id) r.activity_id,
           (SELECT array_agg(trim_scale(q) ORDER BY month) FROM unnest(r.programmed) WITH ORDINALITY u(q, month)),
           r.cancelled_from::int
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
RETURNS TABLE (activity_id bigint, month smallint, entry_version int, executed numeric, status text,
               late boolean, reason text, evidence_url text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT e.activity_id, e.month, e.entry_version::int, trim_scale(e.executed),
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
RETURNS TABLE (activity_id bigint, programmed numeric[], cancelled_from int, executed numeric[], late boolean[],
               reason text[], evidence_url text[], pending numeric[], pending_version int[], entry_version int[],
               status text[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
           coalesce(asked.programmed, array_fill(0::numeric, ARRAY[12])),
           asked.cancelled_from,
           months.executed, months.late, months.reason, months.evidence_url,
           months.pending, months.pending_version, months.entry_version, months.status
      FROM months
      LEFT JOIN targets(ids, up_to_version, moment) AS asked ON asked.activity_id = months.id;
END $$;
