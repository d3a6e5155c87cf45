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

-- The last thing before COMMIT: the change set takes its position, or goes if nothing changed, and so do those of the
-- requests that are done together with it. Under SET CONSTRAINTS … IMMEDIATE it runs while the change set begins, inside
-- `open_change_set`, which says so by the setting 0, before there is a change: then the position is taken ahead of them.
-- An older snapshot (REPEATABLE READ, SERIALIZABLE) does not see the last position and finds its own taken:
-- somebody committed meanwhile, and it has to be tried again like any other serialization failure.
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
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
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
