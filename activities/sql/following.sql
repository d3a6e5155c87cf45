-- Figures follow new entries. An entry newer than all of its month changes that month alone: it is pending,
-- or official. So a statement whose entries are each the next of their month is spared the reading of the
-- activities' history, whether it brings one month for each activity or several; any other rebuilds.
CREATE FUNCTION figures_follow_entries() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE ids bigint[]; entries bigint; taken bigint;
BEGIN
    SELECT array_agg(DISTINCT activity_id), count(*) INTO ids, entries FROM new_rows;
    IF entries = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM hold_activities(ids);
    IF cardinality(ids) = entries THEN
        UPDATE activities_figure f
           SET entry_version[e.month] = e.entry_version,
               status[e.month] = CASE WHEN e.needs_review THEN 'submitted' ELSE 'accepted' END,
               pending[e.month] = CASE WHEN e.needs_review THEN trim_scale(e.executed) END,
               pending_version[e.month] = CASE WHEN e.needs_review THEN e.entry_version END,
               executed[e.month] = CASE WHEN e.needs_review THEN f.executed[e.month] ELSE trim_scale(e.executed) END,
               late[e.month] = CASE WHEN e.needs_review THEN f.late[e.month] ELSE e.is_late END,
               reason[e.month] = CASE WHEN e.needs_review THEN f.reason[e.month] ELSE e.reason END,
               evidence_url[e.month] = CASE WHEN e.needs_review THEN f.evidence_url[e.month] ELSE e.evidence_url END
          FROM new_rows e
         WHERE f.activity_id = e.activity_id AND e.entry_version > f.entry_version[e.month];
        GET DIAGNOSTICS taken = ROW_COUNT;
    ELSIF NOT EXISTS (
        SELECT FROM new_rows e LEFT JOIN activities_figure f ON f.activity_id = e.activity_id
         WHERE f.activity_id IS NULL OR e.entry_version <> f.entry_version[e.month] + 1) THEN
        UPDATE activities_figure f
           SET entry_version = n.entry_version, status = n.status, pending = n.pending,
               pending_version = n.pending_version, executed = n.executed, late = n.late, reason = n.reason,
               evidence_url = n.evidence_url
          FROM (SELECT g.activity_id,
                       array_agg(coalesce(e.entry_version, g.entry_version[m.month]) ORDER BY m.month) AS entry_version,
                       array_agg(CASE WHEN e.id IS NULL THEN g.status[m.month]
                                      WHEN e.needs_review THEN 'submitted' ELSE 'accepted' END ORDER BY m.month) AS status,
                       array_agg(CASE WHEN e.id IS NULL THEN g.pending[m.month]
                                      WHEN e.needs_review THEN trim_scale(e.executed) END ORDER BY m.month) AS pending,
                       array_agg(CASE WHEN e.id IS NULL THEN g.pending_version[m.month]
                                      WHEN e.needs_review THEN e.entry_version END ORDER BY m.month) AS pending_version,
                       array_agg(CASE WHEN e.id IS NULL OR e.needs_review THEN g.executed[m.month]
                                      ELSE trim_scale(e.executed) END ORDER BY m.month) AS executed,
                       array_agg(CASE WHEN e.id IS NULL OR e.needs_review THEN g.late[m.month]
                                      ELSE e.is_late END ORDER BY m.month) AS late,
                       array_agg(CASE WHEN e.id IS NULL OR e.needs_review THEN g.reason[m.month]
                                      ELSE e.reason END ORDER BY m.month) AS reason,
                       array_agg(CASE WHEN e.id IS NULL OR e.needs_review THEN g.evidence_url[m.month]
                                      ELSE e.evidence_url END ORDER BY m.month) AS evidence_url
                  FROM (SELECT DISTINCT unnest(ids) AS id) AS a
                  JOIN activities_figure g ON g.activity_id = a.id
                 CROSS JOIN generate_series(1, 12) AS m (month)
                  LEFT JOIN new_rows e ON e.activity_id = g.activity_id AND e.month = m.month
                 GROUP BY g.activity_id) AS n
         WHERE f.activity_id = n.activity_id;
        taken := entries;
    END IF;
    IF taken IS DISTINCT FROM entries THEN
        PERFORM refresh_figures(ids);
    END IF;
    RETURN NULL;
END $$;
