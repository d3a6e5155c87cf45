CREATE FUNCTION set_unit_path() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE above units_unit;
BEGIN
    -- An empty path asks to be made anew.
    IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id AND NEW.path <> '{}' THEN
        NEW.path := OLD.path;
        NEW.institution_id := OLD.institution_id;
        RETURN NEW;
    END IF;
    IF NEW.parent_id IS NULL THEN
        NEW.path := ARRAY[NEW.id];
        NEW.institution_id := NEW.id;
    ELSE
        -- Locked, so that the unit above does not move while this one takes its path from it.
        SELECT * INTO above FROM units_unit WHERE id = NEW.parent_id FOR SHARE;
        IF NEW.id = NEW.parent_id OR NEW.id = ANY (above.path) THEN
            RAISE EXCEPTION 'Una unidad no puede depender de sí misma ni de una que dependa de ella.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_tree_has_no_cycle';
        ELSIF above.id IS NULL THEN
            RAISE EXCEPTION 'No existe la unidad de la que depende.'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'unit_parent_exists';
        END IF;
        NEW.path := above.path || NEW.id;
        NEW.institution_id := above.institution_id;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.institution_id <> OLD.institution_id THEN
        RAISE EXCEPTION 'Una unidad no cambia de institución.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_stays_in_institution';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER set_unit_path BEFORE INSERT OR UPDATE ON units_unit
FOR EACH ROW EXECUTE FUNCTION set_unit_path();

CREATE FUNCTION move_units_below() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE units_unit SET path = '{}' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER move_units_below AFTER UPDATE ON units_unit
FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION move_units_below();

CREATE FUNCTION set_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.institution_id := (SELECT institution_id FROM units_unit WHERE id = NEW.unit_id);
    IF NEW.unit_id IS NOT NULL AND NEW.institution_id IS NULL THEN
        RAISE EXCEPTION 'No existe esa unidad.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'unit_exists';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER set_institution BEFORE INSERT OR UPDATE ON units_unitalias
FOR EACH ROW EXECUTE FUNCTION set_institution();
CREATE TRIGGER set_institution BEFORE INSERT OR UPDATE ON units_apiclient
FOR EACH ROW EXECUTE FUNCTION set_institution();

CREATE FUNCTION unit_name_is_free() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE taken boolean;
BEGIN
    -- Two writers could each see the name free; those of one institution wait for each other here.
    PERFORM pg_advisory_xact_lock(7306003, (NEW.institution_id % 2147483647)::int);  -- UNIT_NAMES
    IF TG_TABLE_NAME = 'units_unit' THEN
        SELECT EXISTS (SELECT FROM units_unitalias
            WHERE institution_id = NEW.institution_id AND name_key = NEW.name_key
              AND (NEW.is_active OR unit_id = NEW.id)) INTO taken;
    ELSE
        SELECT EXISTS (SELECT FROM units_unit
            WHERE institution_id = NEW.institution_id AND name_key = NEW.name_key
              AND (is_active OR id = NEW.unit_id)) INTO taken;
    END IF;
    IF taken THEN
        RAISE EXCEPTION 'Ese nombre ya designa a una unidad de la institución.'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'unit_name_or_alias_once';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER unit_name_is_free AFTER INSERT OR UPDATE OF name, is_active ON units_unit
FOR EACH ROW EXECUTE FUNCTION unit_name_is_free();
CREATE TRIGGER unit_name_is_free AFTER INSERT OR UPDATE ON units_unitalias
FOR EACH ROW EXECUTE FUNCTION unit_name_is_free();

CREATE FUNCTION hold_tree() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7306001, 1);  -- UNIT_TREE
    RETURN NULL;
END $$;
CREATE TRIGGER hold_tree BEFORE UPDATE OF parent_id ON units_unit FOR EACH STATEMENT EXECUTE FUNCTION hold_tree();

