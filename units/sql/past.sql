-- The past of all that is recorded, as it was known at a moment (domain.md, rule 9). In the schema `past` each recorded
-- table that answers are made of has a view with its own name and columns, which its recorder makes by the procedures
-- below. With that schema first on the search path a statement reads the past.
-- Reads units_changeset, units_change and units_unit. Its settings are those of one transaction: `poi.as_of`, the moment;
-- `poi.changed`, the ids of what was edited later, by entity; `poi.first_later`, the least id of a later change set.
CREATE SCHEMA past;

-- The change sets that were not known yet. What is backdated was known before it was committed.
CREATE VIEW past.later AS
SELECT id, position FROM units_changeset
 WHERE committed_at > current_setting('poi.as_of')::timestamptz
   AND (known_from IS NULL OR known_from > current_setting('poi.as_of')::timestamptz);

-- The position of the last change set that was known already, though it was committed later: a first import.
CREATE VIEW past.backdated AS
SELECT max(position) AS position FROM units_changeset
 WHERE committed_at > current_setting('poi.as_of')::timestamptz
   AND known_from <= current_setting('poi.as_of')::timestamptz;

-- What happened later to what can be edited: what it was before, null where it was made then.
CREATE VIEW past.undone AS
SELECT c.id, c.entity, c.object_id, c.operation, c.before, s.position
  FROM units_change c JOIN past.later s ON s.id = c.change_set_id
 WHERE (c.before IS NOT NULL OR c.after IS NOT NULL)
   AND c.change_set_id >= current_setting('poi.first_later')::bigint;

-- The ids of the objects of a kind that were edited later, null for none.
CREATE FUNCTION changed_later(entity text) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN (current_setting('poi.changed')::json ->> entity)::bigint[];

-- The rows of a kind that were edited later, as they were; `today` has their images by id. Of several later changes each
-- says what was before it, the earliest last. A row that was made later was not known; but one that is `referred_to` may
-- have been made after a first import, which is known since before it was committed: it is kept, as it was made, so that
-- nothing that refers to it is lost. A function, so that a statement that names views often is not planned at length.
CREATE FUNCTION former(of_table anyelement, kind text, referred_to boolean, today jsonb) RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE edited bigint[] := changed_later(kind);
BEGIN
    IF edited IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT was.*
      FROM unnest(edited) AS edited_id
     CROSS JOIN LATERAL (
           SELECT jsonb_object_agg(member.key, member.value ORDER BY undone.id DESC)
                      FILTER (WHERE member.key IS NOT NULL) AS before
             FROM past.undone LEFT JOIN LATERAL jsonb_each(undone.before) member ON true
            WHERE undone.entity = kind AND undone.object_id = edited_id
           HAVING NOT bool_or(operation = 'created' AND (NOT referred_to
                              OR position > coalesce((SELECT position FROM past.backdated), 0)))) later
     CROSS JOIN LATERAL (SELECT coalesce(today -> edited_id::text, '{}') || coalesce(later.before, '{}') AS image) undone
     CROSS JOIN LATERAL jsonb_populate_record(of_table, undone.image
                            || jsonb_build_object('name_key', poi_fold(undone.image ->> 'name'))) AS was;
END $$;

-- Let the rest of the transaction ask about a moment: unqualified names mean those of `past` if that is asked for, and
-- anything happened since. Returns the search path there was.
CREATE FUNCTION read_past(moment timestamptz, by_name boolean) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE former text := current_setting('search_path'); first_later bigint;
BEGIN
    PERFORM set_config('poi.as_of', moment::text, true);
    SELECT min(id) INTO first_later FROM past.later;
    PERFORM set_config('poi.first_later', coalesce(first_later, 9223372036854775807)::text, true);
    PERFORM set_config('poi.changed', coalesce(
        (SELECT json_object_agg(entity, ids)::text
           FROM (SELECT entity, array_agg(DISTINCT object_id)::text AS ids FROM past.undone GROUP BY entity) edited),
        '{}'), true);
    IF by_name AND first_later IS NOT NULL THEN
        PERFORM set_config('search_path', 'past, public', true);
    END IF;
    RETURN former;
END $$;

-- Show a table as it was known, by a view in `past` with its name and columns. Rows that nothing happened to since are as
-- they are; the others are made of their image of today.
CREATE PROCEDURE show_past(target text, entity text, referred_to boolean)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($view$
        CREATE VIEW past.%1$I AS
        SELECT r.* FROM public.%1$I r WHERE r.id NOT IN (SELECT unnest(changed_later(%2$L)))
         UNION ALL
        SELECT * FROM former(NULL::public.%1$I, %2$L, %3$L, (
            SELECT jsonb_object_agg(r.id, to_jsonb(r)) FROM public.%1$I r WHERE r.id = ANY (changed_later(%2$L))))
    $view$, target, entity, referred_to);
END $$;

-- The same of a table to which rows are only added.
CREATE PROCEDURE show_known(target text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE VIEW past.%1$I AS SELECT r.* FROM public.%1$I r '
                   'WHERE r.change_set_id NOT IN (SELECT id FROM past.later)', target);
END $$;

-- Show where each object of a kind is in the tree today, by the column with its unit; one that was deleted, where it was
-- last. Who sees that sees the object's past.
CREATE PROCEDURE show_place(entity text, target text, unit text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($view$
        CREATE VIEW past.%1$I AS
        SELECT r.id, u.path FROM public.%2$I r JOIN public.units_unit u ON u.id = r.%3$I
         UNION ALL
        SELECT object_id, previous_path FROM public.units_change WHERE entity = %4$L AND operation = 'deleted'
    $view$, 'place_of_' || entity, target, unit, entity);
END $$;
