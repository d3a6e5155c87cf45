-- What lists of progress and of reviews name, and holding it (submitting.sql, reviewing.sql). Lists come as arrays: JSON
-- took as long to read as what it said to judge. One element per item, and each name once: an item says with which of
-- the names, counted from 1, it names its activity.
-- Reads units_unit, activities_plan and activities_activity, and locks rows of the last two.
-- `readable` and `writable` are the units on which the caller holds the role, null: everywhere.

-- What each name fits: an activity (0 unless just one that the caller sees fits), and how many (counted up to two: a code may
-- be that of several institutions). One row per name, in order.
CREATE FUNCTION activities_named(ids bigint[], codes text[], institution_ids bigint[], institutions text[],
                                 years int[], readable bigint[])
RETURNS TABLE (activity_id bigint, fits int)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH name AS MATERIALIZED (
        SELECT n.place, n.id, n.code, n.year,
               CASE WHEN n.institution IS NULL THEN n.institution_id
                    ELSE coalesce((SELECT root.id FROM units_unit root WHERE root.code = n.institution), 0)
               END AS institution
          FROM unnest(ids, codes, institution_ids, institutions, years) WITH ORDINALITY
               AS n (id, code, institution_id, institution, year, place)
    ), plan AS MATERIALIZED (
        SELECT p.id, p.year FROM activities_plan p
         WHERE p.year IN (SELECT year FROM name WHERE id IS NULL AND institution IS NULL)
           AND (readable IS NULL
                OR p.institution_id IN (SELECT institution_id FROM units_unit WHERE id = ANY (readable)))
    )
    SELECT CASE count(hit.id) WHEN 1 THEN min(hit.id) ELSE 0 END, count(hit.id)::int
      FROM (SELECT place, NULL::bigint FROM name
             UNION ALL
            SELECT name.place, a.id
              FROM name JOIN activities_activity a ON a.id = name.id
              JOIN activities_plan p ON p.id = a.plan_id JOIN units_unit u ON u.id = a.unit_id
             WHERE NOT a.is_struck_out AND p.year = name.year
               AND p.institution_id = coalesce(name.institution, p.institution_id)
               AND (readable IS NULL OR u.path && readable)
             UNION ALL
            SELECT name.place, a.id
              FROM name JOIN activities_plan p ON p.institution_id = name.institution AND p.year = name.year
              JOIN activities_activity a ON a.plan_id = p.id AND a.code = name.code
              JOIN units_unit u ON u.id = a.unit_id
             WHERE name.id IS NULL AND NOT p.is_struck_out AND NOT a.is_struck_out
               AND (readable IS NULL OR u.path && readable)
             UNION ALL
            SELECT name.place, one.id
              FROM name
             CROSS JOIN LATERAL (SELECT a.id
                                   FROM plan p JOIN activities_activity a ON a.plan_id = p.id
                                   JOIN units_unit u ON u.id = a.unit_id
                                  WHERE p.year = name.year AND a.code = name.code AND NOT a.is_struck_out
                                    AND (readable IS NULL OR u.path && readable)
                                  LIMIT 2) AS one
             WHERE name.id IS NULL AND name.institution IS NULL) AS hit (place, id)
     GROUP BY hit.place ORDER BY hit.place;
END $$;

-- Hold the plans, then the activities, each in order: whoever writes into a plan does (nobody waits in a
-- circle). Only what the caller may write is held.
CREATE FUNCTION hold_for_progress(ids bigint[], writable bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE mine bigint[]; plans bigint[];
BEGIN
    SELECT array_agg(a.id), array_agg(a.plan_id) INTO mine, plans
      FROM activities_activity a
     WHERE a.id = ANY (ids)
       AND (writable IS NULL OR (SELECT u.path && writable FROM units_unit u WHERE u.id = a.unit_id));
    PERFORM FROM activities_plan WHERE id = ANY (plans) ORDER BY id FOR SHARE;
    PERFORM hold_activities(mine);
END $$;