CREATE PROCEDURE refer_to_units_at_once(app text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE reference record;
BEGIN
    FOR reference IN
        SELECT conrelid::regclass AS origin, conname FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'units_unit'::regclass AND condeferrable
           AND conrelid::regclass::text LIKE app || '\_%'
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', reference.origin, reference.conname);
    END LOOP;
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'La historia no se modifica ni se borra: % solo admite registros nuevos.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
END $$;

CREATE PROCEDURE make_append_only(target regclass)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', target);
END $$;

CREATE PROCEDURE make_history(target regclass, recorder regproc)
LANGUAGE plpgsql AS $$
BEGIN
    CALL make_append_only(target);
    EXECUTE format('CREATE TRIGGER record_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %s()', target, recorder);
END $$;

CREATE PROCEDURE fire_always()
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE made record;
BEGIN
    FOR made IN
        SELECT tgrelid::regclass AS origin, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
         WHERE NOT tgisinternal AND tgenabled = 'O' AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', made.origin, made.tgname);
    END LOOP;
END $$;

CREATE FUNCTION refuse_truncate() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% no se vacía: lo que se borra queda registrado uno a uno.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'no_truncate';
END $$;

CREATE FUNCTION refuse_other_id() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'El identificador de un registro no cambia.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'id_stays';
END $$;

CREATE PROCEDURE make_editable(target regclass, recorder regproc)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($triggers$
        CREATE TRIGGER record_insert AFTER INSERT ON %1$s REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %2$s();
        CREATE TRIGGER record_update AFTER UPDATE ON %1$s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %2$s();
        CREATE TRIGGER record_delete AFTER DELETE ON %1$s REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %2$s();
        CREATE TRIGGER id_stays BEFORE UPDATE OF id ON %1$s
        FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION refuse_other_id();
        CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %1$s
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
    $triggers$, target, recorder);
END $$;

CREATE FUNCTION open_change_set() RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    mine bigint;
    another bigint;
    me bigint := pg_current_xact_id()::text::bigint;
BEGIN
    SELECT min(id), max(id) INTO mine, another FROM units_changeset
     WHERE xid = me AND (position IS NULL OR committed_at >= transaction_timestamp());
    IF mine <> another THEN
        RAISE EXCEPTION 'Cada cambio de esta transacción dice de qué solicitud es.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'one_change_set_per_transaction';
    ELSIF mine IS NULL THEN
        PERFORM set_config('poi.change_set', '0', true);  -- it is being made here: change_set_takes_position
        INSERT INTO units_changeset (actor, client_id, user_id, request_id, cause, known_from, xid)
        VALUES (coalesce(nullif(current_setting('poi.actor', true), ''), 'sql:' || session_user),
                nullif(current_setting('poi.client', true), '')::bigint,
                nullif(current_setting('poi.user', true), '')::bigint,
                coalesce(current_setting('poi.request_id', true), ''),
                coalesce(current_setting('poi.cause', true), ''),
                nullif(current_setting('poi.known_from', true), '')::timestamptz,
                me)
        RETURNING id INTO mine;
    END IF;
    PERFORM set_config('poi.change_set', mine::text, true);
    RETURN mine;
END $$;

CREATE FUNCTION current_change_set() RETURNS bigint
LANGUAGE sql
RETURN coalesce(nullif(current_setting('poi.change_set', true), '')::bigint, open_change_set());

CREATE FUNCTION change_set_begins() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    NEW.xid := pg_current_xact_id()::text::bigint;
    NEW.position := NULL;
    NEW.committed_at := NULL;
    IF EXISTS (SELECT FROM units_changeset s
                WHERE xid = NEW.xid AND (position IS NULL OR committed_at >= transaction_timestamp())
                  AND ((client_id, actor, cause) = (NEW.client_id, NEW.actor, NEW.cause)
                       AND num_nonnulls(position, user_id, NEW.user_id, known_from, NEW.known_from) = 0
                       AND NOT EXISTS (SELECT FROM units_change WHERE change_set_id = s.id)) IS NOT TRUE) THEN
        RAISE EXCEPTION 'Una transacción tiene un solo conjunto de cambios.'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_change_set_per_transaction';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER change_set_begins BEFORE INSERT ON units_changeset
FOR EACH ROW EXECUTE FUNCTION change_set_begins();

CREATE FUNCTION change_set_takes_position() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM units_changeset WHERE id = NEW.id AND position IS NOT NULL) THEN
        RETURN NULL;  -- one that it is done together with took it along
    ELSIF current_setting('poi.change_set', true) IS DISTINCT FROM '0'
          AND NOT EXISTS (SELECT FROM units_change WHERE change_set_id = NEW.id) THEN
        DELETE FROM units_changeset WHERE id = NEW.id;
        PERFORM set_config('poi.change_set', '', true);
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        BEGIN
            UPDATE units_changeset s SET position = 0
             WHERE xid = NEW.xid AND position IS NULL
               AND (id = NEW.id OR EXISTS (SELECT FROM units_change WHERE change_set_id = s.id));
        EXCEPTION WHEN unique_violation THEN
            RAISE EXCEPTION 'Otra transacción confirmó cambios mientras tanto: vuelva a intentar.'
                USING ERRCODE = 'serialization_failure';
        END;
    ELSE
        UPDATE units_changeset s SET position = 0
         WHERE xid = NEW.xid AND position IS NULL
           AND (id = NEW.id OR EXISTS (SELECT FROM units_change WHERE change_set_id = s.id));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER change_set_takes_position AFTER INSERT ON units_changeset
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_set_takes_position();

