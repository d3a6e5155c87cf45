-- The unit tree: paths and institutions are kept by the database, and a name designates one unit of an institution.
-- Reads and writes units_unit and units_unitalias.

-- A unit's path (ids from its root to itself) and its institution.
CREATE FUNCTION set_unit_path() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE above units_unit;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
            -- Two moves at once could each be sound and together make a cycle.
            PERFORM pg_advisory_xact_lock(7306001, 1);  -- UNIT_TREE
        ELSIF NEW.path <> '{}' THEN  -- an empty one asks for the path to be made anew
            NEW.path := OLD.path;
            NEW.institution_id := OLD.institution_id;
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.parent_id IS NULL THEN
        NEW.path := ARRAY[NEW.id];
        NEW.institution_id := NEW.id;
    ELSE
        -- Locked, so that the unit above does not move while this one takes its path from it.
        SELECT * INTO above FROM units_unit WHERE id = NEW.parent_id FOR SHARE;
        IF NEW.id = NEW.parent_id OR NEW.id = ANY (above.path) THEN
            RAISE EXCEPTION 'Una unidad no puede depender de sí misma ni de una que dependa de ella.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_tree_has_no_cycle', TABLE = 'units_unit';
        ELSIF above.id IS NULL THEN
            RAISE EXCEPTION 'No existe la unidad de la que depende.'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'unit_parent_exists', TABLE = 'units_unit';
        END IF;
        NEW.path := above.path || NEW.id;
        NEW.institution_id := above.institution_id;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.institution_id <> OLD.institution_id THEN
        RAISE EXCEPTION 'Una unidad no cambia de institución.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_stays_in_institution', TABLE = 'units_unit';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER set_unit_path BEFORE INSERT OR UPDATE ON units_unit
FOR EACH ROW EXECUTE FUNCTION set_unit_path();

-- The units below a moved one move along: emptying a child's path has it made anew from its parent's,
-- and so on downwards.
CREATE FUNCTION move_units_below() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE units_unit SET path = '{}' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER move_units_below AFTER UPDATE ON units_unit
FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION move_units_below();

-- An alias is of the institution of its unit.
CREATE FUNCTION set_alias_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT institution_id INTO NEW.institution_id FROM units_unit WHERE id = NEW.unit_id;
    IF NEW.institution_id IS NULL THEN
        RAISE EXCEPTION 'No existe la unidad de ese nombre.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'unit_of_alias_exists', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER set_alias_institution BEFORE INSERT OR UPDATE ON units_unitalias
FOR EACH ROW EXECUTE FUNCTION set_alias_institution();

-- A name designates one unit of an institution, whether it is the unit's own or another spelling. That of a unit which is
-- not active any more may also be another name of its successor; it is then not activated again under that name.
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
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'unit_name_or_alias_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER unit_name_is_free AFTER INSERT OR UPDATE OF name, is_active ON units_unit
FOR EACH ROW EXECUTE FUNCTION unit_name_is_free();
CREATE TRIGGER unit_name_is_free AFTER INSERT OR UPDATE ON units_unitalias
FOR EACH ROW EXECUTE FUNCTION unit_name_is_free();

-- Who moves a unit holds the tree before it holds the unit: two who came to the tree each with a unit that the other has
-- to move along waited for each other.
CREATE FUNCTION hold_tree() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7306001, 1);  -- UNIT_TREE
    RETURN NULL;
END $$;
CREATE TRIGGER hold_tree BEFORE UPDATE OF parent_id ON units_unit FOR EACH STATEMENT EXECUTE FUNCTION hold_tree();

-- Who refers to a unit out of an app's tables waits for the unit, and who moves it for them, during the statement and not
-- at the commit: there the lock of the order of changes is held already, which the other may be waiting for.
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

-- A machine client is of the institution of its unit, in which its name is unique; without a unit it is of none.
-- Reads units_unit, writes units_apiclient.

CREATE FUNCTION set_client_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.institution_id := (SELECT institution_id FROM units_unit WHERE id = NEW.unit_id);
    RETURN NEW;
END $$;

CREATE TRIGGER set_client_institution BEFORE INSERT OR UPDATE ON units_apiclient
FOR EACH ROW EXECUTE FUNCTION set_client_institution();

-- Tables to which rows are only added, and tables whose rows go one by one; and that no trigger is got round.
-- Reads and writes no table: the triggers are put on a table with `CALL make_append_only(…)`, or by its recorder.

-- History stays as it was written.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'La historia no se modifica ni se borra: % solo admite registros nuevos.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
END $$;

CREATE PROCEDURE make_append_only(target regclass)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', target);
END $$;

-- TRUNCATE says nothing of the rows that it takes away, so nothing could record them.
CREATE FUNCTION refuse_truncate() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% no se vacía: lo que se borra queda registrado uno a uno.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'no_truncate', TABLE = TG_TABLE_NAME;
END $$;

