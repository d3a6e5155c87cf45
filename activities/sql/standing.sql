-- How many activities of each plan stand, so that who is told of all of them need not count them: derived.
-- Makes activities_standing, which is written when activities_activity is, and by `rebuild_figures`. It refers to no other
-- table.

CREATE TABLE activities_standing (
    plan_id bigint PRIMARY KEY,
    activities bigint NOT NULL
);

-- Only a statement that changes a number writes it, and each plan's once: who edits an activity waits for nobody here.
CREATE FUNCTION count_standing() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE come bigint[]; gone bigint[];
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT array_agg(plan_id) INTO come FROM new_rows WHERE NOT is_struck_out;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT array_agg(plan_id) INTO gone FROM old_rows WHERE NOT is_struck_out;
    END IF;
    INSERT INTO activities_standing AS s (plan_id, activities)
    SELECT plan_id, sum(step)
      FROM (SELECT unnest(come) AS plan_id, 1 AS step UNION ALL SELECT unnest(gone), -1) AS steps
     GROUP BY plan_id HAVING sum(step) <> 0 ORDER BY plan_id
        ON CONFLICT (plan_id) DO UPDATE SET activities = s.activities + excluded.activities;
    RETURN NULL;
END $$;
CREATE TRIGGER standing_come AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER standing_come;
CREATE TRIGGER standing_change AFTER UPDATE ON activities_activity
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER standing_change;
CREATE TRIGGER standing_go AFTER DELETE ON activities_activity REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER standing_go;
