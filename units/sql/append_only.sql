-- Tables to which rows are only added, and tables whose rows go one by one; and that triggers fire always.
-- Reads and writes no table: the triggers are put on a table with `CALL make_append_only(…)`, or by its recorder with
-- `CALL make_history(…)` or `CALL make_editable(…)`.

-- History stays as it was written.
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

-- The same, with each row recorded by the function `recorder`.
CREATE PROCEDURE make_history(target regclass, recorder regproc)
LANGUAGE plpgsql AS $$
BEGIN
    CALL make_append_only(target);
    EXECUTE format('CREATE TRIGGER record_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %s()', target, recorder);
END $$;

-- Once triggers are made: every one fires ALWAYS, so that session_replication_role cannot switch it off.
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

-- TRUNCATE says nothing of the rows that it takes away, so nothing could record them.
CREATE FUNCTION refuse_truncate() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% no se vacía: lo que se borra queda registrado uno a uno.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'no_truncate';
END $$;

-- Rows are told apart by their id: one that got another would go unrecorded.
CREATE FUNCTION refuse_other_id() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'El identificador de un registro no cambia.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'id_stays';
END $$;

-- Rows of a table come, change and go one by one, each recorded by the function `recorder`.
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
