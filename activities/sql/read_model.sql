-- The read model: a row of activities_figure for every activity, written in the transaction of what it follows from.
-- Reads activities_activity, activities_targetrevision, activities_progressentry and activities_review; writes
-- activities_figure.

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
       SET programmed = t.programmed, initial = t.initial, cancelled_from = t.cancelled_from, executed = t.executed,
           late = t.late, reason = t.reason, evidence_url = t.evidence_url, pending = t.pending,
           pending_version = t.pending_version, entry_version = t.entry_version, status = t.status
      FROM truth t
     WHERE f.activity_id = t.activity_id
       AND (f.programmed, f.initial, f.cancelled_from, f.executed, f.late, f.reason, f.evidence_url, f.pending,
            f.pending_version, f.entry_version, f.status)
           IS DISTINCT FROM
           (t.programmed, t.initial, t.cancelled_from, t.executed, t.late, t.reason, t.evidence_url, t.pending,
            t.pending_version, t.entry_version, t.status);
    GET DIAGNOSTICS amended = ROW_COUNT;
    SELECT array_agg(a.id) INTO ids FROM activities_activity a
     WHERE a.id = ANY (ids) AND NOT EXISTS (SELECT FROM activities_figure f WHERE f.activity_id = a.id);
    IF ids IS NULL THEN
        RETURN amended;
    END IF;
    INSERT INTO activities_figure (activity_id, programmed, initial, cancelled_from, executed, late, reason,
                                   evidence_url, pending, pending_version, entry_version, status)
    SELECT * FROM figure_rows(ids, NULL, NULL);
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN amended + added;
END $$;

-- The same, and the stored measures too, which otherwise follow their row by themselves.
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
ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER figures_follow;
CREATE TRIGGER figures_follow AFTER INSERT ON activities_targetrevision REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();
ALTER TABLE activities_targetrevision ENABLE ALWAYS TRIGGER figures_follow;
CREATE TRIGGER figures_follow AFTER INSERT ON activities_review REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();
ALTER TABLE activities_review ENABLE ALWAYS TRIGGER figures_follow;

-- The figures of a deleted activity go with it.
CREATE FUNCTION remove_figure() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM activities_figure WHERE activity_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER remove_figure AFTER DELETE ON activities_activity
FOR EACH ROW EXECUTE FUNCTION remove_figure();
ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER remove_figure;

-- Figures follow new entries. An entry newer than all of its month changes that month alone: it is pending, or
-- official. So the activities' history is read only where an entry comes late. Activity by activity, because
-- setting some elements of its arrays costs less than half of building them anew.
CREATE FUNCTION figures_follow_entries() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE
    ids bigint[]; stale bigint[] := '{}'; e record; current bigint; m int;
    executed numeric[]; late boolean[]; reason text[]; evidence_url text[];
    pending numeric[]; pending_version int[]; entry_version int[]; status text[];
BEGIN
    SELECT array_agg(DISTINCT r.activity_id) INTO ids FROM new_rows r;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM hold_activities(ids);
    FOR e IN SELECT r.*, lead(r.activity_id) OVER w IS DISTINCT FROM r.activity_id AS is_last
               FROM new_rows r WINDOW w AS (ORDER BY r.activity_id, r.month, r.entry_version)
              ORDER BY r.activity_id, r.month, r.entry_version LOOP
        m := e.month;
        IF e.activity_id IS DISTINCT FROM current THEN
            current := e.activity_id;
            SELECT f.executed, f.late, f.reason, f.evidence_url, f.pending, f.pending_version, f.entry_version, f.status
              INTO executed, late, reason, evidence_url, pending, pending_version, entry_version, status
              FROM activities_figure f WHERE f.activity_id = current;
        END IF;
        IF (e.entry_version > entry_version[m]) IS NOT TRUE THEN
            stale := stale || current;
        END IF;
        entry_version[m] := e.entry_version;
        IF e.needs_review THEN
            status[m] := 'submitted';
            pending[m] := trim_scale(e.executed);
            pending_version[m] := e.entry_version;
        ELSE
            status[m] := 'accepted';
            pending[m] := NULL;
            pending_version[m] := NULL;
            executed[m] := trim_scale(e.executed);
            late[m] := e.is_late;
            reason[m] := e.reason;
            evidence_url[m] := e.evidence_url;
        END IF;
        IF e.is_last AND NOT current = ANY (stale) THEN
            UPDATE activities_figure f
               SET executed = executed, late = late, reason = reason, evidence_url = evidence_url, pending = pending,
                   pending_version = pending_version, entry_version = entry_version, status = status
             WHERE f.activity_id = current;
        END IF;
    END LOOP;
    IF stale <> '{}' THEN
        PERFORM refresh_figures(stale);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_follow AFTER INSERT ON activities_progressentry REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow_entries();
ALTER TABLE activities_progressentry ENABLE ALWAYS TRIGGER figures_follow;

-- The stored figures carry their measures along, and the text in which a page shows both. The accumulation is
-- looked up by itself: joined, it cost as much as the measures.
CREATE FUNCTION measure_figure() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE rule text; result measures;
BEGIN
    SELECT a.accumulation INTO rule FROM activities_activity a WHERE a.id = NEW.activity_id;
    result := measures(rule, NEW.programmed, NEW.executed);
    NEW.quarter_programmed := result.quarter_programmed;
    NEW.quarter_executed := result.quarter_executed;
    NEW.quarter_progress := result.quarter_progress;
    NEW.annual_target := result.annual_target;
    NEW.executed_total := result.executed_total;
    NEW.progress := result.progress;
    NEW.shown := figure_json(NEW.programmed, NEW.executed, result);
    RETURN NEW;
END $$;
CREATE TRIGGER measure_figure BEFORE INSERT OR UPDATE ON activities_figure
FOR EACH ROW EXECUTE FUNCTION measure_figure();
ALTER TABLE activities_figure ENABLE ALWAYS TRIGGER measure_figure;

-- A draft's activity changes its rule, and so does one that a version corrects; its figures follow.
CREATE FUNCTION measure_figure_again() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE activities_figure SET activity_id = activity_id WHERE activity_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER measure_figure_again AFTER UPDATE OF accumulation ON activities_activity
FOR EACH ROW WHEN (OLD.accumulation IS DISTINCT FROM NEW.accumulation) EXECUTE FUNCTION measure_figure_again();
ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER measure_figure_again;