-- Every trigger fires always, so that no setting of a connection gets round it: who made some calls this afterwards.
CREATE PROCEDURE fire_always()
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE made record;
BEGIN
    FOR made IN SELECT tgrelid::regclass AS origin, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', made.origin, made.tgname);
    END LOOP;
END $$;

-- One order of all changes: each transaction's change set takes the next position, last before its commit
-- (architecture.md, "Truth, order, read model"). Reads units_change; reads and writes units_changeset.
-- Every function pins its search path, so that no setting of a connection can lead it elsewhere;
-- every trigger here fires ALWAYS, so that session_replication_role cannot switch it off.
-- Those that look for one change set's rows do without sequential scans: after a large import the statistics
-- say that a change set is half the table, and every single write would read that half.

-- This transaction's change set. Found by transaction id and not by a setting, which anybody could set;
-- a placed one counts only if it was placed by this very transaction (a restored server reuses numbers). Where several
-- requests are done together nobody can tell whose a change would be, but for who names it.
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
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'one_change_set_per_transaction',
                  TABLE = 'units_changeset';
    ELSIF mine IS NULL THEN
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

-- The same, kept in a setting for the rows of a large statement. Who sets it by hand gets nowhere:
-- every table of history compares what its rows name with `open_change_set`.
CREATE FUNCTION current_change_set() RETURNS bigint
LANGUAGE sql
RETURN coalesce(nullif(current_setting('poi.change_set', true), '')::bigint, open_change_set());

-- A new change set is this transaction's own and only one, without a position yet. Of several requests of one client
-- that are done together each has its own; they all begin before the first of them changes anything.
CREATE FUNCTION change_set_begins() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    NEW.xid := pg_current_xact_id()::text::bigint;
    NEW.position := NULL;
    NEW.committed_at := NULL;
    NEW.started_at := transaction_timestamp();
    IF EXISTS (SELECT FROM units_changeset s
                WHERE xid = NEW.xid AND (position IS NULL OR committed_at >= transaction_timestamp())
                  AND ((client_id, actor, cause) = (NEW.client_id, NEW.actor, NEW.cause)
                       AND num_nonnulls(position, user_id, NEW.user_id, known_from, NEW.known_from) = 0
                       AND NOT EXISTS (SELECT FROM units_change WHERE change_set_id = s.id)) IS NOT TRUE) THEN
        RAISE EXCEPTION 'Una transacción tiene un solo conjunto de cambios.'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_change_set_per_transaction',
                  TABLE = 'units_changeset';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER change_set_begins BEFORE INSERT ON units_changeset
FOR EACH ROW EXECUTE FUNCTION change_set_begins();

-- The last thing before COMMIT: the change set takes its position, or goes if nothing changed, and so do those of the
-- requests that are done together with it. Under SET CONSTRAINTS … IMMEDIATE it runs while the change set begins, inside
-- `open_change_set`, before there is a change: then the position is taken ahead of them.
-- An older snapshot (REPEATABLE READ, SERIALIZABLE) does not see the last position and finds its own taken:
-- somebody committed meanwhile, and it has to be tried again like any other serialization failure.
CREATE FUNCTION change_set_takes_position() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE context text;
BEGIN
    IF EXISTS (SELECT FROM units_changeset WHERE id = NEW.id AND position IS NOT NULL) THEN
        RETURN NULL;  -- one that it is done together with took it along
    ELSIF NOT EXISTS (SELECT FROM units_change WHERE change_set_id = NEW.id) THEN
        GET DIAGNOSTICS context = PG_CONTEXT;
        IF strpos(context, 'function open_change_set()') = 0 THEN
            DELETE FROM units_changeset WHERE id = NEW.id;
            PERFORM set_config('poi.change_set', '', true);
            RETURN NULL;
        END IF;
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