CREATE FUNCTION point_of("position" bigint, committed_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN "position" || '-' || left(md5(extract(epoch FROM committed_at)::text), 8);

CREATE FUNCTION take_position() RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    RETURN (SELECT point_of(c.position, c.committed_at) FROM units_changeset c
             WHERE c.id = nullif(current_setting('poi.change_set', true), '')::bigint);
END $$;

CREATE FUNCTION guard_change_set() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE placed units_changeset := OLD;
BEGIN
    IF OLD.position IS NULL AND TG_OP = 'DELETE'
       AND NOT EXISTS (SELECT FROM units_change WHERE change_set_id = OLD.id) THEN
        RETURN OLD;
    ELSIF OLD.position IS NULL AND TG_OP = 'UPDATE' THEN
        PERFORM pg_advisory_xact_lock(7306001, 0);  -- CHANGE_ORDER
        SELECT c.position + 1, greatest(clock_timestamp(), c.committed_at + interval '1 microsecond')
          INTO placed.position, placed.committed_at
          FROM units_changeset c WHERE c.position IS NOT NULL ORDER BY c.position DESC LIMIT 1;
        placed.position := coalesce(placed.position, 1);
        placed.committed_at := coalesce(placed.committed_at, clock_timestamp());
        RETURN placed;
    END IF;
    RAISE EXCEPTION 'La historia no se modifica ni se borra: % solo admite registros nuevos.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON units_changeset
FOR EACH ROW EXECUTE FUNCTION guard_change_set();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON units_changeset
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION change_set_is_placed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM note_last_changes(ARRAY(SELECT id FROM placed));
    RETURN NULL;
END $$;
CREATE TRIGGER change_set_is_placed AFTER UPDATE ON units_changeset REFERENCING NEW TABLE AS placed
FOR EACH STATEMENT EXECUTE FUNCTION change_set_is_placed();

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

CREATE FUNCTION changed_columns(this jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp
RETURN (SELECT jsonb_object_agg(key, value) FROM jsonb_each(this)
         WHERE value IS DISTINCT FROM other -> key);

CREATE FUNCTION copies_of(entity text, ids bigint[]) RETURNS TABLE (id bigint, copy jsonb)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id, copy FROM %I WHERE id = ANY ($1)', 'copy_' || entity) USING ids;
END $$;

CREATE PROCEDURE show_copy(entity text, target text, shown text[] DEFAULT NULL, secret text[] DEFAULT '{}')
LANGUAGE plpgsql AS $$
DECLARE
    columns text := (SELECT string_agg('r.' || quote_ident(name), ', ') FROM unnest(shown) AS name);
    said text := coalesce('(SELECT o FROM (SELECT ' || columns || ') AS o)', 'r');
BEGIN
    EXECUTE format('CREATE VIEW %I AS SELECT r.id, to_jsonb(%s) - %L::text[] AS copy FROM public.%I r',
                   'copy_' || entity, said, '{name_key,change_set_id}'::text[] || secret, target);
END $$;

CREATE SCHEMA past;

CREATE VIEW past.later AS
SELECT id, position FROM units_changeset
 WHERE committed_at > current_setting('poi.as_of')::timestamptz
   AND (known_from IS NULL OR known_from > current_setting('poi.as_of')::timestamptz);

CREATE VIEW past.backdated AS
SELECT max(position) AS position FROM units_changeset
 WHERE committed_at > current_setting('poi.as_of')::timestamptz
   AND known_from <= current_setting('poi.as_of')::timestamptz;

CREATE VIEW past.undone AS
SELECT c.id, c.entity, c.object_id, c.operation, c.before, s.position
  FROM units_change c JOIN past.later s ON s.id = c.change_set_id
 WHERE (c.before IS NOT NULL OR c.after IS NOT NULL)
   AND c.change_set_id >= current_setting('poi.first_later')::bigint;

CREATE FUNCTION changed_later(entity text) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN (current_setting('poi.changed')::json ->> entity)::bigint[];

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

CREATE PROCEDURE show_known(target text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE VIEW past.%1$I AS SELECT r.* FROM public.%1$I r '
                   'WHERE r.change_set_id NOT IN (SELECT id FROM past.later)', target);
END $$;

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

CREATE UNIQUE INDEX institution_link_once_per_person ON socialaccount_socialaccount (user_id, provider);

CREATE FUNCTION record_unit() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'unit', r.id, NULL::bigint, r.id, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'unit', r.id, NULL::bigint, r.id,
               CASE WHEN o.path IS DISTINCT FROM r.path THEN o.path END,
               CASE WHEN to_jsonb(o) - 'path' = to_jsonb(r) - 'path' THEN 'moved' ELSE 'updated' END,
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'unit', r.id, NULL::bigint, r.id,
               r.path, 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('units_unit', 'record_unit');
CALL show_copy('unit', 'units_unit');
CALL show_past('units_unit', 'unit', true);
CALL show_place('unit', 'units_unit', 'id');

CREATE FUNCTION record_unit_alias() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'unit_alias', r.id, NULL::bigint, r.unit_id, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'unit_alias', r.id, NULL::bigint, r.unit_id,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN (SELECT path FROM units_unit WHERE id = o.unit_id FOR KEY SHARE) END,
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'unit_alias', r.id, NULL::bigint, r.unit_id,
               (SELECT path FROM units_unit WHERE id = r.unit_id FOR KEY SHARE), 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('units_unitalias', 'record_unit_alias');


CREATE FUNCTION moved_along_unit_alias() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), 'unit_alias', r.id, NULL::bigint, r.unit_id,
           moved_from.path, 'moved'
      FROM units_unitalias r
      JOIN new_rows moved_to ON moved_to.id = r.unit_id
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_unit_alias AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_unit_alias();
CALL show_copy('unit_alias', 'units_unitalias');
CALL show_past('units_unitalias', 'unit_alias', false);
CALL show_place('unit_alias', 'units_unitalias', 'unit_id');

CREATE FUNCTION record_client() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'client', r.id, NULL::bigint, r.unit_id, 'created',
               (to_jsonb(r) - 'name_key' - 'key_hash')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'client', r.id, NULL::bigint, r.unit_id,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN (SELECT path FROM units_unit WHERE id = o.unit_id FOR KEY SHARE) END,
               'updated',
               changed_columns((to_jsonb(o) - 'name_key' - 'key_hash'), (to_jsonb(r) - 'name_key' - 'key_hash')),
               changed_columns((to_jsonb(r) - 'name_key' - 'key_hash'), (to_jsonb(o) - 'name_key' - 'key_hash'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key' - 'key_hash') IS DISTINCT FROM (to_jsonb(r) - 'name_key' - 'key_hash')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'client', r.id, NULL::bigint, r.unit_id,
               (SELECT path FROM units_unit WHERE id = r.unit_id FOR KEY SHARE), 'deleted', (to_jsonb(r) - 'name_key' - 'key_hash')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('units_apiclient', 'record_client');


CREATE FUNCTION moved_along_client() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), 'client', r.id, NULL::bigint, r.unit_id,
           moved_from.path, 'moved'
      FROM units_apiclient r
      JOIN new_rows moved_to ON moved_to.id = r.unit_id
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_client AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_client();
CALL show_copy('client', 'units_apiclient', secret => '{key_hash}');

CREATE FUNCTION record_membership() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'membership', r.id, NULL::bigint, r.unit_id, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'membership', r.id, NULL::bigint, r.unit_id,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN (SELECT path FROM units_unit WHERE id = o.unit_id FOR KEY SHARE) END,
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'membership', r.id, NULL::bigint, r.unit_id,
               (SELECT path FROM units_unit WHERE id = r.unit_id FOR KEY SHARE), 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('units_membership', 'record_membership');


CREATE FUNCTION moved_along_membership() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), 'membership', r.id, NULL::bigint, r.unit_id,
           moved_from.path, 'moved'
      FROM units_membership r
      JOIN new_rows moved_to ON moved_to.id = r.unit_id
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_membership AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_membership();
CALL show_copy('membership', 'units_membership');

CREATE FUNCTION record_account_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'account_event', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, r.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('units_accountevent', 'record_account_event');


CREATE FUNCTION moved_along_account_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), 'account_event', r.id, NULL::bigint, r.unit_id,
           moved_from.path, 'moved'
      FROM units_accountevent r
      JOIN new_rows moved_to ON moved_to.id = r.unit_id
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_account_event AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_account_event();
CALL show_copy('account_event', 'units_accountevent');

CALL refer_to_units_at_once('units');
CALL fire_always();
