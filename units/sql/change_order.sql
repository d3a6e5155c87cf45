-- One order of all changes (architecture.md, "Truth, order, read model").
-- Every function pins its search path, so that no setting of a connection can lead it elsewhere;
-- every trigger here fires ALWAYS, so that session_replication_role cannot switch it off.
-- Those that look for one change set's rows do without sequential scans: after a large import the statistics
-- say that a change set is half the table, and every single write would read that half.

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
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', target);
END $$;

-- TRUNCATE says nothing of the rows that it takes away, so nothing could record them.
CREATE FUNCTION refuse_truncate() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% no se vacía: lo que se borra queda registrado uno a uno.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'no_truncate', TABLE = TG_TABLE_NAME;
END $$;

-- This transaction's change set. Found by transaction id and not by a setting, which anybody could set;
-- a placed one counts only if it was placed by this very transaction (a restored server reuses numbers).
CREATE FUNCTION open_change_set() RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    mine bigint;
    me bigint := pg_current_xact_id()::text::bigint;
BEGIN
    SELECT id INTO mine FROM units_changeset
     WHERE xid = me AND (position IS NULL OR committed_at >= transaction_timestamp());
    IF mine IS NULL THEN
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

-- The same, remembered in a setting for the rows of a large statement. Who sets it by hand gets nowhere:
-- every table of history compares what its rows name with `open_change_set`.
CREATE FUNCTION current_change_set() RETURNS bigint
LANGUAGE sql
RETURN coalesce(nullif(current_setting('poi.change_set', true), '')::bigint, open_change_set());

CREATE FUNCTION change_set_begins() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    NEW.xid := pg_current_xact_id()::text::bigint;
    NEW.position := NULL;
    NEW.committed_at := NULL;
    NEW.started_at := transaction_timestamp();
    IF EXISTS (SELECT FROM units_changeset
                WHERE xid = NEW.xid AND (position IS NULL OR committed_at >= transaction_timestamp())) THEN
        RAISE EXCEPTION 'Una transacción tiene un solo conjunto de cambios.'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_change_set_per_transaction',
                  TABLE = 'units_changeset';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER change_set_begins BEFORE INSERT ON units_changeset
FOR EACH ROW EXECUTE FUNCTION change_set_begins();
ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER change_set_begins;

-- The members of these units see something that changed at `place`.
CREATE FUNCTION mark_scopes(change_set bigint, place bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO units_scopemark AS mark (scope_id, position)
    SELECT DISTINCT coalesce(scope, 0), place
      FROM units_change, unnest(CASE WHEN previous_unit_id IS NULL THEN ARRAY[unit_id]
                                     ELSE ARRAY[unit_id, previous_unit_id] END) AS scope
     WHERE change_set_id = change_set
    ON CONFLICT (scope_id) DO UPDATE SET position = excluded.position;
END $$;

-- The last thing before COMMIT: the change set takes its place, or goes if nothing changed. Under
-- SET CONSTRAINTS … IMMEDIATE it runs while the change set begins, inside `open_change_set`, before there is
-- a change: then the place is taken ahead of them.
-- An older snapshot (REPEATABLE READ, SERIALIZABLE) does not see the last place and finds its own taken:
-- somebody committed meanwhile, and it has to be tried again like any other serialization failure.
CREATE FUNCTION change_set_takes_place() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE context text;
BEGIN
    GET DIAGNOSTICS context = PG_CONTEXT;
    IF strpos(context, 'function open_change_set()') = 0
       AND NOT EXISTS (SELECT FROM units_change WHERE change_set_id = NEW.id) THEN
        DELETE FROM units_changeset WHERE id = NEW.id;
        PERFORM set_config('poi.change_set', '', true);
    ELSIF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        BEGIN
            UPDATE units_changeset SET position = 0 WHERE id = NEW.id AND position IS NULL;
        EXCEPTION WHEN unique_violation THEN
            RAISE EXCEPTION 'Otra transacción confirmó cambios mientras tanto: vuelva a intentar.'
                USING ERRCODE = 'serialization_failure';
        END;
    ELSE
        UPDATE units_changeset SET position = 0 WHERE id = NEW.id AND position IS NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER change_set_takes_place AFTER INSERT ON units_changeset
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_set_takes_place();
ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER change_set_takes_place;

-- The one lock, then the next place and a later time. The lock is freed when the commit can be seen, so
-- places become visible in their own order.
CREATE FUNCTION next_place(OUT place bigint, OUT moment timestamptz)
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7306001, 0);
    SELECT c.position + 1, greatest(clock_timestamp(), c.committed_at + interval '1 microsecond')
      INTO place, moment
      FROM units_changeset c WHERE c.position IS NOT NULL ORDER BY c.position DESC LIMIT 1;
    place := coalesce(place, 1);
    moment := coalesce(moment, clock_timestamp());
