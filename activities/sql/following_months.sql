-- Figures follow new entries. An entry newer than all of its month changes that month alone: it is pending, or
-- official. So the activities' history is read only where an entry comes late. Activity by activity, because
-- setting some elements of its arrays costs less than half of building them anew.
CREATE OR REPLACE FUNCTION figures_follow_entries() RETURNS trigger
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