-- A point of the order as text: the position, and 8 hexadecimal digits of the moment, which tell its change set from
-- another one that takes the same position after a copy of the files was put back. STABLE, which its body counts as too:
-- declared stricter it would be called, not inlined, and every request asks for it.
CREATE FUNCTION point_of("position" bigint, committed_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN "position" || '-' || left(md5(extract(epoch FROM committed_at)::text), 8);

-- Give this transaction its place now, as its commit would, and return it; null if it changed nothing. Everybody else's
-- commit waits for this one from here on, so this is one statement for who calls it.
CREATE FUNCTION take_position() RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    RETURN (SELECT point_of(c.position, c.committed_at) FROM units_changeset c
             WHERE c.id = nullif(current_setting('poi.change_set', true), '')::bigint);
END $$;

-- A change set is append-only too, but for its position, which its own transaction takes once (nobody else
-- sees one without a position), and whose value nobody chooses: after the one lock it is the next, at a later time. The
-- lock is freed when the commit can be seen, so positions become visible in their own order.
-- One that changed nothing may go.
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
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON units_changeset
FOR EACH ROW EXECUTE FUNCTION guard_change_set();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON units_changeset
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- With their positions, the last changes of their units are noted.
CREATE FUNCTION change_set_is_placed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM note_last_changes(ARRAY(SELECT id FROM placed));
    RETURN NULL;
END $$;
CREATE TRIGGER change_set_is_placed AFTER UPDATE ON units_changeset REFERENCING NEW TABLE AS placed
FOR EACH STATEMENT EXECUTE FUNCTION change_set_is_placed();

-- What recorders (units/history/recorder.py) write, and what others read of it.
-- Reads units_change and units_changeset; writes units_lastchange; units_change and
-- units_restoration become append-only.

-- Note for the units of change sets that have their place, and those that they took something from, that their members
-- could see a change there. Roles on the whole installation are seen by those alone who see everything.
CREATE FUNCTION note_last_changes(change_sets bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO units_lastchange (unit_id, position)
    SELECT coalesce(unit, 0), max(s.position)
      FROM units_changeset s CROSS JOIN LATERAL (SELECT * FROM units_change WHERE change_set_id = s.id OFFSET 0) c,
           unnest(CASE WHEN previous_unit_id IS NULL THEN ARRAY[unit_id]
                       ELSE ARRAY[unit_id, previous_unit_id] END) AS unit
     WHERE s.id = ANY (change_sets) AND NOT (unit IS NULL AND entity IN ('client', 'membership'))
     GROUP BY coalesce(unit, 0)
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
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'changes_are_recorded', TABLE = TG_TABLE_NAME;
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
            USING ERRCODE = 'check_violation', CONSTRAINT = 'own_change_set', TABLE = TG_TABLE_NAME;
    ELSIF is_backdated THEN
        RAISE EXCEPTION 'Después de fijar el lugar de una primera importación no se cambia nada más.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'only_first_import_is_backdated',
                  TABLE = TG_TABLE_NAME;
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

-- An object as it is now (null: it is not), for who follows the feed and gets to see it: `copy_<entity>` of its recorder.
CREATE FUNCTION copy_of(entity text, object_id bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE copy jsonb;
BEGIN
    EXECUTE format('SELECT %I($1)', 'copy_' || entity) INTO copy USING object_id;
    RETURN copy;
END $$;

-- The past of all that is recorded, as it was known at a moment (domain.md, rule 9). In the schema `past` each recorded
-- table that answers are made of has a view with its own name and columns, which its recorder makes
-- (units/history/past_sql.py). With that schema first on the search path a statement reads the past.
-- Reads units_changeset and units_change. Its settings are those of one transaction: `poi.as_of`, the moment;
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

-- A person's link to its institution's own log-in (docs/decisions/0045), in a table of django-allauth, which keeps a
-- subject to one person; that a person has one subject of an issuer is kept here.

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
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'El identificador de un registro no cambia.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'id_stays', TABLE = TG_TABLE_NAME;
        END IF;
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'unit', r.id, NULL::bigint, r.id,
               CASE WHEN o.parent_id IS DISTINCT FROM r.parent_id THEN o.parent_id END,
               CASE WHEN o.path IS DISTINCT FROM r.path THEN o.path END,
               CASE WHEN to_jsonb(o) - 'path' = to_jsonb(r) - 'path' THEN 'moved' ELSE 'updated' END,
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'unit', r.id, NULL::bigint, r.id,
               r.parent_id, r.path, 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER record_insert AFTER INSERT ON units_unit REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_unit();
CREATE TRIGGER record_update AFTER UPDATE ON units_unit REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_unit();
CREATE TRIGGER record_delete AFTER DELETE ON units_unit REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_unit();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON units_unit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();


CREATE FUNCTION copy_unit(object_id bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT (to_jsonb(object) - 'name_key') - 'change_set_id'
  FROM (SELECT r.* FROM units_unit r WHERE r.id = object_id) object
$$;


CREATE VIEW past.units_unit AS
SELECT r.* FROM public.units_unit r WHERE r.id NOT IN (SELECT unnest(changed_later('unit')))
 UNION ALL
SELECT * FROM former(NULL::public.units_unit, 'unit', true, (
    SELECT jsonb_object_agg(r.id, to_jsonb(r)) FROM public.units_unit r WHERE r.id = ANY (changed_later('unit'))));


CREATE VIEW past.place_of_unit AS
SELECT r.id, u.path FROM public.units_unit r JOIN public.units_unit u ON u.id = r.id
 UNION ALL
SELECT object_id, previous_path FROM public.units_change WHERE entity = 'unit' AND operation = 'deleted';

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
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'El identificador de un registro no cambia.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'id_stays', TABLE = TG_TABLE_NAME;
        END IF;
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'unit_alias', r.id, NULL::bigint, r.unit_id,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN o.unit_id END,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN (SELECT path FROM units_unit WHERE id = o.unit_id FOR KEY SHARE) END,
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'unit_alias', r.id, NULL::bigint, r.unit_id,
               NULL::bigint, (SELECT path FROM units_unit WHERE id = r.unit_id FOR KEY SHARE), 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER record_insert AFTER INSERT ON units_unitalias REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_unit_alias();
CREATE TRIGGER record_update AFTER UPDATE ON units_unitalias REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_unit_alias();
CREATE TRIGGER record_delete AFTER DELETE ON units_unitalias REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_unit_alias();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON units_unitalias
FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();


CREATE FUNCTION copy_unit_alias(object_id bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT (to_jsonb(object) - 'name_key') - 'change_set_id'
  FROM (SELECT r.* FROM units_unitalias r WHERE r.id = object_id) object
$$;


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


CREATE VIEW past.units_unitalias AS
SELECT r.* FROM public.units_unitalias r WHERE r.id NOT IN (SELECT unnest(changed_later('unit_alias')))
 UNION ALL
SELECT * FROM former(NULL::public.units_unitalias, 'unit_alias', true, (
    SELECT jsonb_object_agg(r.id, to_jsonb(r)) FROM public.units_unitalias r WHERE r.id = ANY (changed_later('unit_alias'))));


CREATE VIEW past.place_of_unit_alias AS
SELECT r.id, u.path FROM public.units_unitalias r JOIN public.units_unit u ON u.id = r.unit_id
 UNION ALL
SELECT object_id, previous_path FROM public.units_change WHERE entity = 'unit_alias' AND operation = 'deleted';

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
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'El identificador de un registro no cambia.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'id_stays', TABLE = TG_TABLE_NAME;
        END IF;
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'client', r.id, NULL::bigint, r.unit_id,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN o.unit_id END,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN (SELECT path FROM units_unit WHERE id = o.unit_id FOR KEY SHARE) END,
               'updated',
               changed_columns((to_jsonb(o) - 'name_key' - 'key_hash'), (to_jsonb(r) - 'name_key' - 'key_hash')),
               changed_columns((to_jsonb(r) - 'name_key' - 'key_hash'), (to_jsonb(o) - 'name_key' - 'key_hash'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key' - 'key_hash') IS DISTINCT FROM (to_jsonb(r) - 'name_key' - 'key_hash')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'client', r.id, NULL::bigint, r.unit_id,
               NULL::bigint, (SELECT path FROM units_unit WHERE id = r.unit_id FOR KEY SHARE), 'deleted', (to_jsonb(r) - 'name_key' - 'key_hash')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER record_insert AFTER INSERT ON units_apiclient REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_client();
CREATE TRIGGER record_update AFTER UPDATE ON units_apiclient REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_client();
CREATE TRIGGER record_delete AFTER DELETE ON units_apiclient REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_client();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON units_apiclient
FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();


CREATE FUNCTION copy_client(object_id bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT (to_jsonb(object) - 'name_key' - 'key_hash') - 'change_set_id'
  FROM (SELECT r.* FROM units_apiclient r WHERE r.id = object_id) object
$$;


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
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'El identificador de un registro no cambia.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'id_stays', TABLE = TG_TABLE_NAME;
        END IF;
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'membership', r.id, NULL::bigint, r.unit_id,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN o.unit_id END,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN (SELECT path FROM units_unit WHERE id = o.unit_id FOR KEY SHARE) END,
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_unit_id, previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'membership', r.id, NULL::bigint, r.unit_id,
               NULL::bigint, (SELECT path FROM units_unit WHERE id = r.unit_id FOR KEY SHARE), 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER record_insert AFTER INSERT ON units_membership REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_membership();
CREATE TRIGGER record_update AFTER UPDATE ON units_membership REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_membership();
CREATE TRIGGER record_delete AFTER DELETE ON units_membership REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_membership();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON units_membership
FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();


CREATE FUNCTION copy_membership(object_id bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT (to_jsonb(object) - 'name_key') - 'change_set_id'
  FROM (SELECT r.* FROM units_membership r WHERE r.id = object_id) object
$$;


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
CREATE TRIGGER record_insert AFTER INSERT ON units_accountevent REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_account_event();
CALL make_append_only('units_accountevent');


CREATE FUNCTION copy_account_event(object_id bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT (to_jsonb(object) - 'name_key') - 'change_set_id'
  FROM (SELECT r.* FROM units_accountevent r WHERE r.id = object_id) object
$$;


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

CALL refer_to_units_at_once('units');
CALL fire_always();
