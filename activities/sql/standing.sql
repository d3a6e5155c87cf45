-- How many activities of each plan stand, so that who is told of all of them need not count them: derived.
-- Makes activities_standing, which is written when activities_activity is, and by `rebuild_figures`. It refers to no other
-- table.

-- Of a plan there may be several rows, which are added up.
CREATE TABLE activities_standing (
    plan_id bigint NOT NULL,
    activities bigint NOT NULL
);
CREATE INDEX activities_standing_plan ON activities_standing (plan_id);

-- Only a statement that changes a number writes it. Nobody waits for another here: a row that somebody holds is left as it
-- is, and the difference stands beside it until the next one comes.
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
    WITH steps AS (
        SELECT plan_id, sum(step) AS activities
          FROM (SELECT unnest(come) AS plan_id, 1 AS step UNION ALL SELECT unnest(gone), -1) AS each
         GROUP BY plan_id HAVING sum(step) <> 0
    ), known AS (
        DELETE FROM activities_standing
         WHERE ctid = ANY (ARRAY(SELECT s.ctid FROM activities_standing s WHERE s.plan_id IN (SELECT plan_id FROM steps)
                                    FOR UPDATE SKIP LOCKED))
        RETURNING plan_id, activities
    )
    INSERT INTO activities_standing (plan_id, activities)
    SELECT plan_id, sum(activities) FROM (SELECT * FROM steps UNION ALL SELECT * FROM known) AS parts GROUP BY plan_id;
    RETURN NULL;
END $$;
CREATE TRIGGER standing_come AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
CREATE TRIGGER standing_change AFTER UPDATE ON activities_activity
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
CREATE TRIGGER standing_go AFTER DELETE ON activities_activity REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
