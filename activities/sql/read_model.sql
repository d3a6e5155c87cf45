-- The read model: a row of activities_figure for every activity, written in the transaction of what it follows from.
-- Reads activities_activity, activities_targetrevision, activities_progressentry and activities_review; writes
-- activities_figure.

-- Room for the next version of a row on its own page, where what it replaces is cleared away without a VACUUM.
ALTER TABLE activities_figure SET (fillfactor = 70);

-- Lock activities, in order: what another transaction is just adding to one of them is waited for, and then seen. Whoever
-- writes a figure holds its activity.
CREATE FUNCTION hold_activities(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM activities_activity WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- Bring the read model up to date for some activities; returns how many rows were not as they should be.
CREATE FUNCTION refresh_figures(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE amended bigint;
BEGIN
    PERFORM hold_activities(ids);
    INSERT INTO activities_figure AS f (
           activity_id, programmed, cancelled_from, executed, late, reason, evidence_url, pending, pending_version,
           entry_version, status, quarter_programmed, quarter_executed, quarter_progress, annual_target, executed_total,
           progress)
    SELECT t.*, m.*
      FROM figure_rows(ids, NULL, NULL) t
      JOIN activities_activity a ON a.id = t.activity_id
     CROSS JOIN LATERAL measures(a.accumulation, t.programmed, t.executed) m
        ON CONFLICT (activity_id) DO UPDATE SET (
           programmed, cancelled_from, executed, late, reason, evidence_url, pending, pending_version, entry_version,
           status, quarter_programmed, quarter_executed, quarter_progress, annual_target, executed_total, progress) = (
           excluded.programmed, excluded.cancelled_from, excluded.executed, excluded.late, excluded.reason,
           excluded.evidence_url, excluded.pending, excluded.pending_version, excluded.entry_version, excluded.status,
           excluded.quarter_programmed, excluded.quarter_executed, excluded.quarter_progress,
           excluded.annual_target, excluded.executed_total, excluded.progress)
     WHERE f.* IS DISTINCT FROM excluded.*;
    GET DIAGNOSTICS amended = ROW_COUNT;
    RETURN amended;
END $$;

-- Figures follow new activities, targets and verdicts: they are made anew from the history.
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

CREATE TRIGGER figures_follow AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();
CREATE TRIGGER figures_follow AFTER INSERT ON activities_targetrevision REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();
CREATE TRIGGER figures_follow AFTER INSERT ON activities_review REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();

-- The figures of a deleted activity go with it; one with entries stays. That the activity of an entry exists is seen to
-- here and where figures follow the entry, once a statement: a foreign key looks at each of a thousand rows.
CREATE FUNCTION remove_figure() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM activities_progressentry WHERE activity_id = OLD.id) THEN
        RAISE EXCEPTION 'Una actividad con avances registrados no se borra.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entries_have_activity';
    END IF;
    DELETE FROM activities_figure WHERE activity_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER remove_figure AFTER DELETE ON activities_activity
FOR EACH ROW EXECUTE FUNCTION remove_figure();

-- Figures follow new entries. An entry newer than all of its month changes that month alone: it is pending, or
-- official. So the activities' history is read only where an entry comes late. Activity by activity, because
-- setting some elements of its arrays costs less than half of building them anew, and an array in which none is set stays in
-- its row; and written at once, because a statement for each costs as much as its row.
CREATE FUNCTION figures_follow_entries() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    stale bigint[] := '{}'; known record; is_stale boolean; e activities_progressentry; m int;
    executed numeric[]; entry_version int[]; measured measures; figures activities_figure[];
BEGIN
    PERFORM FROM activities_activity
      WHERE id = ANY (ARRAY(SELECT r.activity_id FROM new_rows r)) ORDER BY id FOR NO KEY UPDATE;
    FOR known IN
        SELECT r.activity_id, r.entries, a.accumulation, f.programmed, f.executed, f.late, f.reason, f.evidence_url,
               f.pending, f.pending_version, f.entry_version, f.status, f.quarter_programmed, f.annual_target
          FROM (SELECT r.activity_id, array_agg(r::activities_progressentry ORDER BY r.month, r.entry_version) AS entries
                  FROM new_rows r GROUP BY r.activity_id) AS r
          LEFT JOIN activities_figure f ON f.activity_id = r.activity_id
          LEFT JOIN activities_activity a ON a.id = r.activity_id
    LOOP
        IF known.accumulation IS NULL THEN
            RAISE EXCEPTION 'La actividad de un avance no existe.'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entries_have_activity';
        END IF;
        is_stale := false;
        executed := known.executed;
        entry_version := known.entry_version;
        FOREACH e IN ARRAY known.entries LOOP
            m := e.month;
            is_stale := is_stale OR (e.entry_version > entry_version[m]) IS NOT TRUE;
            entry_version[m] := e.entry_version;
            IF e.needs_review THEN
                known.status[m] := 'submitted';
                known.pending[m] := trim_scale(e.executed);
                known.pending_version[m] := e.entry_version;
            ELSE
                executed[m] := trim_scale(e.executed);
                IF (known.status[m], known.late[m], known.reason[m], known.evidence_url[m])
                   IS DISTINCT FROM ('accepted', e.is_late, e.reason, e.evidence_url::text) THEN
                    known.status[m] := 'accepted';
                    known.pending[m] := NULL;
                    known.pending_version[m] := NULL;
                    known.late[m] := e.is_late;
                    known.reason[m] := e.reason;
                    known.evidence_url[m] := e.evidence_url;
                END IF;
            END IF;
        END LOOP;
        IF is_stale THEN
            stale := stale || known.activity_id;
            CONTINUE;
        END IF;
        measured := CASE known.accumulation WHEN 'sum' THEN
            measures_of_sum(known.programmed, executed, known.quarter_programmed, known.annual_target)
            ELSE measures(known.accumulation, known.programmed, executed) END;
        figures := figures || ROW(
            known.activity_id, NULL, executed, known.pending, known.pending_version, entry_version, known.status,
            known.late, known.reason, known.evidence_url, NULL, NULL, measured.quarter_executed,
            measured.quarter_progress, NULL, measured.executed_total, measured.progress)::activities_figure;
    END LOOP;
    UPDATE activities_figure f
       SET executed = n.executed, late = n.late, reason = n.reason, evidence_url = n.evidence_url, pending = n.pending,
           pending_version = n.pending_version, entry_version = n.entry_version, status = n.status,
           quarter_executed = n.quarter_executed, quarter_progress = n.quarter_progress,
           executed_total = n.executed_total, progress = n.progress
      FROM unnest(figures) AS n WHERE f.activity_id = n.activity_id;
    IF stale <> '{}' THEN
        PERFORM refresh_figures(stale);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_follow AFTER INSERT ON activities_progressentry REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow_entries();

-- A draft's activity changes its rule, and so does one that a version corrects; its figures follow.
CREATE FUNCTION measure_figure_again() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refresh_figures(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER measure_figure_again AFTER UPDATE OF accumulation ON activities_activity
FOR EACH ROW WHEN (OLD.accumulation IS DISTINCT FROM NEW.accumulation) EXECUTE FUNCTION measure_figure_again();
