-- The figures of activities as they were known at a past moment, made from the stored ones: what was said later is taken
-- back, month by month. Reads units_change, activities_progressentry, activities_review and activities_figure, within
-- `past(moment)` (units/sql/past.sql).

-- A row's figures with some months replaced by others.
CREATE FUNCTION with_months(figures anyarray, months int[], others anyarray) RETURNS anyarray
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    FOR i IN 1 .. coalesce(cardinality(months), 0) LOOP
        figures[months[i]] := others[i];
    END LOOP;
    RETURN figures;
END $$;

-- What is to be put into the stored figures of those activities of which something was recorded after the moment that is
-- read: the months of which something was said later, as they were known, and the target where it changed. Where more
-- than four things were recorded later, or no figures are stored any more, all is made from the history, which is then
-- less work.
CREATE FUNCTION former_figures(ids bigint[], moment timestamptz)
RETURNS TABLE (activity_id bigint, is_retargeted boolean, programmed numeric[], cancelled_from int, months int[],
               executed numeric[], late boolean[], reason text[], evidence_url text[], pending numeric[],
               pending_version int[], entry_version int[], status text[])
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH later AS MATERIALIZED (
        SELECT c.part_of_id AS activity_id, c.entity, unnest(c.object_id || c.further_ids) AS object_id
          FROM unnest(ids) AS wanted (id) JOIN units_change c ON c.part_of_id = wanted.id
         -- compared as a pair, so that no index of all that came later is looked through
         WHERE (c.part_of_id, c.change_set_id) >= (wanted.id, current_setting('poi.first_later')::bigint)
    ), made_anew AS MATERIALIZED (
        SELECT activity_id FROM later GROUP BY activity_id HAVING count(*) > 4
         UNION
        SELECT id FROM unnest(ids) AS wanted (id)
         WHERE NOT EXISTS (SELECT FROM activities_figure f WHERE f.activity_id = wanted.id)
    ), single AS MATERIALIZED (
        SELECT * FROM later WHERE activity_id NOT IN (SELECT activity_id FROM made_anew)
    ), said AS MATERIALIZED (
        SELECT e.activity_id, e.month
          FROM single s JOIN activities_progressentry e ON e.id = s.object_id WHERE s.entity = 'progress_entry'
         UNION
        SELECT e.activity_id, e.month
          FROM single s JOIN activities_review r ON r.id = s.object_id
          JOIN activities_progressentry e ON e.id = r.entry_id WHERE s.entity = 'review'
    ), entry AS MATERIALIZED (
        SELECT j.* FROM said s CROSS JOIN LATERAL judged_entries(ARRAY[s.activity_id], moment) j WHERE j.month = s.month
    ), newest AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry ORDER BY activity_id, month, entry_version DESC
    ), official AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry WHERE status = 'accepted'
         ORDER BY activity_id, month, entry_version DESC
    ), known AS (
        SELECT activity_id, array_agg(month::int) AS months, array_agg(o.executed) AS executed,
               array_agg(o.late) AS late, array_agg(o.reason) AS reason, array_agg(o.evidence_url) AS evidence_url,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.executed END) AS pending,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.entry_version END) AS pending_version,
               array_agg(coalesce(n.entry_version, 0)) AS entry_version,
               array_agg(coalesce(n.status, 'unreported')) AS status
          FROM said LEFT JOIN newest n USING (activity_id, month) LEFT JOIN official o USING (activity_id, month)
         GROUP BY activity_id
    ), retargeted AS MATERIALIZED (
        SELECT DISTINCT activity_id FROM single WHERE entity = 'target_revision'
    )
    SELECT changed.activity_id, r.activity_id IS NOT NULL,
           coalesce(t.programmed, array_fill(0::numeric, ARRAY[12])), t.cancelled_from,
           known.months, known.executed, known.late, known.reason, known.evidence_url, known.pending,
           known.pending_version, known.entry_version, known.status
      FROM (SELECT DISTINCT activity_id FROM single) changed
      LEFT JOIN known ON known.activity_id = changed.activity_id
      LEFT JOIN retargeted r ON r.activity_id = changed.activity_id
      LEFT JOIN targets(ARRAY(SELECT activity_id FROM retargeted), NULL, moment) t ON t.activity_id = changed.activity_id
     UNION ALL
    SELECT f.activity_id, true, f.programmed, f.cancelled_from, ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
           f.executed, f.late, f.reason, f.evidence_url, f.pending, f.pending_version, f.entry_version, f.status
      FROM figure_rows(ARRAY(SELECT activity_id FROM made_anew), NULL, moment) f;
END $$;