END $$;

-- A change set is append-only too, but for its place, which its own transaction takes once (nobody else
-- sees one without a place), and whose value nobody chooses. One that changed nothing may go.
CREATE FUNCTION change_set_keeps() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE placed units_changeset := OLD;
BEGIN
    IF OLD.position IS NULL AND TG_OP = 'DELETE'
       AND NOT EXISTS (SELECT FROM units_change WHERE change_set_id = OLD.id) THEN
        RETURN OLD;
    ELSIF OLD.position IS NULL AND TG_OP = 'UPDATE' THEN
        SELECT place, moment INTO placed.position, placed.committed_at FROM next_place();
        RETURN placed;
    END IF;
    RAISE EXCEPTION 'La historia no se modifica ni se borra: % solo admite registros nuevos.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON units_changeset
FOR EACH ROW EXECUTE FUNCTION change_set_keeps();
ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON units_changeset
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER append_only_truncate;

CREATE FUNCTION change_set_is_placed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM mark_scopes(NEW.id, NEW.position);
    RETURN NULL;
END $$;
CREATE TRIGGER change_set_is_placed AFTER UPDATE ON units_changeset
FOR EACH ROW EXECUTE FUNCTION change_set_is_placed();
ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER change_set_is_placed;

CALL make_append_only('units_change');

-- Changes are written by the recorders alone: those run in a trigger, a person's INSERT does not. They
-- belong to their own transaction; those that come after its place was taken are marked at once, and may
-- not come at all where the place was backdated, because that was checked when it was taken.
CREATE FUNCTION changes_are_recorded() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE first bigint; last bigint; mine units_changeset;
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'Los cambios los registra la base de datos.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'changes_are_recorded', TABLE = TG_TABLE_NAME;
    END IF;
    SELECT min(change_set_id), max(change_set_id) INTO first, last FROM added;
    IF first IS NULL THEN
        RETURN NULL;
    END IF;
    mine.id := open_change_set();
    SELECT * INTO mine FROM units_changeset WHERE id = mine.id;
    IF first <> mine.id OR last <> mine.id THEN
        RAISE EXCEPTION 'Un registro pertenece a los cambios de su propia transacción.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'own_change_set', TABLE = TG_TABLE_NAME;
    ELSIF mine.position IS NOT NULL AND mine.known_from IS NOT NULL THEN
        RAISE EXCEPTION 'Después de fijar el lugar de una primera importación no se cambia nada más.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'only_first_import_is_backdated',
                  TABLE = TG_TABLE_NAME;
    ELSIF mine.position IS NOT NULL THEN
        PERFORM mark_scopes(mine.id, mine.position);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER changes_are_recorded AFTER INSERT ON units_change REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION changes_are_recorded();
ALTER TABLE units_change ENABLE ALWAYS TRIGGER changes_are_recorded;

-- The columns of two images of a row that differ: what an update changed.
CREATE FUNCTION changed_columns(this jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp
RETURN (SELECT jsonb_object_agg(key, value) FROM jsonb_each(this)
         WHERE value IS DISTINCT FROM other -> key);
