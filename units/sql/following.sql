-- For those who follow the feed: an object as it is now, for a client into whose sight it comes.
CREATE FUNCTION copy_of(entity text, object_id bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE found jsonb;
BEGIN
    EXECUTE format('SELECT %I($1)', 'copy_' || entity) INTO found USING object_id;
    RETURN found;
END $$;

-- What every write runs looks for one change set by an index, whatever the statistics say: planning it anew each time
-- cost more than running it.
ALTER FUNCTION open_change_set SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION change_set_begins SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION change_set_takes_place SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION change_set_keeps SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION changes_are_recorded SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION mark_scopes SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION next_place SET plan_cache_mode = force_generic_plan;

-- What refers to a unit waits for it, and it for them, when the statement says so and not at the commit: there the lock
-- of the order of changes is held already, which the other may be waiting for.
CREATE PROCEDURE refer_to_units_at_once(tables text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE reference record;
BEGIN
    FOR reference IN
        SELECT conrelid::regclass AS origin, conname FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'units_unit'::regclass AND condeferrable
           AND conrelid::regclass::text LIKE tables
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', reference.origin, reference.conname);
    END LOOP;
END $$;
CALL refer_to_units_at_once('units\_%');

-- Who moves a unit holds the tree before it holds the unit: two who came to the tree each with a unit that the other has
-- to move along waited for each other.
CREATE FUNCTION hold_tree() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7306001, 1);
    RETURN NULL;
END $$;
CREATE TRIGGER hold_tree BEFORE UPDATE OF parent_id ON units_unit FOR EACH STATEMENT EXECUTE FUNCTION hold_tree();
ALTER TABLE units_unit ENABLE ALWAYS TRIGGER hold_tree;
