-- What recorders (units/history/recorder.py) write, and what others read of it.
-- Reads units_change and units_changeset; writes units_lastchange; units_change and
-- units_restoration become append-only.

-- Note for the units of change sets that have their place, and those that they took something from, that their members
-- could see a change there; a unit is taken from the one above it. Roles on the whole installation are seen by those
-- alone who see everything.
CREATE FUNCTION note_last_changes(change_sets bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO units_lastchange (unit_id, position)
    SELECT coalesce(unit, 0), max(position)
      FROM (SELECT s.position, entity, unnest(unit_id || previous_path[left_at : left_at]) AS unit
              FROM units_changeset s CROSS JOIN LATERAL (
                   SELECT *, cardinality(previous_path) - (entity = 'unit')::int AS left_at
                     FROM units_change WHERE change_set_id = s.id OFFSET 0) c
             WHERE s.id = ANY (change_sets)) AS noted
     WHERE NOT (unit IS NULL AND entity IN ('client', 'membership')) GROUP BY coalesce(unit, 0)
    ON CONFLICT (unit_id) DO UPDATE SET position = excluded.position;
END $$;

CALL make_append_only('units_change');
CALL make_append_only('units_restoration');

-- Changes are written by the recorders alone: those run in a trigger, a person's INSERT does not. They
-- belong to their own transaction; those that come after its position was taken are noted at once, and may
-- not come at all where the position was backdated, because that was checked when it was taken.
CREATE FUNCTION changes_are_recorded() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE named bigint[]; mine bigint; placed bigint[]; is_backdated boolean;
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'Los cambios los registra la base de datos.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'changes_are_recorded';
    END IF;
    named := ARRAY(SELECT DISTINCT change_set_id FROM added);
    IF named = '{}' THEN
        RETURN NULL;
    END IF;
    SELECT count(*), array_agg(id) FILTER (WHERE position IS NOT NULL),
           bool_or(position IS NOT NULL AND known_from IS NOT NULL)
      INTO mine, placed, is_backdated FROM units_changeset
     WHERE id = ANY (named) AND xid = pg_current_xact_id()::text::bigint
       AND (position IS NULL OR committed_at >= transaction_timestamp());
    IF mine < cardinality(named) THEN
        RAISE EXCEPTION 'Un registro pertenece a los cambios de su propia transacción.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'own_change_set';
    ELSIF is_backdated THEN
        RAISE EXCEPTION 'Después de fijar el lugar de una primera importación no se cambia nada más.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'only_first_import_is_backdated';
    ELSIF placed IS NOT NULL THEN
        PERFORM note_last_changes(placed);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER changes_are_recorded AFTER INSERT ON units_change REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION changes_are_recorded();

-- The columns of two images of a row that differ: what an update changed.
CREATE FUNCTION changed_columns(this jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp
RETURN (SELECT jsonb_object_agg(key, value) FROM jsonb_each(this)
         WHERE value IS DISTINCT FROM other -> key);

-- Those objects of a kind that there are now, for who follows the feed and gets to see them: out of `copy_<entity>`.
CREATE FUNCTION copies_of(entity text, ids bigint[]) RETURNS TABLE (id bigint, copy jsonb)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id, copy FROM %I WHERE id = ANY ($1)', 'copy_' || entity) USING ids;
END $$;

-- Make that view of a table: each row without what is `secret`, or those columns alone that are `shown`.
CREATE PROCEDURE show_copy(entity text, target text, shown text[] DEFAULT NULL, secret text[] DEFAULT '{}')
LANGUAGE plpgsql AS $$
DECLARE
    columns text := (SELECT string_agg('r.' || quote_ident(name), ', ') FROM unnest(shown) AS name);
    said text := coalesce('(SELECT o FROM (SELECT ' || columns || ') AS o)', 'r');
BEGIN
    EXECUTE format('CREATE VIEW %I AS SELECT r.id, to_jsonb(%s) - %L::text[] AS copy FROM public.%I r',
                   'copy_' || entity, said, '{name_key,change_set_id}'::text[] || secret, target);
END $$;
